"""Who may reach production and its tools: rows and projectors. Context for every check."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.access import AccessEnded, AccessGranted, PersonLeft, PersonReturned
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table(
    "access_grant", key=("account", "access", "system", "environment", "event"), seen="granted_at"
)
@dataclass(frozen=True, slots=True)
class AccessGrant(Row):
    """An account may do something on a system; an empty environment stands for all."""

    account: str
    access: str
    system: str
    environment: str
    granted_by: str | None
    approved_by: str | None
    granted_at: int
    ends_at: int | None
    stated_at: int
    event: str


@table("access_end", key=("account", "access", "system", "environment", "event"), seen="ended_at")
@dataclass(frozen=True, slots=True)
class AccessEnd(Row):
    """It may no longer."""

    account: str
    access: str
    system: str
    environment: str
    account_by: str | None
    ended_at: int
    stated_at: int
    event: str


@table("departure", key=("person", "event"), seen="left_at")
@dataclass(frozen=True, slots=True)
class Departure(Row):
    """A person left; `person` may be an account."""

    person: str
    left_at: int
    stated_at: int
    event: str


@table("person_return", key=("person", "event"), seen="returned_at")
@dataclass(frozen=True, slots=True)
class PersonReturn(Row):
    """A person who had left is back; `person` may be an account."""

    person: str
    returned_at: int
    stated_at: int
    event: str


def _effective(event: AccessGranted | AccessEnded | PersonLeft) -> int:
    return moment(event) if event.effective_at is None else event.effective_at


def _no_earlier_than_stated(event: AccessGranted) -> int:
    """Nobody had access before somebody said so: a grant in the past cures nothing."""
    return max(moment(event), _effective(event))


@projects(AccessGranted)
def grant_row(event: AccessGranted, event_id: str) -> Iterator[Row]:
    yield AccessGrant(
        event.account,
        event.access,
        event.system,
        event.environment or "",
        event.actor,
        event.approved_by,
        _no_earlier_than_stated(event),
        event.ends_at,
        moment(event),
        event_id,
    )


@projects(AccessEnded)
def end_row(event: AccessEnded, event_id: str) -> Iterator[Row]:
    yield AccessEnd(
        event.account,
        event.access,
        event.system,
        event.environment or "",
        event.actor,
        _effective(event),
        moment(event),
        event_id,
    )


@projects(PersonLeft)
def departure_row(event: PersonLeft, event_id: str) -> Iterator[Row]:
    yield Departure(
        event.person,
        _effective(event),
        moment(event),
        event_id,
    )


@projects(PersonReturned)
def return_row(event: PersonReturned, event_id: str) -> Iterator[Row]:
    """No earlier than somebody said so: a return in the past cures nothing."""
    at = moment(event)
    yield PersonReturn(event.person, max(at, event.effective_at or at), at, event_id)
