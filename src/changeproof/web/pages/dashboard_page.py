"""The dashboard: one sentence with numbers, what needs somebody, check by check, the year."""

from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from changeproof.alerts.health import AlertHealth
from changeproof.web.charts.interval_strip import Gap, interval_strip_svg
from changeproof.web.charts.twelve_months import (
    NARROW,
    WIDE,
    MonthFigures,
    changes_per_mark,
    twelve_months_svg,
)
from changeproof.web.counting import count, listed, plural, thousands
from changeproof.web.pages.check_row import CheckGroup
from changeproof.web.pages.source_row import SourceRow
from changeproof.web.states import State, state
from changeproof.web.times import duration


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a person: a case, a gap, a deadline."""

    state: State
    title: str
    detail: str  # a reason; may hold {account} placeholders
    to_do: str
    url: str = ""  # the page of the thing
    to_do_url: str = ""  # where it is done
    who: str = ""  # an account or a group; empty: nobody yet
    when: str = ""  # "in 1 h 32 min", "open 2 d 11 h"
    when_at: int | None = None


@dataclass(frozen=True)
class Protection:
    """One protection through the whole period, with its gaps."""

    subject: str  # "booking-api"
    name: str  # "main, protection"
    gaps: tuple[Gap, ...]
    start: int
    end: int
    by: str = ""  # the account that opened the gap, or why it could not be seen
    landed_inside: int = 0
    url: str = ""

    @property
    def state(self) -> State:
        return state(self.gaps[0].verdict if self.gaps else "met")

    @property
    def strip(self) -> SafeString:
        return interval_strip_svg(self.gaps, start=self.start, end=self.end)

    @property
    def length(self) -> str:
        return duration(sum(gap.end - gap.start for gap in self.gaps)) if self.gaps else "none"


@dataclass(frozen=True)
class FallingDue:
    """One thing with an end in sight. `words` may name a subject, `who` an account."""

    kind: str
    words: str
    due_at: int
    is_late: bool
    url: str = ""
    who: str = ""


@dataclass(frozen=True)
class Asked:
    """What the address asks for: the last month of the year that is shown, and a system."""

    month: str = ""  # 2026-03
    system: str = ""


@dataclass(frozen=True)
class DashboardPage:
    """`dashboard.html`. Counts, no opinion; nothing is added up over unlike checks."""

    period_start: int
    period_end: int
    changes: int  # the population
    systems: int
    changes_with_deviation: int
    changes_not_verifiable: int
    asked: Asked = Asked()
    known_systems: tuple[str, ...] = ()
    due: tuple[FallingDue, ...] = ()  # what ends first stands first
    due_total: int = 0
    due_kinds: tuple[tuple[str, int], ...] = ()  # how many of each, the most first
    waiting: tuple[Waiting, ...] = ()  # most urgent first
    waiting_total: int = 0  # may be more than are shown
    open_changes: int = 0  # changes with a deviation that nobody answered
    open_around: int = 0  # such deviations of systems and of the organisation
    open_not_verifiable: int = 0
    open_pending: int = 0
    signs_raised: tuple[str, ...] = ()  # "S1", today
    checks: int = 0
    signs: int = 0
    groups: tuple[CheckGroup, ...] = ()
    months: tuple[MonthFigures, ...] = ()
    sources: tuple[SourceRow, ...] = ()
    protections: tuple[Protection, ...] = ()
    alerts: AlertHealth = field(default_factory=lambda: AlertHealth(0))
    unjudged: int = 0  # subjects that wait to be judged: the figures lag behind the record

    @property
    def open_deviations(self) -> int:
        return self.open_changes + self.open_around

    @property
    def open_total(self) -> int:
        return self.open_deviations + self.open_not_verifiable + self.open_pending

    @property
    def headline(self) -> str:
        if self.open_total == 0:
            blind = self.silent_sources or self.unjudged
            return "Nothing that we can see is open" if blind else "Nothing is open today"
        return f"{count(self.open_total, 'item')} {plural(self.open_total, 'is')} open today"

    @property
    def sentence(self) -> str:
        """What is open, in numbers, and what the figures below are."""
        parts = []
        if self.open_changes:
            parts.append(f"{count(self.open_changes, 'change')} with a deviation to answer")
        if self.open_around:
            parts.append(f"{count(self.open_around, 'deviation')} around them")
        if self.open_not_verifiable:
            parts.append(f"{count(self.open_not_verifiable, 'cause')} of what cannot be seen")
        if self.open_pending:
            parts.append(f"{count(self.open_pending, 'change')} with a deadline")
        lead = f"{listed(parts)}. " if parts else ""
        if self.unjudged:
            waits = f"{thousands(self.unjudged)} {plural(self.unjudged, 'waits')}"
            lead = f"{lead}{waits} to be judged, and may change these figures. "
        return (
            f"{lead}{count(self.changes, 'change')} in {count(self.systems, 'system')} were "
            f"judged over the period: {thousands(self.changes_with_deviation)} with a deviation "
            f"from one of the points, {thousands(self.changes_not_verifiable)} not verifiable. "
            "What was fixed later stays in the figures. No opinion is expressed."
        )

    @property
    def tally(self) -> tuple[State, ...]:
        numbers = (
            ("deviation", self.open_deviations),
            ("not_verifiable", self.open_not_verifiable),
            ("pending", self.open_pending),
        )
        return tuple(state(verdict, count=number) for verdict, number in numbers if number)

    @property
    def silent_sources(self) -> int:
        return sum(1 for source in self.sources if source.gap)

    @property
    def month_names(self) -> tuple[str, ...]:
        return tuple(month.name for month in self.months)

    @property
    def per_mark(self) -> int:
        return changes_per_mark(self.months)

    @property
    def chart_wide(self) -> SafeString:
        return twelve_months_svg(self.months, WIDE, described_by="months-sentence")

    @property
    def chart_narrow(self) -> SafeString:
        return twelve_months_svg(self.months, NARROW, described_by="months-sentence")

    @property
    def months_sentence(self) -> str:
        """The chart in words: the total, and the month with the most deviations."""
        deviations = sum(month.deviations for month in self.months)
        unseen = sum(month.not_verifiable for month in self.months)
        text = f"{count(deviations, 'change')} with a deviation"
        if deviations:
            worst = max(self.months, key=lambda month: month.deviations)
            text += f", {thousands(worst.deviations)} of them in {worst.name}"
        return f"{text}; {count(unseen, 'change')} not verifiable."

    @property
    def months_warning(self) -> str:
        """A low month beside many that could not be judged is no good month: say so."""
        hidden = [m for m in self.months if m.not_verifiable > 5 * max(1, m.deviations)]
        if not hidden:
            return ""
        worst = max(hidden, key=lambda month: month.not_verifiable)
        return (
            f"{worst.name}: {count(worst.deviations, 'deviation')} beside "
            f"{count(worst.not_verifiable, 'change')} that could not be judged in full."
        )

    @property
    def gaps_caption(self) -> str:
        gaps = [gap for row in self.protections for gap in row.gaps]
        off = [gap for gap in gaps if gap.verdict == "deviation"]
        if not gaps:
            return "no gap"
        total = duration(sum(gap.end - gap.start for gap in off))
        unseen = len(gaps) - len(off)
        text = f"{count(len(off), 'gap')}, {total} in all" if off else "no gap"
        return f"{text}; {count(unseen, 'interval')} that we could not see" if unseen else text
