"""What people asked for and decided: rows and their projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.requests import (
    ChangeClosed,
    ChangeLinked,
    ChangeRelated,
    ChangeRequested,
    ChangeScheduled,
    EmergencyDeclared,
    PostReviewHeld,
    TemplateClaimed,
    TicketMoved,
    TimeWindowSet,
)
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("change_request", key=("change_name",), seen="requested_at", indexes=("ticket_key",))
@dataclass(frozen=True, slots=True)
class ChangeRequest(Row):
    """A change that somebody asked for, as last described."""

    change_name: str
    system: str | None
    kind: str
    risk: str | None
    ticket_key: str | None
    title: str | None
    reason: str | None
    back_out: str | None
    requested_by: str | None
    requested_at: int | None
    stated_at: int
    event: str


@table("template_claim", key=("change_name",), seen="claimed_at")
@dataclass(frozen=True, slots=True)
class TemplateClaim(Row):
    """A change that says it is a standard change of this template, as last said."""

    change_name: str
    template: str
    account: str | None
    claimed_at: int | None
    stated_at: int
    event: str


@table("request_link", key=("change_name", "implementation"), indexes=("implementation",))
@dataclass(frozen=True, slots=True)
class RequestLink(Row):
    """Work that belongs to a request."""

    change_name: str
    implementation: str
    account: str | None
    stated_at: int
    event: str


@table("schedule", key=("change_name", "event"), seen="scheduled_at")
@dataclass(frozen=True, slots=True)
class Schedule(Row):
    """A window for its deployment; the latest one that was set before the last one ended."""

    change_name: str
    scheduled_at: int | None
    begins_at: int
    ends_at: int
    account: str | None
    stated_at: int
    event: str


@table("request_closure", key=("change_name", "event"), seen="closed_at")
@dataclass(frozen=True, slots=True)
class RequestClosure(Row):
    """It ended."""

    change_name: str
    outcome: str
    account: str | None
    closed_at: int | None
    stated_at: int
    event: str


@table(
    "change_relation",
    key=("change_name", "other_name", "relation"),
    seen="related_at",
    indexes=("other_name",),
)
@dataclass(frozen=True, slots=True)
class ChangeRelation(Row):
    """How one change stands to another: `causes`, `blocks`, `relates`, `reverts`, `duplicates`,
    `split_from`."""

    change_name: str
    other_name: str
    relation: str
    account: str | None
    related_at: int | None
    stated_at: int
    event: str


@table("ticket_move", key=("change_name", "transition"), seen="moved_at")
@dataclass(frozen=True, slots=True)
class TicketMove(Row):
    """A ticket went from one status to another."""

    change_name: str
    transition: str
    from_status: str | None
    to_status: str
    account: str | None
    moved_at: int | None
    stated_at: int
    event: str


@table(
    "emergency",
    key=("emergency",),
    seen="declared_at",
    indexes=("change_name", "system, declared_at"),
)
@dataclass(frozen=True, slots=True)
class Emergency(Row):
    """A change that could not wait: who said so, who allowed it, until when."""

    emergency: str
    change_name: str
    system: str
    incident: str | None
    declared_by: str | None
    authorized_by: str | None
    declared_at: int | None
    ends_at: int | None
    stated_at: int
    event: str


@table("post_review", key=("change_name", "event"), seen="reviewed_at")
@dataclass(frozen=True, slots=True)
class PostReview(Row):
    """Somebody looked at it afterwards."""

    change_name: str
    outcome: str
    account: str | None
    reviewed_at: int | None
    stated_at: int
    event: str


@table("time_window", key=("time_window",), seen="stated_at")
@dataclass(frozen=True, slots=True)
class TimeWindow(Row):
    """A freeze or a maintenance window, UTC."""

    time_window: str
    kind: str
    system: str | None
    begins_at: int
    ends_at: int
    account: str | None
    stated_at: int
    event: str


@projects(ChangeRequested)
def request_row(event: ChangeRequested, event_id: str) -> Iterator[Row]:
    yield ChangeRequest(
        event.change,
        event.system,
        event.kind,
        event.risk,
        event.ticket_key,
        event.title,
        event.reason,
        event.back_out,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )
    if event.template is not None:
        yield TemplateClaim(
            event.change, event.template, event.actor, event.occurred_at, moment(event), event_id
        )


@projects(TemplateClaimed)
def template_row(event: TemplateClaimed, event_id: str) -> Iterator[Row]:
    yield TemplateClaim(
        event.change, event.template, event.actor, event.occurred_at, moment(event), event_id
    )


@projects(ChangeLinked)
def link_row(event: ChangeLinked, event_id: str) -> Iterator[Row]:
    yield RequestLink(event.change, event.implementation, event.actor, moment(event), event_id)


@projects(ChangeScheduled)
def schedule_row(event: ChangeScheduled, event_id: str) -> Iterator[Row]:
    yield Schedule(
        event.change,
        event.occurred_at,
        event.begins_at,
        event.ends_at,
        event.actor,
        moment(event),
        event_id,
    )


@projects(ChangeClosed)
def closure_row(event: ChangeClosed, event_id: str) -> Iterator[Row]:
    yield RequestClosure(
        event.change, event.outcome, event.actor, event.occurred_at, moment(event), event_id
    )


@projects(ChangeRelated)
def relation_row(event: ChangeRelated, event_id: str) -> Iterator[Row]:
    yield ChangeRelation(
        event.change,
        event.other,
        event.relation,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(TicketMoved)
def move_row(event: TicketMoved, event_id: str) -> Iterator[Row]:
    yield TicketMove(
        event.change,
        event.transition,
        event.from_status,
        event.to_status,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(EmergencyDeclared)
def emergency_row(event: EmergencyDeclared, event_id: str) -> Iterator[Row]:
    yield Emergency(
        event.emergency,
        event.change,
        event.system,
        event.incident,
        event.actor,
        event.authorized_by,
        event.occurred_at,
        event.ends_at,
        moment(event),
        event_id,
    )


@projects(PostReviewHeld)
def post_review_row(event: PostReviewHeld, event_id: str) -> Iterator[Row]:
    yield PostReview(
        event.change, event.outcome, event.actor, event.occurred_at, moment(event), event_id
    )


@projects(TimeWindowSet)
def window_row(event: TimeWindowSet, event_id: str) -> Iterator[Row]:
    yield TimeWindow(
        event.window,
        event.kind,
        event.system,
        event.begins_at,
        event.ends_at,
        event.actor,
        moment(event),
        event_id,
    )
