"""The list of changes: what was asked for, the rows, and where the rest is."""

from dataclasses import dataclass
from urllib.parse import urlencode

from changeproof.web.counting import count, thousands
from changeproof.web.states import WORDS, State

PER_PAGE = 50

ORIGINS = (
    ("requested", "Requested"),
    ("reviewed", "Reviewed"),
    ("claimed", "Claimed by message text"),
    ("detected", "Detected, nobody filed it"),
)

VERDICT_CHOICES = tuple(
    (verdict, WORDS[verdict])
    for verdict in ("deviation", "not_verifiable", "pending", "met", "not_applicable")
)


@dataclass(frozen=True)
class Filter:
    """What the viewer asked for; empty means all."""

    system: str = ""
    verdict: str = ""
    origin: str = ""
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.system or self.verdict or self.origin or self.text)

    @property
    def words(self) -> str:
        """For the caption: `with verdict deviation in tariff-engine`."""
        parts = []
        if self.verdict:
            parts.append(f"with verdict {WORDS.get(self.verdict, self.verdict).lower()}")
        if self.origin:
            parts.append(f"{dict(ORIGINS).get(self.origin, self.origin).lower()}")
        if self.system:
            parts.append(f"in {self.system}")
        if self.text:
            parts.append(f"matching “{self.text}”")
        return ", ".join(parts)

    def query(self, page: int) -> str:
        """The address of another page of the same answer."""
        pairs = [
            (name, value)
            for name, value in (
                ("system", self.system),
                ("verdict", self.verdict),
                ("origin", self.origin),
                ("text", self.text),
                ("page", str(page) if page > 1 else ""),
            )
            if value
        ]
        return f"?{urlencode(pairs)}" if pairs else "?"


@dataclass(frozen=True)
class ChangeRow:
    """One change in the list."""

    id: str
    title: str
    system: str
    kind: str
    origin: str
    state: State
    reason: str  # of its most urgent finding; empty where met
    requested_by: str  # an account; empty: nobody on file
    deployed_at: int | None
    reference: str = ""  # "pull request 7", "TAR-318": what people call it


@dataclass(frozen=True)
class ChangesPage:
    """`changes.html`; `_change_rows.html` alone is the htmx fragment."""

    filter: Filter
    rows: tuple[ChangeRow, ...]
    total: int  # that match
    population: int  # all
    page: int
    systems: tuple[str, ...]
    waiting: int = 0  # came in and are not judged yet

    @property
    def origins(self) -> tuple[tuple[str, str], ...]:
        return ORIGINS

    @property
    def verdicts(self) -> tuple[tuple[str, str], ...]:
        return VERDICT_CHOICES

    @property
    def first(self) -> int:
        return (self.page - 1) * PER_PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def next_first(self) -> int:
        """The number of the first row of the next page: where the focus goes."""
        return self.page * PER_PAGE + 1

    @property
    def next_query(self) -> str:
        return self.filter.query(self.page + 1) if self.last < self.total else ""

    @property
    def previous_query(self) -> str:
        return self.filter.query(self.page - 1) if self.page > 1 else ""

    @property
    def caption(self) -> str:
        """`37 changes, with verdict deviation`."""
        words = self.filter.words
        return f"{count(self.total, 'change')}{', ' + words if words else ''}"

    @property
    def more(self) -> str:
        return f"Show more: {thousands(self.last)} of {thousands(self.total)} are shown"

    @property
    def announcement(self) -> str:
        """What the live region says after "Show more"."""
        upto = min(self.last + PER_PAGE, self.total)
        return f"{count(upto - self.last, 'more change')} shown, {upto} of {self.total}"
