"""One file as a delivery: its kind by name or by shape, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.intake.deliveries import Taken, take
from changeproof.intake.file_trust import require_files_accepted
from changeproof.ledger.service import Ledger, now
from changeproof.sources.delivery import Delivery
from changeproof.sources.guards import guard_size
from changeproof.sources.translate import detect, kind_named

UNKNOWN_SHAPE = "its shape is none that we know: name its kind"


@dataclass(frozen=True, slots=True)
class File:
    """A name to call it by, and its bytes."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class FileTaken:
    """What became of one file; `kind` is None where nobody knows it."""

    name: str
    kind: str | None
    outcome: str
    events: int
    reason: str | None

    @property
    def was_read(self) -> bool:
        return self.outcome in ("translated", "ignored")


def take_files(
    ledger: Ledger,
    files: Sequence[File],
    kind: str | None,
    collector: str,
    *,
    options: tuple[tuple[str, str], ...] = (),
    claims: bool = False,
) -> list[FileTaken]:
    """Take files in, each alone, so that none stops those behind it; without a `kind` the shape
    of each decides. `claims`: a person brought them. Raises what the database raises."""
    return [_taken(ledger, file, kind, collector, options, claims) for file in files]


def _taken(
    ledger: Ledger,
    file: File,
    kind: str | None,
    collector: str,
    options: tuple[tuple[str, str], ...],
    claims: bool,
) -> FileTaken:
    try:
        guard_size(file.body)
        named = kind_named(kind) if kind else None
        known = named.name if named else kind or detect(file.body)
        if known is None:
            return FileTaken(file.name, None, "refused", 0, UNKNOWN_SHAPE)
        if not claims:
            require_files_accepted(ledger, known)
    except Refusal as refusal:
        return FileTaken(file.name, kind, "refused", 0, refusal.why)
    delivery = Delivery(
        kind=known,
        id=sha256_hex(file.body),
        body=file.body,
        received_at=now(),
        options=options,
        trust_claimed_times=ledger.instance.demonstration,
        claims=claims,
    )
    [taken] = take(ledger, [delivery], collector)
    return _told(file, known, taken)


def _told(file: File, kind: str, taken: Taken) -> FileTaken:
    return FileTaken(file.name, kind, taken.outcome, taken.events, taken.reason)
