"""The dashboard: one sentence with numbers, what needs somebody, check by check, the year."""

from dataclasses import dataclass, field

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

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
            return (
                gettext("Nothing that we can see is open")
                if blind
                else gettext("Nothing is open today")
            )
        return ngettext(
            "%(number)s item is open today", "%(number)s items are open today", self.open_total
        ) % {"number": thousands(self.open_total)}

    @property
    def sentence(self) -> str:
        """What is open, in numbers, and what the figures below are."""
        parts = []
        if self.open_changes:
            parts.append(
                ngettext(
                    "%(number)s change with a deviation to answer",
                    "%(number)s changes with a deviation to answer",
                    self.open_changes,
                )
                % {"number": thousands(self.open_changes)}
            )
        if self.open_around:
            parts.append(
                ngettext(
                    "%(number)s deviation around them",
                    "%(number)s deviations around them",
                    self.open_around,
                )
                % {"number": thousands(self.open_around)}
            )
        if self.open_not_verifiable:
            parts.append(
                ngettext(
                    "%(number)s cause of what cannot be seen",
                    "%(number)s causes of what cannot be seen",
                    self.open_not_verifiable,
                )
                % {"number": thousands(self.open_not_verifiable)}
            )
        if self.open_pending:
            parts.append(
                ngettext(
                    "%(number)s change with a deadline",
                    "%(number)s changes with a deadline",
                    self.open_pending,
                )
                % {"number": thousands(self.open_pending)}
            )
        lead = f"{listed(parts)}. " if parts else ""
        if self.unjudged:
            waits = f"{thousands(self.unjudged)} {plural(self.unjudged, 'waits')}"
            lead = gettext("%(lead)s%(waits)s to be judged, and may change these figures. ") % {
                "lead": lead,
                "waits": waits,
            }
        return ngettext(
            "%(lead)s%(number)s change in %(systems)s were judged over the period: "
            "%(changes_with_deviation)s with a deviation from one of the points, "
            "%(changes_not_verifiable)s not verifiable. What was fixed later stays in the "
            "figures. No opinion is expressed.",
            "%(lead)s%(number)s changes in %(systems)s were judged over the period: "
            "%(changes_with_deviation)s with a deviation from one of the points, "
            "%(changes_not_verifiable)s not verifiable. What was fixed later stays in the "
            "figures. No opinion is expressed.",
            self.changes,
        ) % {
            "lead": lead,
            "number": thousands(self.changes),
            "systems": count(self.systems, "system"),
            "changes_with_deviation": thousands(self.changes_with_deviation),
            "changes_not_verifiable": thousands(self.changes_not_verifiable),
        }

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
        text = ngettext(
            "%(number)s change with a deviation", "%(number)s changes with a deviation", deviations
        ) % {"number": thousands(deviations)}
        if deviations:
            worst = max(self.months, key=lambda month: month.deviations)
            text += gettext(", %(deviations)s of them in %(name)s") % {
                "deviations": thousands(worst.deviations),
                "name": worst.name,
            }
        return ngettext(
            "%(text)s; %(number)s change not verifiable.",
            "%(text)s; %(number)s changes not verifiable.",
            unseen,
        ) % {"text": text, "number": thousands(unseen)}

    @property
    def months_warning(self) -> str:
        """A low month beside many that could not be judged is no good month: say so."""
        hidden = [m for m in self.months if m.not_verifiable > 5 * max(1, m.deviations)]
        if not hidden:
            return ""
        worst = max(hidden, key=lambda month: month.not_verifiable)
        return ngettext(
            "%(name)s: %(number)s deviation beside %(changes)s that could not be judged in full.",
            "%(name)s: %(number)s deviations beside %(changes)s that could not be judged in full.",
            worst.deviations,
        ) % {
            "name": worst.name,
            "number": thousands(worst.deviations),
            "changes": count(worst.not_verifiable, "change"),
        }

    @property
    def gaps_caption(self) -> str:
        gaps = [gap for row in self.protections for gap in row.gaps]
        off = [gap for gap in gaps if gap.verdict == "deviation"]
        if not gaps:
            return gettext("no gap")
        total = duration(sum(gap.end - gap.start for gap in off))
        unseen = len(gaps) - len(off)
        text = (
            ngettext(
                "%(number)s gap, %(total)s in all", "%(number)s gaps, %(total)s in all", len(off)
            )
            % {"number": thousands(len(off)), "total": total}
            if off
            else gettext("no gap")
        )
        return (
            ngettext(
                "%(text)s; %(number)s interval that we could not see",
                "%(text)s; %(number)s intervals that we could not see",
                unseen,
            )
            % {"text": text, "number": thousands(unseen)}
            if unseen
            else text
        )
