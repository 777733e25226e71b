"""The audits: periods, their figures, and the pack that an auditor verifies offline."""

from dataclasses import dataclass

from changeproof.events.refusal import Refusal
from changeproof.web.pages.entry_link import EntryLink


@dataclass(frozen=True)
class Period:
    """A period that a pack can be made of; one not yet closed gives an interim pack."""

    start: int
    end: int
    changes: int
    with_deviation: int
    not_verifiable: int
    is_closed: bool
    first_day: str  # "2025-04-01"
    last_day: str
    day_after: str  # as the command's `--to` takes it: the end is excluded


@dataclass(frozen=True)
class IssuedPack:
    """A pack that was made; its digest is what the auditor compares."""

    issued_at: int
    start: int
    end: int
    by: str  # an account; empty: the command line
    digest: str
    is_interim: bool
    entry: EntryLink | None = None


@dataclass(frozen=True)
class OrderedPack:
    """A pack asked for on this page: how far it is, and where to fetch it."""

    order: str
    asked_at: int
    start: int
    end: int
    by: str
    state: str  # waiting, working, ready, failed, gone
    progress: str  # "Judging, 40 %"
    why: str
    cure: str

    @property
    def is_under_way(self) -> bool:
        return self.state in ("waiting", "working")


@dataclass(frozen=True)
class AuditsPage:
    """`audits.html`."""

    periods: tuple[Period, ...]
    checks: int
    data: str = ""
    is_partial: bool = False  # the viewer may not see every system; the figures leave those out
    can_download: bool = False  # whether the viewer may have a pack made
    gives_seats: bool = False  # whether the viewer may say who audits
    packs: tuple[IssuedPack, ...] = ()  # newest first
    orders: tuple[OrderedPack, ...] = ()  # newest first
    first_day: str = ""  # as typed, after a refusal
    last_day: str = ""
    refusal: Refusal | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether a pack is being made: then the page looks again by itself."""
        return any(order.is_under_way for order in self.orders)
