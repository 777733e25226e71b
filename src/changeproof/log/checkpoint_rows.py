"""Which rows of `log_checkpoint` hold, each looked at by itself.

A row says its size and root twice: in its columns and in the signed note. The signature decides
which of them was edited. Whether the entries lead to that root is asked in `recomputation`.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from changeproof.log.checkpoints import Checkpoint, verify_checkpoint
from changeproof.log.database import Database
from changeproof.log.difference import LogDifference
from changeproof.log.notes import BadNote, Verifier, parse_note
from changeproof.log.rows import as_bytes, blob, pages, text_bytes


class Claim(NamedTuple):
    """A size, the root it should have, and whether the log's key says so."""

    size: int
    root: bytes
    is_signed: bool


@dataclass
class CheckpointRows:
    """What the first reading found: `doubtful` maps a row's size to what can still be claimed."""

    differences: list[LogDifference] = field(default_factory=list)
    doubtful: dict[int, Claim | None] = field(default_factory=dict)
    signed_size: int = 0
    unsigned_size: int = 0


def read_checkpoint_rows(database: Database, verifier: Verifier) -> CheckpointRows:
    """Verify each row by itself."""
    found = CheckpointRows()
    for size, root, note in _rows(database):
        signed, why = _signed(note, verifier)
        claim = _judge(found, size, root, signed, why)
        if claim is not None and claim.is_signed:
            found.signed_size = max(found.signed_size, claim.size)
        elif claim is not None:
            found.unsigned_size = max(found.unsigned_size, claim.size)
    return found


def claims(database: Database, found: CheckpointRows) -> Iterator[Claim]:
    """What the rows claim of the tree, by ascending size; read anew, so that memory stays flat."""
    displaced = [
        claim for size, claim in found.doubtful.items() if claim is not None and claim.size != size
    ]
    return heapq.merge(_in_place(database, found), sorted(displaced))


def _in_place(database: Database, found: CheckpointRows) -> Iterator[Claim]:
    for size, root, _ in _rows(database):
        if size not in found.doubtful:
            yield Claim(size, root or b"", is_signed=True)
            continue
        claim = found.doubtful[size]
        if claim is not None and claim.size == size:
            yield claim


def _judge(
    found: CheckpointRows, size: int, root: bytes | None, signed: Checkpoint | None, why: str
) -> Claim | None:
    """What the row still claims; differences and doubt go into `found`."""

    def differs(column: str, what: str) -> None:
        entry = size - 1 if size > 0 else None
        found.differences.append(LogDifference("log_checkpoint", str(size), column, entry, what))

    if signed is not None and size == signed.size and root == signed.root and size > 0:
        return Claim(size, root, is_signed=True)
    claim: Claim | None = None
    if signed is not None and signed.size > 0 and (size == signed.size or root == signed.root):
        claim = Claim(signed.size, signed.root, is_signed=True)
        if size != signed.size:
            differs("size", f"the signed note says {signed.size}")
        else:
            differs("root", f"the signed note says {signed.root.hex()}")
    else:
        differs("note", why or f"it is signed for another row, of size {signed and signed.size}")
        if root is None:
            differs("root", "it is not a blob")
        elif size > 0:
            claim = Claim(size, root, is_signed=False)
    found.doubtful[size] = claim
    return claim


def _signed(note: bytes | None, verifier: Verifier) -> tuple[Checkpoint | None, str]:
    """The checkpoint that the note signs, or why it signs none."""
    if note is None:
        return None, "it is not text"
    try:
        checkpoint = verify_checkpoint(note, verifier)
        signatures = len(parse_note(note).signatures)
    except BadNote as error:
        return None, str(error)
    if signatures != 1 or checkpoint.extensions:
        return None, "it holds more than the log's own checkpoint and signature"
    return checkpoint, ""


def _rows(database: Database) -> Iterator[tuple[int, bytes | None, bytes | None]]:
    cells = blob("root", database.dialect), text_bytes("note", database.dialect)
    for size, root, note in pages(database, "log_checkpoint", ["size"], cells):
        yield size, as_bytes(root), as_bytes(note)
