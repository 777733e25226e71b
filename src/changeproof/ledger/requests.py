"""What people asked for and decided: rows and their projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.requests import (
    ChangeApproved,
    ChangeAuthorized,
    ChangeClosed,
    ChangeDeclined,
    ChangeLinked,
    ChangeRelated,
    ChangeRequested,
    ChangeScheduled,
    EmergencyDeclared,
    IncidentOpened,
    IncidentResolved,
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


@table("change_authorization", key=("change_name", "event"), seen="authorized_at")
@dataclass(frozen=True, slots=True)
class ChangeAuthorization(Row):
    """Somebody allowed work to begin."""

    change_name: str
    account: str | None
    on_behalf_of: str | None
    authorized_at: int | None
    stated_at: int
    event: str


@table("approval", key=("change_name", "event"), seen="approved_at")
@dataclass(frozen=True, slots=True)
class Approval(Row):
    """Somebody allowed this content to go live: at the desk, or as a message in another `channel`
    that was retrieved from there."""

    change_name: str
    revision: str | None
    artifact: str | None
    account: str | None
    on_behalf_of: str | None
    channel: str
    factor: str | None
    approved_at: int | None
    stated_at: int
    event: str


@table("decline", key=("change_name", "event"), seen="declined_at")
@dataclass(frozen=True, slots=True)
class Decline(Row):
    """Somebody said no, or asked for `changes` first."""

    change_name: str
    revision: str | None
    account: str | None
    declined_at: int | None
    asks: str | None
    reason: str | None
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


@projects(ChangeAuthorized)
def authorization_row(event: ChangeAuthorized, event_id: str) -> Iterator[Row]:
    yield ChangeAuthorization(
        event.change,
        event.actor,
        event.on_behalf_of,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(ChangeApproved)
def approval_row(event: ChangeApproved, event_id: str) -> Iterator[Row]:
    yield Approval(
        event.change,
        event.revision,
        event.artifact,
        event.actor,
        event.on_behalf_of,
        event.source,
        event.factor,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(ChangeDeclined)
def decline_row(event: ChangeDeclined, event_id: str) -> Iterator[Row]:
    yield Decline(
        event.change,
        event.revision,
        event.actor,
        event.occurred_at,
        event.asks,
        event.reason,
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
