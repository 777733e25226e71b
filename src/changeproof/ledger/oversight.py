"""Reviews, control activities and alarms: rows and projectors. Context for every check."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.oversight import (
    ControlPerformed,
    DetectionAnswered,
    DetectionRaised,
    DocumentAcknowledged,
    ReviewHeld,
)
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("review_held", key=("topic", "system", "event"), seen="held_at")
@dataclass(frozen=True, slots=True)
class HeldReview(Row):
    """Somebody looked at a topic again; an empty system stands for the organisation."""

    topic: str
    system: str
    account: str | None
    outcome: str
    held_at: int | None
    stated_at: int
    event: str


@table("acknowledgement", key=("document", "account", "event"), seen="acknowledged_at")
@dataclass(frozen=True, slots=True)
class Acknowledgement(Row):
    """Somebody read a document (`policy`: the change process); an empty account is nobody known."""

    document: str
    account: str
    document_version: str
    acknowledged_at: int | None
    stated_at: int
    event: str


@table("control_activity", key=("activity", "system", "event"), seen="performed_at")
@dataclass(frozen=True, slots=True)
class ControlActivity(Row):
    """A control was exercised; an empty system stands for the organisation."""

    activity: str
    system: str
    outcome: str
    found: str | None
    account: str | None
    performed_at: int | None
    stated_at: int
    event: str


@table("detection", key=("detection",), rule="earliest", seen="raised_at")
@dataclass(frozen=True, slots=True)
class Detection(Row):
    """An alarm, as first raised."""

    detection: str
    system: str | None
    kind: str
    raised_at: int | None
    stated_at: int
    event: str


@table("detection_answer", key=("detection", "event"), seen="answered_at")
@dataclass(frozen=True, slots=True)
class DetectionAnswer(Row):
    """Somebody said what it was."""

    detection: str
    account: str | None
    outcome: str
    answered_at: int | None
    stated_at: int
    event: str


@projects(ReviewHeld)
def review_row(event: ReviewHeld, event_id: str) -> Iterator[Row]:
    yield HeldReview(
        event.topic,
        event.system or "",
        event.actor,
        event.outcome,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(DocumentAcknowledged)
def acknowledgement_row(event: DocumentAcknowledged, event_id: str) -> Iterator[Row]:
    yield Acknowledgement(
        event.document,
        event.actor or "",
        event.document_version,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(ControlPerformed)
def activity_row(event: ControlPerformed, event_id: str) -> Iterator[Row]:
    yield ControlActivity(
        event.activity,
        event.system or "",
        event.outcome,
        event.found,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(DetectionRaised)
def detection_row(event: DetectionRaised, event_id: str) -> Iterator[Row]:
    yield Detection(
        event.detection,
        event.system,
        event.kind,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(DetectionAnswered)
def answer_row(event: DetectionAnswered, event_id: str) -> Iterator[Row]:
    yield DetectionAnswer(
        event.detection,
        event.actor,
        event.outcome,
        event.occurred_at,
        moment(event),
        event_id,
    )
