"""The log: its size and root, the signed checkpoint, the entries, and one entry with its proof."""

from dataclasses import dataclass

from changeproof.web.pages.change_page import InclusionProof

PER_PAGE = 100


@dataclass(frozen=True)
class EntryRow:
    """One line of the list."""

    index: int
    event: str
    type: str
    source: str
    actor: str  # an account; empty: none
    occurred_at: int | None
    received_at: int


@dataclass(frozen=True)
class LogPage:
    """`log.html`."""

    size: int
    root: str
    checkpoint: str  # the signed note, as served
    verifier_key: str  # one line
    signed_at: int | None
    entries: tuple[EntryRow, ...]  # newest first
    older: int | None = None  # `?before=`: entries below this index
    newer: int | None = None
    data: str = ""
    server: str = ""


@dataclass(frozen=True)
class EntryPage:
    """`entry.html`: the bytes that were hashed, and what proves that they are in the log."""

    index: int
    event: str
    type: str
    source: str
    actor: str
    occurred_at: int | None
    time_basis: str  # stated, bound, none
    received_at: int
    canonical: str  # the leaf, as canonical JSON
    proof: InclusionProof
    payload_digest: str = ""
    payload: str = ""  # "kept, 14,233 bytes", "no longer kept"
    changes: tuple[tuple[str, str], ...] = ()  # id and title of what it is evidence for
    data: str = ""

    @property
    def previous(self) -> int | None:
        return self.index - 1 if self.index else None

    @property
    def next(self) -> int | None:
        return self.index + 1 if self.index + 1 < self.proof.size else None
