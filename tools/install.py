"""Installs pinned requirements and the project into the running virtual environment.

Usage: python tools/install.py runtime|development|spark

What was installed is remembered by the digests of the files it came from, so that a second
call returns at once, and a changed pin installs again. Needs nothing but the standard library.
"""

import hashlib
import importlib.util
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
REMEMBERED = Path(sys.prefix) / "installed.json"
LOCKS = {
    "runtime": ("runtime.txt", "build.txt"),
    "development": ("development.txt",),
    "spark": ("spark.txt",),  # beside the development ones
}
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")
PINNED = re.compile(r"^[A-Za-z0-9._-]+(\[[^]]*\])?==")


def main(kind: str) -> int:
    wanted = digests()
    remembered = read_remembered()
    if remembered.get(kind) == wanted[kind]:
        return 0
    started = time.monotonic()
    if importlib.util.find_spec("pip") is None:
        subprocess.run([sys.executable, "-m", "ensurepip"], check=True, stdout=subprocess.DEVNULL)
    locks = [REQUIREMENTS / name for name in LOCKS[kind]]
    chosen = [part for lock in locks for part in ("-r", str(lock))]
    total = sum(len(pins(lock)) for lock in locks)
    steps = (
        (
            f"Installing {total} packages, each checked against its hash",
            # A lock is whole: nothing is looked up beside it, as pip would for a package's extras.
            ("install", "--no-compile", "--no-deps", "--require-hashes", *chosen),
        ),
        (
            "Installing changeproof from this checkout",
            ("install", "--no-deps", "--no-build-isolation", "-e", str(ROOT)),
        ),
    )
    for title, arguments in steps:
        if not run_pip(title, arguments, total):
            return 3
    kept = {name: digest for name, digest in remembered.items() if digest == wanted.get(name)}
    installed = {"runtime": wanted["runtime"], kind: wanted[kind]}
    REMEMBERED.write_text(json.dumps(kept | installed))
    print(f"Installed in {time.monotonic() - started:.0f} s.", flush=True)
    return 0


def digests() -> dict[str, str]:
    """What each kind of installation is made from: its locks, our metadata, this place."""
    common = [ROOT / "pyproject.toml", REQUIREMENTS / "runtime.in"]
    return {
        kind: hashlib.sha256(
            b"\0".join(
                [
                    str(ROOT).encode(),  # scripts in .venv/bin name it: a moved checkout is mended
                    sys.version.encode(),
                    *(path.read_bytes() for path in common),
                    *((REQUIREMENTS / name).read_bytes() for name in names),
                ]
            )
        ).hexdigest()
        for kind, names in LOCKS.items()
    }


def read_remembered() -> dict[str, str]:
    try:
        remembered: dict[str, str] = json.loads(REMEMBERED.read_text())
    except (OSError, ValueError):
        return {}
    return remembered


def pins(lock: Path) -> list[str]:
    return [line for line in lock.read_text().splitlines() if PINNED.match(line)]


def run_pip(title: str, arguments: tuple[str, ...], total: int) -> bool:
    """Run pip with one line of progress; on failure print all that it said."""
    said: list[str] = []
    if not sys.stdout.isatty():
        print(f"{title} ...", flush=True)
    with subprocess.Popen(
        [*PIP, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in stages(process.stdout, said, total):
            show(f"{title}: {line}")
    if process.returncode == 0:
        show(f"{title}: done", last=True)
        return True
    show(f"{title}: pip stopped", last=True)
    print("".join(said[-40:]), file=sys.stderr)
    print(
        f"{title} did not succeed; pip says why above. With a connection to your package index "
        "restored, run the same command again.",
        file=sys.stderr,
    )
    return False


def stages(output: Iterator[str], said: list[str], total: int) -> Iterator[str]:
    """What pip is doing, from its own lines."""
    collected = 0
    for line in output:
        said.append(line)
        words = line.split()
        if line.startswith("Collecting"):
            collected += 1
            yield f"{collected} of {total}, {words[1].partition('==')[0]}"
        elif line.startswith("Installing collected"):
            yield "unpacking"


def show(text: str, *, last: bool = False) -> None:
    """Overwrite the line on a terminal; a file gets the first word of a step and the last."""
    if sys.stdout.isatty():
        print(f"\r\x1b[K{text}", end="\n" if last else "", flush=True)
    elif last:
        print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
