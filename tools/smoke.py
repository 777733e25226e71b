"""Installs the built wheel where no checkout is and runs the demonstration from it.

Usage: python -m tools.smoke    (after `make dist`)

What the wheel needs is installed as locked, with hashes, and must suffice. The server is asked
for /health and for one page with its style sheets, because templates and static files are what
wheels forget.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.server import fetch, served

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    wheels = sorted((ROOT / "dist").glob("*.whl"))
    if len(wheels) != 1:
        print("There is no one wheel in dist/; run: make dist", file=sys.stderr)
        return 3
    place = Path(tempfile.mkdtemp(prefix="changeproof-smoke-"))
    try:
        command = install(wheels[0], place)
        data = place / "demo"
        say("filling the demonstration instance")
        subprocess.run([command, "demonstration", "--data", data], cwd=place, check=True)
        with served(command, data, place) as server:
            for what in questions(server.address):
                say(what)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    say("the wheel holds everything that the demonstration needs")
    return 0


def install(wheel: Path, place: Path) -> Path:
    """The installed command, in a new environment in `place`, in the steps of docs/install.md."""
    say("installing the wheel in a clean environment")
    environment = place / "environment"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    pip = [str(environment / "bin" / "pip"), "--disable-pip-version-check"]
    locked = ["--require-hashes", "-r", str(ROOT / "requirements" / "runtime.txt")]
    install = [*pip, "install", "--quiet", "--no-compile", "--no-deps"]
    for what in (locked, [str(wheel)]):
        subprocess.run([*install, *what], cwd=place, check=True)
    subprocess.run([*pip, "check"], cwd=place, check=True)
    return environment / "bin" / "changeproof"


def questions(address: str) -> Iterator[str]:
    yield f"GET /health: {fetch(f'{address}/health')[:80]}"
    page = fetch(f"{address}/")  # an anonymous caller is led to the sign-in page
    sheets = re.findall(r'<link[^>]+href="([^"]+\.css)"', page)
    if not sheets:
        raise SystemExit("GET /: the page names no style sheet.")
    for sheet in sheets:
        yield f"GET {sheet}: {len(fetch(f'{address}{sheet}'))} characters"


def say(text: str) -> None:
    print(f"smoke: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
