"""The list of changes: what was asked for, the rows, and where the rest is."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from changeproof.web.counting import count, thousands
from changeproof.web.pages.change_filter import Filter
from changeproof.web.pages.found import Found
from changeproof.web.states import State

PER_PAGE = 50


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
    found: tuple[Found, ...] = ()  # where the words stand that were asked for


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
    unindexed: int = 0  # judged, and the search may not know them as they are
    is_more: bool = False  # than `total` match, and nobody counted them

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
        is_last = self.last >= self.total and not self.is_more
        return "" if is_last else self.filter.query(self.page + 1)

    @property
    def previous_query(self) -> str:
        return self.filter.query(self.page - 1) if self.page > 1 else ""

    @property
    def matching(self) -> str:
        """`37 changes`, `More than 10,000 changes`."""
        number = count(self.total, "change")
        return gettext("More than %(changes)s") % {"changes": number} if self.is_more else number

    @property
    def caption(self) -> str:
        """`37 changes, with verdict deviation`."""
        words = self.filter.words
        return f"{self.matching}{', ' + words if words else ''}"

    @property
    def more(self) -> str:
        return gettext("Show more: %(last)s of %(all)s are shown") % {
            "last": thousands(self.last),
            "all": self._all,
        }

    @property
    def announcement(self) -> str:
        """What the live region says after "Show more"."""
        upto = self.last + PER_PAGE if self.is_more else min(self.last + PER_PAGE, self.total)
        return ngettext(
            "%(number)s more change shown, %(upto)s of %(all)s",
            "%(number)s more changes shown, %(upto)s of %(all)s",
            upto - self.last,
        ) % {"number": thousands(upto - self.last), "upto": upto, "all": self._all}

    @property
    def _all(self) -> str:
        number = thousands(self.total)
        return gettext("more than %(number)s") % {"number": number} if self.is_more else number
