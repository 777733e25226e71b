"""Reviews of access, grant by grant: rows and projectors. What they end is context (`access`)."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.access import AccessEnded, AccessGranted, AccessReviewed, AccessReviewOpened
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("access_review", key=("review",), rule="earliest")
@dataclass(frozen=True, slots=True)
class AccessReview(Row):
    """A review of who may do what on a system, as first opened."""

    review: str
    system: str
    opened_by: str | None
    opened_at: int
    due_at: int
    stated_at: int
    event: str


@table(
    "access_review_decision", key=("review", "account", "access", "environment"), rule="earliest"
)
@dataclass(frozen=True, slots=True)
class AccessReviewDecision(Row):
    """One access in it stays or ends, as first said; an empty environment stands for all."""

    review: str
    account: str
    access: str
    system: str
    environment: str
    outcome: str
    reason: str | None
    decided_by: str | None
    decided_at: int
    stated_at: int
    event: str


@table("access_reason", key=("event",))
@dataclass(frozen=True, slots=True)
class AccessReason(Row):
    """Why an access was granted or ended: the digest of a text, by the event that states it."""

    reason: str
    stated_at: int
    event: str


@projects(AccessReviewOpened)
def review_row(event: AccessReviewOpened, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield AccessReview(event.review, event.system, event.actor, at, event.due_at, at, event_id)


@projects(AccessReviewed)
def decision_row(event: AccessReviewed, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield AccessReviewDecision(
        event.review,
        event.account,
        event.access,
        event.system,
        event.environment or "",
        event.outcome,
        event.reason,
        event.actor,
        at,
        at,
        event_id,
    )


@projects(AccessGranted)
def reason_of_grant(event: AccessGranted, event_id: str) -> Iterator[Row]:
    if event.reason is not None:
        yield AccessReason(event.reason, moment(event), event_id)


@projects(AccessEnded)
def reason_of_end(event: AccessEnded, event_id: str) -> Iterator[Row]:
    if event.reason is not None:
        yield AccessReason(event.reason, moment(event), event_id)
