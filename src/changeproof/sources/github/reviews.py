"""`pull_request_review` → RevisionReviewed or ReviewDismissed."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from changeproof.events.event import Event
from changeproof.events.pulls import ReviewDismissed, RevisionReviewed
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.github.payload import (
    Number,
    RepositoryEnvelope,
    User,
    identity,
    repository_id,
)
from changeproof.sources.github.pull_requests import Shown, ended, proposed, pull_id
from changeproof.sources.reading import Reading, optional_time, read
from changeproof.sources.times import latest

VERDICTS: dict[str, Literal["approved", "changes_requested", "commented"]] = {
    "approved": "approved",
    "changes_requested": "changes_requested",
    "commented": "commented",
}


class Review(msgspec.Struct):
    """A verdict on the head that the reviewer was shown."""

    id: Number
    state: str
    user: User | None = None
    commit_id: str | msgspec.UnsetType | None = msgspec.UNSET
    submitted_at: str | None = None
    updated_at: str | None = None


class ReviewPayload(RepositoryEnvelope, kw_only=True):
    """The delivery. It shows the pull request too, whose own deliveries may be late or lost."""

    review: Review
    pull_request: Shown


def pull_request_review(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(ReviewPayload, reading.delivery.body)
    review, state = payload.review, payload.review.state.lower()
    pull = pull_id(payload.repository, payload.pull_request.number)
    name = f"{pull}/review/{review.id}"
    yield from proposed(reading, payload.repository, payload.pull_request)
    yield from ended(reading, payload.repository, payload.pull_request)
    submitted = optional_time(review.submitted_at, "review.submitted_at")
    if payload.action == "dismissed":
        # GitHub writes no time of the dismissal: the pull request's last change bounds it.
        at = latest(
            submitted,
            optional_time(review.updated_at, "review.updated_at"),
            optional_time(payload.pull_request.updated_at, "pull_request.updated_at"),
        )
        yield ReviewDismissed(
            **reading.header(at, actor=identity(payload.sender), bound=True), review=name, pull=pull
        )
    elif payload.action not in ("submitted", "edited"):
        reason = f"the action {str(payload.action)[:60]!r} is not known"
        yield reading.seen("pull_request_review", reason, repository_id(payload.repository))
    elif state in VERDICTS:
        yield RevisionReviewed(
            **reading.header(submitted, actor=identity(review.user)),
            review=name,
            pull=pull,
            revision=_shown_to(payload),
            verdict=VERDICTS[state],
        )
    elif state in ("pending", "dismissed"):  # no verdict that counts
        reason = f"the review is {state}"
        yield reading.seen("pull_request_review", reason, repository_id(payload.repository))
    else:
        raise MalformedPayload(f'"{state[:60]}" is no verdict of a review', where="review.state")


def _shown_to(payload: ReviewPayload) -> str | None:
    """The commit under review; where a delivery leaves it out, the head that it shows."""
    review, head = payload.review, payload.pull_request.head
    if isinstance(review.commit_id, msgspec.UnsetType):
        return head.sha if head and payload.action == "submitted" else None
    return review.commit_id
