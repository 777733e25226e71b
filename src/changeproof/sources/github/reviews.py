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
    latest,
    repository_id,
)
from changeproof.sources.github.pull_requests import pull_id
from changeproof.sources.reading import Reading, optional_time, read

_VERDICTS: dict[str, Literal["approved", "changes_requested", "commented"]] = {
    "approved": "approved",
    "changes_requested": "changes_requested",
    "commented": "commented",
}


class Review(msgspec.Struct):
    """A verdict on the head that the reviewer was shown."""

    id: Number
    state: str
    user: User | None = None
    commit_id: str | None = None
    submitted_at: str | None = None
    updated_at: str | None = None


class Reviewed(msgspec.Struct):
    """The pull request under review."""

    number: Number
    updated_at: str | None = None


class ReviewPayload(RepositoryEnvelope, kw_only=True):
    """The delivery."""

    review: Review
    pull_request: Reviewed


def pull_request_review(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(ReviewPayload, reading.delivery.body)
    review, state = payload.review, payload.review.state.lower()
    pull = pull_id(payload.repository, payload.pull_request.number)
    name = f"{pull}/review/{review.id}"
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
    elif state in _VERDICTS:
        yield RevisionReviewed(
            **reading.header(submitted, actor=identity(review.user)),
            review=name,
            pull=pull,
            revision=review.commit_id,
            verdict=_VERDICTS[state],
        )
    elif state in ("pending", "dismissed"):  # no verdict that counts
        reason = f"the review is {state}"
        yield reading.seen("pull_request_review", reason, repository_id(payload.repository))
    else:
        raise MalformedPayload(f'"{state[:60]}" is no verdict of a review', where="review.state")
