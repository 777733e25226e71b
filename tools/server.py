"""Starts an installed Changeproof on a free port, and stops it, for smoke, pictures and bench."""

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 60
STOP_SECONDS = 20


@dataclass(frozen=True)
class Server:
    """One that answers."""

    address: str
    output: Path  # what it printed

    def sign_in_link(self) -> str:
        """The one-time link that it printed. Raises SystemExit if it printed none."""
        links = re.findall(re.escape(self.address) + r"/[^\s\x1b]+", self.output.read_text())
        if not links:
            raise SystemExit("The server printed no sign-in link.")
        return str(max(links, key=len))


@contextmanager
def served(command: Path, data: Path, place: Path) -> Iterator[Server]:
    """Serve the instance `data`, working in `place`; what it printed is shown if that fails."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    server = Server(f"http://localhost:{port}", place / f"server-{port}.log")
    with server.output.open("wb") as output:
        process = subprocess.Popen(
            [command, "serve", "--data", data, "--port", str(port)],
            cwd=place,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_healthy(server.address, process)
        yield server
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)
    except BaseException:
        print(server.output.read_text(errors="replace")[-4000:], file=sys.stderr)
        raise
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def fetch(url: str) -> str:
    """The body of an answer that is no error."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        body: bytes = answer.read()
    return body.decode()


def _wait_until_healthy(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            fetch(f"{address}/health")
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"The server did not answer {address}/health; what it said stands above.")
