"""Real servers on this machine that take what alerts send: HTTP, and SMTP."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler
from socket import socket
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.protocol_server import listening


@dataclass
class Receiver:
    """An HTTP server; `answers` are the statuses it gives next, then 200."""

    url: str
    bodies: list[Any] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    redirect: str = ""
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    """Headers and body of all that came, refused or not."""

    @property
    def address(self) -> str:
        """Its host and port."""
        return self.url.removeprefix("http://")


@contextmanager
def http_receiver() -> Iterator[Receiver]:
    """A server that keeps the JSON bodies posted to it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.requests.append((dict(self.headers), body))
            status = receiver.answers.pop(0) if receiver.answers else 200
            if status == 200:
                receiver.bodies.append(json.loads(body))
            self.send_response(status)
            if receiver.redirect:
                self.send_header("location", receiver.redirect)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with listening(Handler) as port:
        receiver = Receiver(f"http://127.0.0.1:{port}")
        yield receiver


@dataclass
class Mailbox:
    """An SMTP server's letters; while `refuses`, it takes none."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    refuses: bool = False

    async def handle_DATA(  # noqa: N802 - the library calls it so
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        if self.refuses:
            return "451 Not now"
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 Taken"


@contextmanager
def smtp_server() -> Iterator[Mailbox]:
    """A real SMTP server."""
    mailbox = Mailbox()
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        mailbox.port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
