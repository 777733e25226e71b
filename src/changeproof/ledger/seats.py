"""Seats of auditors: rows and their projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.seats import AuditorSeatEnded, AuditorSeatGiven
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("auditor_seat", key=("seat", "system"), rule="earliest", indexes=("account",))
@dataclass(frozen=True, slots=True)
class AuditorSeat(Row):
    """An account may read a period of a system; an empty system stands for all."""

    seat: str
    system: str
    account: str
    engagement: str
    period_from: int
    period_until: int
    ends_at: int
    given_by: str | None
    stated_at: int
    event: str


@table("auditor_seat_end", key=("seat",), rule="earliest")
@dataclass(frozen=True, slots=True)
class AuditorSeatEnd(Row):
    """It ended before its time."""

    seat: str
    ended_by: str | None
    stated_at: int
    event: str


@projects(AuditorSeatGiven)
def seat_rows(event: AuditorSeatGiven, event_id: str) -> Iterator[Row]:
    for system in sorted(set(event.systems)) or [""]:
        yield AuditorSeat(
            event.seat,
            system,
            event.account,
            event.engagement,
            event.period_from,
            event.period_until,
            event.ends_at,
            event.actor,
            moment(event),
            event_id,
        )


@projects(AuditorSeatEnded)
def seat_end_row(event: AuditorSeatEnded, event_id: str) -> Iterator[Row]:
    yield AuditorSeatEnd(event.seat, event.actor, moment(event), event_id)
