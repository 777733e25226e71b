"""Seats that hold now: what an auditor without a role may read. Asked of the evidence each time."""

from collections.abc import Iterable
from dataclasses import dataclass

from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.changes_found import Span
from changeproof.ledger.joined import Change, SubjectJudged
from changeproof.ledger.seats import AuditorSeat, AuditorSeatEnd
from changeproof.ledger.service import ledger, now
from changeproof.ledger.store import Store

SEATS_MAY: frozenset[Permission] = frozenset({Permission.CHANGE_READ, Permission.AUDIT_PACK})
"""For what a seat lets in, where a door says that it does."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One engagement of one auditor. Times are UTC microseconds; `ends_at` is the seat's end."""

    seat: str
    account: str
    engagement: str
    span: Span
    ends_at: int
    event: str

    def covers_period(self, period_from: int, period_until: int) -> bool:
        """Whether all of a period is this seat's to read: a pack holds all systems."""
        inside = self.span.begins_at <= period_from and period_until <= self.span.until
        return inside and self.span.systems is None


@dataclass(frozen=True, slots=True)
class Sight:
    """What of the changes somebody may see: by roles whole systems (None: all), by seats spans."""

    systems: frozenset[str] | None
    spans: tuple[Span, ...] | None = None
    """None: they see by their roles."""

    def shows(self, store: Store, change: Change) -> bool:
        """Whether this change is among it."""
        if self.spans is None:
            return self.systems is None or change.system in self.systems
        standing = store.by(SubjectJudged, "subject", [change.change_id])
        return any(
            span.covers(row.system, row.listed_at) for row in standing for span in self.spans
        )


def seats_of(account: str, at: int | None = None) -> tuple[Seat, ...]:
    """The seats that an account holds, the one that ends first on top."""
    moment = now() if at is None else at
    return held_seats(ledger().store.by(AuditorSeat, "account", [account]), moment)


def held_seats(rows: Iterable[AuditorSeat], at: int) -> tuple[Seat, ...]:
    """Those of these that hold at `at`: given, not ended, not over."""
    given: dict[str, list[AuditorSeat]] = {}
    for row in rows:
        if row.stated_at <= at < row.ends_at:
            given.setdefault(row.seat, []).append(row)
    ended = {
        row.seat
        for row in ledger().store.by(AuditorSeatEnd, "seat", list(given))
        if row.stated_at <= at
    }
    seats = [_seat(parts) for name, parts in given.items() if name not in ended]
    return tuple(sorted(seats, key=lambda each: (each.ends_at, each.seat)))


def _seat(parts: list[AuditorSeat]) -> Seat:
    first = parts[0]
    systems = frozenset(row.system for row in parts)
    span = Span(None if "" in systems else systems, first.period_from, first.period_until)
    return Seat(first.seat, first.account, first.engagement, span, first.ends_at, first.event)
