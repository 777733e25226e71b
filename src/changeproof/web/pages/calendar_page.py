"""The calendar: what is planned in a month, day by day, and what stands in one another's way."""

from dataclasses import dataclass

from django.utils.translation import gettext

from changeproof.web.counting import count


@dataclass(frozen=True)
class Entry:
    """One window on one day. `begins_at` and `ends_at` are the whole window's."""

    name: str
    kind: str  # change, freeze, maintenance
    title: str
    system: str  # empty: all systems
    url: str  # empty for what has no page
    begins_at: int
    ends_at: int
    goes_on: bool = False  # it began on an earlier day
    in_conflict: bool = False

    @property
    def word(self) -> str:
        return {
            "change": gettext("Change"),
            "freeze": gettext("Freeze"),
            "maintenance": gettext("Maintenance"),
        }[self.kind]


@dataclass(frozen=True)
class Day:
    """One day with something on it."""

    begins_at: int
    entries: tuple[Entry, ...]
    is_today: bool = False


@dataclass(frozen=True)
class ConflictRow:
    """Two windows that meet."""

    one: Entry
    other: Entry
    from_at: int
    until: int
    why: str  # may hold {account} placeholders


@dataclass(frozen=True)
class Asked:
    """What the address asks for, and the addresses of its neighbours."""

    month: str  # 2026-11
    system: str
    before: str
    after: str


@dataclass(frozen=True)
class OwnCalendar:
    """The viewer's private address. `made` is the address, in the one answer that shows it."""

    created_at: int | None  # None: there is none
    last_read_at: int | None = None
    made: str = ""
    done: str = ""


@dataclass(frozen=True)
class CalendarPage:
    """`calendar.html`; `name` is the month's."""

    name: str  # November 2026
    asked: Asked
    systems: tuple[str, ...]
    days: tuple[Day, ...]
    conflicts: tuple[ConflictRow, ...]
    changes: int
    freezes: int
    maintenance: int
    own: OwnCalendar | None = None

    @property
    def sentence(self) -> str:
        """How much is planned."""
        told = [
            count(number, word)
            for number, word in (
                (self.changes, "change"),
                (self.freezes, "freeze"),
                (self.maintenance, "maintenance window"),
            )
            if number
        ]
        if not told:
            return gettext("Nothing is planned in this month.")
        text = ", ".join(told)
        met = len(self.conflicts)
        return f"{text}; {count(met, 'conflict') if met else 'no conflict'}."
