"""Who was away, and who decided meanwhile: rows and projectors. Context for every check."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.absences import AbsenceEnded, AbsenceStated
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("absence", key=("absence",), rule="earliest", seen="stated_at")
@dataclass(frozen=True, slots=True)
class Absence(Row):
    """`account` is away, and `deputy`, where one is named, decides for them."""

    absence: str
    account: str | None
    deputy: str | None
    begins_at: int
    ends_at: int
    stated_at: int
    event: str


@table("absence_end", key=("absence", "event"), seen="ended_at")
@dataclass(frozen=True, slots=True)
class AbsenceEnd(Row):
    """They are back."""

    absence: str
    account: str | None
    ended_at: int | None
    stated_at: int
    event: str


@projects(AbsenceStated)
def absence_row(event: AbsenceStated, event_id: str) -> Iterator[Row]:
    yield Absence(
        event.absence,
        event.actor,
        event.deputy,
        event.begins_at,
        event.ends_at,
        moment(event),
        event_id,
    )


@projects(AbsenceEnded)
def absence_end_row(event: AbsenceEnded, event_id: str) -> Iterator[Row]:
    yield AbsenceEnd(event.absence, event.actor, event.occurred_at, moment(event), event_id)
