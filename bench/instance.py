"""A fresh instance in a temporary directory, worked on by the commands that people type."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.registry import NotMeasured

ROOT = Path(__file__).resolve().parent.parent
COMMAND = Path(sys.prefix) / "bin" / "changeproof"
SHARED = ROOT.parent / "shared"


# A person's Python keeps what it compiled; a build machine may forbid it, and would then compile
# nine hundred modules again with each command.
def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True)
class Instance:
    """One instance; `place` is the directory to leave other files in."""

    place: Path

    @property
    def data(self) -> Path:
        return self.place / "instance"

    def run(self, *words: str | Path) -> str:
        """Stdout of `changeproof WORDS --data …`. Raises NotMeasured if it could not run."""
        typed = [str(word) for word in (*words, "--data", self.data)]
        done = subprocess.run(
            [str(COMMAND), *typed], env=_environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            shown, said = " ".join(typed), done.stderr[-2000:]
            raise NotMeasured(f"`changeproof {shown}` ended with {done.returncode}:\n{said}")
        return done.stdout


@contextmanager
def fresh_instance(*options: str) -> Iterator[Instance]:
    """An empty instance, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="changeproof-bench-") as directory:
        instance = Instance(Path(directory))
        instance.run("init", *options)
        yield instance


def history(name: str, place: Path) -> Path:
    """One of the shared histories as a repository in `place`."""
    exported = SHARED / "data" / "git" / f"{name}.jsonl.gz"
    if not exported.is_file():
        raise NotMeasured("the folder shared/ with real histories is not beside this checkout")
    repository = place / f"{name}.git"
    script = SHARED / "tools" / "rebuild_history.py"
    rebuild = [sys.executable, str(script), str(exported), str(repository)]
    subprocess.run(rebuild, check=True, capture_output=True)
    return repository


def invented_history(
    commits: int, place: Path, begins: int = 1_700_000_000, apart: int = 420
) -> Path:
    """A repository of direct pushes, one every `apart` seconds, each to a file of its own."""
    repository = place / "invented.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", repository], check=True)
    stream = bytearray()
    for number in range(commits):
        when = begins + number * apart
        person = f"Person {number % 40} <person{number % 40}@example.com> {when} +0000"
        message, body = f"Change {number} (#{number})\n".encode(), f"{number}\n".encode()
        stream += b"commit refs/heads/main\n"
        stream += f"author {person}\ncommitter {person}\n".encode()
        stream += b"data %d\n%s" % (len(message), message)
        stream += b"M 100644 inline services/%d.txt\ndata %d\n%s" % (number % 500, len(body), body)
    fast_import = ["git", "-C", str(repository), "fast-import", "--quiet"]
    subprocess.run(fast_import, input=bytes(stream), check=True)
    return repository
