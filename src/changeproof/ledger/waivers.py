"""Rules set aside for a time: rows and projectors. What was granted is context for every check."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.waivers import (
    WaiverEnded,
    WaiverGranted,
    WaiverRefused,
    WaiverRequested,
)
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("waiver_request", key=("waiver",), rule="earliest")
@dataclass(frozen=True, slots=True)
class WaiverRequest(Row):
    """Somebody asks that a check be set aside; until it is granted, nothing is."""

    waiver: str
    check_id: str
    subject: str
    control: str | None
    requested_by: str | None
    requested_at: int | None
    begins_at: int
    ends_at: int
    reason: str
    compensation: str
    stated_at: int
    event: str


@table("waiver_refusal", key=("waiver",), rule="earliest")
@dataclass(frozen=True, slots=True)
class WaiverRefusal(Row):
    """Somebody said no."""

    waiver: str
    account: str | None
    refused_at: int | None
    reason: str
    stated_at: int
    event: str


@table("waiver", key=("waiver",), rule="earliest", seen="granted_at", indexes=("subject",))
@dataclass(frozen=True, slots=True)
class Waiver(Row):
    """A check set aside for a subject, as first granted."""

    waiver: str
    check_id: str
    subject: str
    control: str | None
    requested_by: str | None
    granted_by: str | None
    granted_at: int | None
    begins_at: int
    ends_at: int
    stated_at: int
    event: str


@table("waiver_end", key=("waiver", "event"), seen="ended_at")
@dataclass(frozen=True, slots=True)
class WaiverEnd(Row):
    """It was taken back."""

    waiver: str
    account: str | None
    ended_at: int | None
    stated_at: int
    event: str


@projects(WaiverRequested)
def waiver_request_row(event: WaiverRequested, event_id: str) -> Iterator[Row]:
    yield WaiverRequest(
        event.waiver,
        event.check,
        event.subject,
        event.control,
        event.actor,
        event.occurred_at,
        event.begins_at,
        event.ends_at,
        event.reason,
        event.compensation,
        moment(event),
        event_id,
    )


@projects(WaiverRefused)
def waiver_refusal_row(event: WaiverRefused, event_id: str) -> Iterator[Row]:
    yield WaiverRefusal(
        event.waiver, event.actor, event.occurred_at, event.reason, moment(event), event_id
    )


@projects(WaiverGranted)
def waiver_row(event: WaiverGranted, event_id: str) -> Iterator[Row]:
    yield Waiver(
        event.waiver,
        event.check,
        event.subject,
        event.control,
        event.requested_by,
        event.actor,
        event.occurred_at,
        event.begins_at,
        event.ends_at,
        moment(event),
        event_id,
    )


@projects(WaiverEnded)
def waiver_end_row(event: WaiverEnded, event_id: str) -> Iterator[Row]:
    yield WaiverEnd(
        event.waiver,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )
