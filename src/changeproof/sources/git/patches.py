"""What a commit changes, whatever its hash: its patch, and the patch that would undo it.

Read as `git patch-id --verbatim` reads one: paths, modes and lines with three lines around them,
without line numbers. Hashed whole by SHA-256 and not by git's command: its stable identity adds up
one hash a file, and sums can be made to meet; it ends a line at a NUL, and without `--verbatim` it
is blind to spaces, which in some languages are meaning. Binary files count by their content's
hash. A merge is taken against its first parent: all that it brought to the branch.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from changeproof.events.refusal import Refusal
from changeproof.sources.git.command import CHUNK, Fields

LARGEST = 1 << 24
"""Bytes of a patch that has an identity: a longer one is held in memory by nobody."""

_UNDOING = ("revert", "back out", "backout", "roll back", "rollback", "undo")
"""Words, one of which stands in the message of a commit that is asked what would undo it."""

_MARK = b"\ncommit "
_LOG = (
    "-c",
    "core.quotePath=true",
    "-c",
    "diff.suppressBlankEmpty=false",
    "--no-pager",
    "log",
    "--topo-order",
    "--reverse",
    "--no-show-signature",
    "--encoding=UTF-8",
    "--format=commit %H",
    "--patch",
    "--full-index",
    "--unified=3",
    "--inter-hunk-context=0",
    "--diff-algorithm=myers",
    "--indent-heuristic",
    "--no-prefix",
    "--no-color",
    "--no-relative",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    "--diff-merges=first-parent",
    "--submodule=short",
    "--ignore-submodules=none",
    "--root",
    "--stdin",
)
_INVERSE = ("-R", "--regexp-ignore-case", "--fixed-strings", *(f"--grep={w}" for w in _UNDOING))


class Patch(NamedTuple):
    """Digests in hexadecimal; null where nothing is changed, or nobody looked."""

    patch: str | None
    inverse: str | None


class Patches:
    """Answers in the order of the history, so that git works beside its reader."""

    def __init__(self, directory: Path, given: bytes) -> None:
        self._patches = _Answers(directory, _LOG, given)
        self._inverses = _Answers(directory, (*_LOG[:-1], *_INVERSE, _LOG[-1]), given)

    def of(self, revision: str, message: bytes) -> Patch:
        """The patch of that commit; its inverse where the message speaks of undoing something."""
        said = message.lower()
        undoes = any(word.encode() in said for word in _UNDOING)
        return Patch(self._patches.of(revision), self._inverses.of(revision) if undoes else None)

    def close(self) -> None:
        """Stop git, if it still works."""
        self._patches.close()
        self._inverses.close()


class _Answers:
    """One run of git: commit and digest, in its order."""

    def __init__(self, directory: Path, arguments: tuple[str, ...], given: bytes) -> None:
        self._git = Fields(directory, arguments, given, split=_records)
        self._answers = _read(self._git)
        self._ahead: dict[str, str | None] = {}

    def of(self, revision: str) -> str | None:
        if revision in self._ahead:
            return self._ahead.pop(revision)
        for made, digest in self._answers:
            if made == revision:
                return digest
            self._ahead[made] = digest
        return None

    def close(self) -> None:
        self._git.close()


def _records(stream: IO[bytes]) -> Iterator[bytes]:
    """Each commit's hash and patch; of one that is too large, its hash and one byte more.

    No line of a patch begins as the mark does: contents are prefixed, paths quoted.
    """
    held, sought = bytearray(), 0
    while chunk := os.read(stream.fileno(), CHUNK):
        held += chunk
        begun = 0
        while (end := held.find(_MARK, max(begun, sought))) >= 0:
            yield bytes(held[begun:end])
            begun = sought = end + 1
        del held[:begun]
        if len(held) > LARGEST:
            held[LARGEST // 2 : -len(_MARK)] = b"x"  # or the two ends might make a mark
            held[0:0] = b"too large "
        sought = max(0, len(held) - len(_MARK))
    if held:
        yield bytes(held)


def _read(stream: Iterator[bytes]) -> Iterator[tuple[str, str | None]]:
    try:
        for record in stream:
            first, _, patch = record.partition(b"\n")
            revision = first.rpartition(b" ")[2].decode("ascii")
            whole = first.startswith(b"commit ")
            patch = patch.strip(b"\n")
            yield revision, _digest(patch) if patch and whole else None
    except (Refusal, UnicodeDecodeError):
        return  # objects that are not here, or an older git: nobody looked


def _digest(patch: bytes) -> str:
    """SHA-256 of a patch without line numbers, nor the hashes of contents that it shows."""
    digest = hashlib.sha256()
    for file in (b"\n" + patch).split(b"\ndiff --git ")[1:]:
        digest.update(b"\ndiff --git ")
        head, *hunks = file.split(b"\n@@ ")
        lines = head.split(b"\n")
        if hunks:
            lines = [line for line in lines if not line.startswith(b"index ")]
        digest.update(b"\n".join(lines))
        for hunk in hunks:
            digest.update(b"\n@@\n")
            digest.update(hunk.partition(b"\n")[2])
    return digest.hexdigest()
