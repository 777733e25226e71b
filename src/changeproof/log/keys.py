"""The log's signing key in a file of its owner's alone: one line, in signed-note form."""

import os
from pathlib import Path

from changeproof.events.refusal import Refusal
from changeproof.log.notes import BadNote, Signer


def create_key(file: Path, name: str) -> Signer:
    """A new key under `name`, written to `file` with mode 0600.

    Raises FileExistsError rather than replace a key: whoever kept the old one would take the
    log for another.
    """
    signer = Signer.generate(name)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(signer.private_text + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    return signer


def load_key(file: Path) -> Signer:
    """The key in `file`. Raises Refusal, quoting none of it, if there is none to be read."""
    try:
        return Signer.parse(file.read_text(encoding="utf-8").removesuffix("\n"))
    except (OSError, UnicodeError, BadNote) as error:
        missing = isinstance(error, FileNotFoundError)
        raise Refusal(
            "The log's signing key was not read.",
            where=str(file),
            why="there is no such file" if missing else f"{type(error).__name__}: {_plain(error)}",
            cure="Restore the file from a backup of the instance; a new key would begin a new log.",
        ) from error


def _plain(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or "it cannot be read"
    return str(error) if isinstance(error, BadNote) else "it is not UTF-8"
