"""Reconciliation: from asked for to running, what matches and every leftover with its verdict."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.translation import gettext, ngettext

from changeproof.ledger.reconciliation.reconcile import UNEXPLAINED
from changeproof.web.counting import listed, thousands
from changeproof.web.states import State

FEW = 6
"""Up to so many leftovers of a verdict are drawn one by one; more are a number."""


@dataclass(frozen=True)
class Asked:
    """What the address asks for; dates as people write them, the last one included."""

    system: str = ""
    since: str = ""
    until: str = ""
    verdict: str = ""

    def query(self, **other: str) -> str:
        """The address's query with some of it changed."""
        said = {
            "system": self.system,
            "from": self.since,
            "to": self.until,
            "verdict": self.verdict,
            **other,
        }
        return "?" + urlencode({name: value for name, value in said.items() if value})

    @property
    def csv(self) -> str:
        """Every leftover of the same period and system, as a file."""
        return self.query(verdict="", format="csv")


@dataclass(frozen=True)
class Marks:
    """Leftovers of one verdict on a stub."""

    kind: str  # the state's class, "deviation"
    glyph: str
    text: str  # "2 Deviation"
    number: int

    @property
    def each(self) -> range:
        return range(self.number if self.number <= FEW else 1)

    @property
    def figure(self) -> int | None:
        return self.number if self.number > FEW else None


@dataclass(frozen=True)
class Half:
    """One side of a span: its total, what matches, what stops short."""

    label: str
    act: str
    total: int
    matched: int
    left: int
    words: str  # "with no ticket"
    marks: tuple[Marks, ...]


@dataclass(frozen=True)
class SpanRow:
    """Two posts and what reaches from one to the other."""

    label: str
    left: Half
    right: Half


@dataclass(frozen=True)
class LeftoverRow:
    """One item without a counterpart; `subject` is the change to open, where there is one."""

    state: State
    what: str  # "Commit with no pull request"
    item: str
    system: str
    happened_at: int | None
    reason: str
    subject: str


@dataclass(frozen=True)
class Group:
    """Leftovers of one verdict and one kind, too many or too quiet to be listed one by one."""

    state: State
    number: int
    what: str
    reason: str  # of one of them, where all have the same
    query: str


@dataclass(frozen=True)
class BesideRow:
    """A population that no pull request carries."""

    label: str
    seen: int
    explained: int
    left: int
    marks: tuple[Marks, ...]
    reason: str


@dataclass(frozen=True)
class RetrievalRow:
    """How a side was fetched."""

    of: str
    items: str
    query: str
    retrieved_at: int | None
    rows: int
    ending: str
    reply: str


@dataclass(frozen=True)
class ReconciliationPage:
    """`reconciliation.html`."""

    asked: Asked
    systems: tuple[str, ...]
    since: int
    until: int
    system_count: int
    tally: tuple[State, ...]
    spans: tuple[SpanRow, ...]
    last: Half | None
    rows: tuple[LeftoverRow, ...]
    groups: tuple[Group, ...]
    beside: tuple[BesideRow, ...]
    retrievals: tuple[RetrievalRow, ...]
    unseen_sides: tuple[str, ...]
    silent: tuple[str, ...]
    unexplained: int
    total: int
    changes: int
    origins: tuple[tuple[str, int], ...] = ()
    more: int = 0
    verdicts: tuple[tuple[str, str], ...] = field(default=())

    @property
    def last_day(self) -> int:
        """The last day that belongs to it."""
        return self.until - 1

    @property
    def sentence(self) -> str:
        """Whether the record is whole, and where it cannot be seen."""
        if not any(row.left.total or row.right.total for row in self.spans):
            return gettext("Nothing is on record in this period: there is nothing to reconcile.")
        if self.unexplained:
            first = ngettext(
                "Not reconciled: %(number)s item is explained by nothing on record.",
                "Not reconciled: %(number)s items are explained by nothing on record.",
                self.unexplained,
            ) % {"number": thousands(self.unexplained)}
        else:
            first = gettext(
                "From the ticket to what runs, every item that we saw is matched on both "
                "sides, or listed below with a verdict."
            )
        if self.silent:
            names = ", ".join(self.silent)
            first += gettext(" Silent now: %(names)s; what came after is not in these figures.") % {
                "names": names
            }
        if self.unseen_sides:
            sides = listed([side.lower() for side in self.unseen_sides])
            first += gettext(" No source tells of %(sides)s.") % {"sides": sides}
        return first

    @property
    def caption(self) -> str:
        """What is listed."""
        if self.asked.verdict == UNEXPLAINED:
            return ngettext(
                "%(number)s leftover that nothing on record explains",
                "%(number)s leftovers that nothing on record explains",
                self.total,
            ) % {"number": thousands(self.total)}
        return ngettext(
            "%(number)s leftover, each with a verdict",
            "%(number)s leftovers, each with a verdict",
            self.total,
        ) % {"number": thousands(self.total)}
