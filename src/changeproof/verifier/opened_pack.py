"""What the verifier has learnt of a pack so far: each step adds to it, later ones build on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Any, TypeVar

from changeproof.checks.loader import CheckSet
from changeproof.ledger.reprojection import Reprojection
from changeproof.log.archive_members import Limits, Members
from changeproof.log.checkpoints import Checkpoint
from changeproof.log.sealed_archive import Seal
from changeproof.verifier.composition import Composition, Progress
from changeproof.verifier.pack_format import Cover

LIMITS = Limits()
NAMED = 20
"""Problems of one step that are named; the rest are counted."""

Known = TypeVar("Known")


class NotChecked(Exception):
    """A step could not be taken because an earlier one gave nothing to stand on."""


@dataclass(frozen=True)
class Found:
    """What a step looked at, in a sentence, and what differs."""

    says: str
    problems: Sequence[str] = ()


@dataclass
class OpenedPack:
    """One run over one file."""

    stream: IO[bytes]
    vkey: str | None
    limits: Limits = LIMITS
    on_progress: Progress | None = None
    facts: dict[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    seal: Seal | None = None
    note: bytes = b""
    members: Members | None = None
    cover: Cover | None = None
    own_vkey: str | None = None
    checkpoint: Checkpoint | None = None
    evidence: Reprojection | None = None
    texts: dict[str, str] = field(default_factory=dict)
    checks: CheckSet | None = None
    composed: Composition | None = None

    def tell(self, what: str, done: int, total: int) -> None:
        if self.on_progress is not None:
            self.on_progress(what, done, total)


def need(known: Known | None, what: str) -> Known:
    """What an earlier step found; raises NotChecked where it did not."""
    if known is None:
        raise NotChecked(f"Not checked: {what} could not be read.")
    return known


def shortened(problems: Sequence[Any]) -> list[str]:
    """The first problems, and how many more there are."""
    named = [str(each) for each in problems[:NAMED]]
    more = len(problems) - len(named)
    return [*named, f"and {more:,} more"] if more > 0 else named
