"""The life of a change: acts in order, days as heads, long waits in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.states import State
from changeproof.web.times import DAY, HOUR, duration, heading_day, short_day

SHOWN_ENTRIES = 4
LONG_WAIT = 2 * DAY  # what is worth a line of its own


@dataclass(frozen=True)
class Moment:
    """One act or observation. `at` is None where no time is known: it then stands first.

    `title` and `detail` may hold `{account}` placeholders and `code`.
    """

    at: int | None
    title: str  # "Approved `4f2c91a`"
    detail: str = ""
    actor: str = ""  # an account, or a collector's name
    actor_note: str = ""  # "engineer", "who runs the agent"
    entries: tuple[EntryLink, ...] = ()
    state: State | None = None  # only a verdict brings colour
    is_void: bool = False  # struck, not removed
    is_due: bool = False  # has not happened: hangs on a dashed rail
    is_bound: bool = False  # the latest time that the payload states, not the act's own

    @property
    def shown_entries(self) -> tuple[EntryLink, ...]:
        return self.entries[:SHOWN_ENTRIES]

    @property
    def more_entries(self) -> int:
        return len(self.entries) - len(self.shown_entries)


@dataclass(frozen=True)
class TimelineRow:
    """What the template prints: a day's head, a wait, or a moment; exactly one is set."""

    day: str = ""
    wait: str = ""
    moment: Moment | None = None

    @property
    def when(self) -> str:
        """For what is due: `Due 24 Mar`."""
        if self.moment is None or self.moment.at is None:
            return gettext("no time")
        return gettext("Due %(at)s") % {"at": short_day(self.moment.at)}


def timeline(moments: Iterable[Moment]) -> tuple[TimelineRow, ...]:
    """Moments in order of time (ties as given), with a head for each day and long waits."""
    rows: list[TimelineRow] = []
    previous: int | None = None
    for moment in sorted(moments, key=_order):
        if moment.at is None or moment.is_due:
            rows.append(TimelineRow(moment=moment))
            continue
        if previous is None or previous // DAY != moment.at // DAY:
            if previous is not None and moment.at - previous >= LONG_WAIT:
                rows.append(TimelineRow(wait=_wait(moment.at - previous)))
            first = previous is None
            rows.append(
                TimelineRow(
                    day=heading_day(moment.at, with_year=first or _turns(previous, moment.at))
                )
            )
        rows.append(TimelineRow(moment=moment))
        previous = moment.at
    return tuple(rows)


def _order(moment: Moment) -> tuple[int, int]:
    if moment.at is None:
        return (0, 0)
    return (2 if moment.is_due else 1, moment.at)


def _turns(previous: int | None, at: int) -> bool:
    """Whether a year ended in between, so that the head must say which one it is."""
    if previous is None:
        return True
    return heading_day(previous, with_year=True)[-4:] != heading_day(at, with_year=True)[-4:]


def _wait(length: int) -> str:
    """Hours stop to matter after a week."""
    whole = length - length % DAY if length > 7 * DAY else length - length % HOUR
    return duration(whole)
