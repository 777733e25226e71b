"""Who acknowledged what was told, and what nobody did in time: rows and their projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.acts import AlertAcknowledged, AlertEscalated
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("alert_acknowledgement", key=("case_id", "event"), seen="acknowledged_at")
@dataclass(frozen=True, slots=True)
class AlertAcknowledgement(Row):
    """Somebody has seen what was told of a case."""

    case_id: str
    account: str | None
    acknowledged_at: int
    stated_at: int
    event: str


@table("alert_escalation", key=("case_id", "route", "event"), seen="escalated_at")
@dataclass(frozen=True, slots=True)
class AlertEscalation(Row):
    """Nobody acknowledged in time what this route told; `channel` was told next, if any."""

    case_id: str
    route: str
    channel: str | None
    escalated_at: int
    stated_at: int
    event: str


@projects(AlertAcknowledged)
def acknowledgement_row(event: AlertAcknowledged, event_id: str) -> Iterator[Row]:
    at = moment(event)
    for case in dict.fromkeys((event.case, *event.also)):
        yield AlertAcknowledgement(case, event.actor, at, at, event_id)


@projects(AlertEscalated)
def escalation_row(event: AlertEscalated, event_id: str) -> Iterator[Row]:
    at = moment(event)
    for case in dict.fromkeys((event.case, *event.also)):
        yield AlertEscalation(case, event.route, event.channel, at, at, event_id)
