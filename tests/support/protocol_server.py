"""A server of somebody else's interface, on this machine, and patience that takes no time."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = Callable[[str, dict[str, Any], dict[str, str]], tuple[int, dict[str, str], Any]]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A server on this machine; `answer(path, query, headers)` gives status, headers, body; the
    query of a POST is its JSON body."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self._answer(
                parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}
            )

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            self._answer(self.path, json.loads(body) if body else {})

        def _answer(self, path: str, query: dict[str, Any]) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more, body = answer(path, query, headers)
            sent = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"content-length": str(len(sent)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: Any) -> None:
            """Nothing: the test says what matters."""

    with listening(Handler) as port:
        yield f"http://127.0.0.1:{port}/"


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """A server on a free port, which is given; it looks often whether to stop, as the library's
    half second would be the longest part of many tests."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Rests:
    """Remembers how long it was asked to wait, and waits for nothing."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
