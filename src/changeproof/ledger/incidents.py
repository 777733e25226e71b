"""Incidents, what was decided about them, and their changes: rows and projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.incidents import IncidentDecided, IncidentLinked
from changeproof.events.requests import IncidentOpened, IncidentResolved
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("incident", key=("incident",), rule="earliest", seen="opened_at")
@dataclass(frozen=True, slots=True)
class Incident(Row):
    """Something went wrong in production."""

    incident: str
    system: str | None
    environment: str | None
    severity: str | None
    opened_at: int | None
    stated_at: int
    event: str


@table("incident_end", key=("incident",), seen="resolved_at")
@dataclass(frozen=True, slots=True)
class IncidentEnd(Row):
    """It is over."""

    incident: str
    resolved_at: int | None
    stated_at: int
    event: str


@table("incident_decision", key=("incident", "event"), seen="decided_at")
@dataclass(frozen=True, slots=True)
class IncidentDecision(Row):
    """Somebody decided whether an incident needs a change."""

    incident: str
    needs_change: int
    account: str | None
    decided_at: int | None
    stated_at: int
    event: str


@table(
    "incident_change",
    key=("incident", "change_name", "event"),
    seen="linked_at",
    indexes=("change_name",),
)
@dataclass(frozen=True, slots=True)
class IncidentChange(Row):
    """A change that `remediates` an incident, or `caused` it."""

    incident: str
    change_name: str
    relation: str
    account: str | None
    linked_at: int | None
    stated_at: int
    event: str


@projects(IncidentOpened)
def incident_row(event: IncidentOpened, event_id: str) -> Iterator[Row]:
    yield Incident(
        event.incident,
        event.system,
        event.environment,
        event.severity,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(IncidentResolved)
def incident_end_row(event: IncidentResolved, event_id: str) -> Iterator[Row]:
    yield IncidentEnd(event.incident, event.occurred_at, moment(event), event_id)


@projects(IncidentDecided)
def decision_row(event: IncidentDecided, event_id: str) -> Iterator[Row]:
    yield IncidentDecision(
        event.incident,
        int(event.needs_change),
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(IncidentLinked)
def link_row(event: IncidentLinked, event_id: str) -> Iterator[Row]:
    yield IncidentChange(
        event.incident,
        event.change,
        event.relation,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )
