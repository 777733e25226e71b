"""Checkpoints (C2SP tlog-checkpoint): origin, size and root of a log, as the text of a note."""

import base64
import binascii
import re
from dataclasses import dataclass

from changeproof.log.notes import BadNote, Verifier, verify_note
from changeproof.log.tree import HASH_SIZE

_SIZE = re.compile(r"0|[1-9][0-9]{0,19}")
_MAX_SIZE = 2**64 - 1


class BadCheckpoint(BadNote):
    """A note's text that is no checkpoint, or is one of another log."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log commits to: that its first `size` entries have this root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The note's text: three lines, then extensions, of which our own log has none."""
        root = base64.b64encode(self.root).decode("ascii")
        return "".join(f"{line}\n" for line in (self.origin, self.size, root, *self.extensions))


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that a note's text states. Raises BadCheckpoint."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() != "" or not all(lines):
        raise BadCheckpoint("a checkpoint is an origin, a size, a root, each on its line")
    origin, size, root, *extensions = lines
    if not _SIZE.fullmatch(size) or int(size) > _MAX_SIZE:
        raise BadCheckpoint(f"{size[:40]!r} is no size of a log")
    try:
        digest = base64.b64decode(root.encode("ascii"), validate=True)
    except (UnicodeError, binascii.Error) as error:
        raise BadCheckpoint("the root is not base64") from error
    checkpoint = Checkpoint(origin, int(size), digest, tuple(extensions))
    if len(digest) != HASH_SIZE or checkpoint.text != text:
        raise BadCheckpoint(f"the root is not {HASH_SIZE} bytes in canonical base64")
    return checkpoint


def verify_checkpoint(note: str | bytes, verifier: Verifier, origin: str = "") -> Checkpoint:
    """The checkpoint that `verifier` signed for `origin` (as a rule, the key's own name).

    Raises BadNote if the signature does not hold, BadCheckpoint if it is another log's.
    """
    checkpoint = parse_checkpoint(verify_note(note, [verifier]).text)
    expected = origin or verifier.name
    if checkpoint.origin != expected:
        raise BadCheckpoint(f"expected origin {expected}, got {checkpoint.origin}")
    return checkpoint
