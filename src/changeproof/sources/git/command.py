"""Running git on a repository that we do not trust.

Nothing that the repository configures is executed: no pager, hook, signature program, diff
driver or transport. Settings of the machine and of the user are left out, so that the same
repository gives the same bytes everywhere.
"""

import os
import subprocess
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from changeproof.events.refusal import Refusal

_SETTINGS = (
    ("safe.directory", "*"),
    ("core.fsmonitor", "false"),
    ("core.hooksPath", os.devnull),
    ("log.showSignature", "false"),
    ("diff.renames", "false"),
    ("diff.orderFile", os.devnull),
    ("protocol.allow", "never"),
)
CHUNK = 1 << 18
"""Bytes of git's output that are read at once."""
_PIPE = 1 << 20
_IN_MEMORY = "/dev/shm"  # noqa: S108 - a folder of our own is made in it


def _environment(directory: Path) -> dict[str, str]:
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "HOME": os.devnull,
        "XDG_CONFIG_HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_GRAFT_FILE": os.devnull,
        "GIT_PAGER": "",
        "GIT_CEILING_DIRECTORIES": str(directory.parent),
        "GIT_CONFIG_COUNT": str(len(_SETTINGS)),
    }
    for index, (key, value) in enumerate(_SETTINGS):
        environment[f"GIT_CONFIG_KEY_{index}"] = key
        environment[f"GIT_CONFIG_VALUE_{index}"] = value
    for name in ("SYSTEMROOT", "TEMP", "TMP"):  # Windows cannot start a program without them
        if name in os.environ:
            environment[name] = os.environ[name]
    return environment


def ask(directory: Path, *arguments: str, given: bytes = b"") -> tuple[int, bytes, str]:
    """Exit status, output and complaint of a short question. Raises Refusal without git."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, no shell
            ["git", *arguments],  # noqa: S607 - found on the path on purpose
            cwd=directory,
            env=_environment(directory),
            input=given,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise git_missing() from error
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace").strip()


def fields(stream: IO[bytes]) -> Iterator[bytes]:
    """What stands between NULs; memory holds one field."""
    rest: list[bytes] = []
    while chunk := os.read(stream.fileno(), CHUNK):
        first, *others = chunk.split(b"\0")
        rest.append(first)
        if others:
            yield b"".join(rest)
            rest = [others.pop()]
            yield from others
    if left := b"".join(rest):
        yield left


class Fields:
    """The NUL-terminated fields of git's output, streamed (or what `split` makes of it).

    Git begins at once and works beside its reader. Iterating raises Refusal if git ends badly:
    the history is damaged, or not all here. Whoever stops half-way closes it.
    """

    def __init__(
        self,
        directory: Path,
        arguments: Sequence[str],
        given: bytes,
        elsewhere: Mapping[str, str] | None = None,
        split: Callable[[IO[bytes]], Iterator[bytes]] = fields,
    ) -> None:
        """`elsewhere` is `Scratch.environment`: where git may write objects of its own."""
        self._directory = directory
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - `close` closes it
        try:
            self._process = subprocess.Popen(  # noqa: S603 - a fixed program, no shell
                ["git", *arguments],  # noqa: S607 - found on the path on purpose
                cwd=directory,
                env={**_environment(directory), **(elsewhere or {})},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                pipesize=_PIPE,  # git reads ahead while we work; no more than this
            )
        except FileNotFoundError as error:
            self._complaints.close()
            raise git_missing() from error
        assert self._process.stdin is not None  # noqa: S101 - for the type checker
        with suppress(BrokenPipeError):  # git ended early; its status tells why
            self._process.stdin.write(given)
            self._process.stdin.close()
        self._fields = self._read(split)

    def __iter__(self) -> "Fields":
        return self

    def __next__(self) -> bytes:
        return next(self._fields)

    def close(self) -> None:
        """Stop git, if it still works. Closing twice is harmless."""
        self._fields.close()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process.kill()
        self._process.wait()
        self._complaints.close()

    def _read(self, split: Callable[[IO[bytes]], Iterator[bytes]]) -> Generator[bytes, None, None]:
        assert self._process.stdout is not None  # noqa: S101 - for the type checker
        yield from split(self._process.stdout)
        if self._process.wait():
            self._complaints.seek(0)
            said = self._complaints.read(4096).decode("utf-8", "replace")
            raise damaged(self._directory, said)


class Scratch:
    """A folder for the objects that a question makes, beside those of the repository.

    Git would make them inside the repository, which is not ours to write to (and may not be
    writable); and it makes a thousand folders, which a file system in memory does in a tenth of
    the time.
    """

    def __init__(self, directory: Path) -> None:
        _, output, _ = ask(directory, "rev-parse", "--git-path", "objects")
        objects = directory / output.decode("utf-8", "surrogateescape").rstrip("\n")
        place = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
        self._folder = tempfile.TemporaryDirectory(prefix="changeproof-git-", dir=place)
        held = str(objects.resolve()).replace("\\", "\\\\").replace('"', '\\"')
        self.environment = {
            "GIT_OBJECT_DIRECTORY": self._folder.name,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{held}"',  # quoted: a path may hold a colon
        }

    def close(self) -> None:
        """Remove it. Closing twice is harmless."""
        self._folder.cleanup()


def git_missing() -> Refusal:
    """Git is not installed."""
    return Refusal(
        "The history was not read.",
        where="git",
        why="git is not installed, or not on the path",
        cure="Install git, then run the command again.",
    )


def damaged(directory: Path, complaint: str) -> Refusal:
    """Git could not read objects that the history needs."""
    lines = [line for line in complaint.splitlines() if line.strip()]
    return Refusal(
        "The history was not read to its end.",
        where=str(directory),
        why=f"git says: {lines[-1].strip()[:300]}" if lines else "git ended without a word",
        cure="Run `git fsck` there; clone it again (whole, without --filter) if it is damaged.",
    )
