"""Decisions on a change, what was taken back of them, and words about it: rows and projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.decisions import ChangeCommented, DecisionWithdrawn
from changeproof.events.requests import ChangeApproved, ChangeAuthorized, ChangeDeclined
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("change_authorization", key=("change_name", "event"), seen="authorized_at")
@dataclass(frozen=True, slots=True)
class ChangeAuthorization(Row):
    """Somebody allowed work to begin, or the board whose `meeting` it was."""

    change_name: str
    account: str | None
    on_behalf_of: str | None
    meeting: str | None
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


@table("change_comment", key=("change_name", "event"))
@dataclass(frozen=True, slots=True)
class ChangeComment(Row):
    """Somebody said something about it; the text stands in contents."""

    change_name: str
    account: str | None
    commented_at: int | None
    text: str
    stated_at: int
    event: str


@table("decision_withdrawal", key=("change_name", "event"), seen="withdrawn_at")
@dataclass(frozen=True, slots=True)
class DecisionWithdrawal(Row):
    """Somebody took back what they had decided: their `authorization`, or their `approval`."""

    change_name: str
    decision: str
    account: str | None
    withdrawn_at: int | None
    reason: str
    stated_at: int
    event: str


@projects(ChangeAuthorized)
def authorization_row(event: ChangeAuthorized, event_id: str) -> Iterator[Row]:
    yield ChangeAuthorization(
        event.change,
        event.actor,
        event.on_behalf_of,
        event.meeting,
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


@projects(ChangeCommented)
def comment_row(event: ChangeCommented, event_id: str) -> Iterator[Row]:
    yield ChangeComment(
        event.change, event.actor, event.occurred_at, event.text, moment(event), event_id
    )


@projects(DecisionWithdrawn)
def withdrawal_row(event: DecisionWithdrawn, event_id: str) -> Iterator[Row]:
    yield DecisionWithdrawal(
        event.change,
        event.decision,
        event.actor,
        event.occurred_at,
        event.reason,
        moment(event),
        event_id,
    )
