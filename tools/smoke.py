"""Installs the built wheel where no checkout is and runs the demonstration from it.

Usage: python -m tools.smoke    (after `make dist`)

Everything is installed with hashes, the wheel too. The server is asked for /health and for
one page with a style sheet, because templates and static files are what wheels forget.
"""

import hashlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
PAGE = "/accounts/login/"


def main() -> int:
    wheels = sorted((ROOT / "dist").glob("*.whl"))
    if len(wheels) != 1:
        print("There is no one wheel in dist/; run: make dist", file=sys.stderr)
        return 3
    place = Path(tempfile.mkdtemp(prefix="changeproof-smoke-"))
    try:
        command = install(wheels[0], place)
        say("filling the demonstration instance")
        subprocess.run([command, "demonstration", "--data", "demo"], cwd=place, check=True)
        with served(command, place) as address:
            for what in questions(address):
                say(what)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    say("the wheel holds everything that the demonstration needs")
    return 0


def install(wheel: Path, place: Path) -> Path:
    """The installed command, in a new environment in `place`."""
    say("installing the wheel in a clean environment")
    environment = place / "environment"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    ours = place / "wheel.txt"
    ours.write_text(f"changeproof @ {wheel.as_uri()} --hash=sha256:{digest}\n")
    pip = [str(environment / "bin" / "pip"), "-q", "--disable-pip-version-check", "install"]
    locked = ["-r", str(ROOT / "requirements" / "runtime.txt"), "-r", str(ours)]
    subprocess.run([*pip, "--no-compile", "--require-hashes", *locked], cwd=place, check=True)
    return environment / "bin" / "changeproof"


@contextmanager
def served(command: Path, place: Path) -> Iterator[str]:
    """The address of the running server; it must end well when asked to."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with (place / "server.log").open("wb") as output:
        process = subprocess.Popen(
            [command, "serve", "--data", "demo", "--port", str(port)],
            cwd=place,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_healthy(address, process)
        yield address
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    except BaseException:
        process.kill()
        print((place / "server.log").read_text(errors="replace")[-4000:], file=sys.stderr)
        raise


def wait_until_healthy(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            fetch(f"{address}/health")
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"The server did not answer {address}/health; what it said stands above.")


def questions(address: str) -> Iterator[str]:
    yield f"GET /health: {fetch(f'{address}/health')[:80]}"
    page = fetch(f"{address}{PAGE}")
    sheets = re.findall(r'<link[^>]+href="([^"]+\.css)"', page)
    if not sheets:
        raise SystemExit(f"GET {PAGE}: the page names no style sheet.")
    for sheet in sheets:
        size = len(fetch(f"{address}{sheet}"))
        yield f"GET {sheet}: {size} characters"


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        body: bytes = answer.read()
    return body.decode()


def say(text: str) -> None:
    print(f"smoke: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
