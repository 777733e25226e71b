"""`pull_request` → whatever the payload states for sure, whichever action brought it.

So a lost or late delivery costs nothing that a later one repeats.
"""

from collections.abc import Iterator

import msgspec

from changeproof.events.event import Event
from changeproof.events.pulls import (
    PullRequestClosed,
    PullRequestDescribed,
    PullRequestMerged,
    PullRequestOpened,
    PullRequestReopened,
    PullRequestRevised,
)
from changeproof.sources.github.payload import (
    Number,
    Repository,
    RepositoryEnvelope,
    User,
    identity,
    repository_id,
)
from changeproof.sources.messages import ticket_keys
from changeproof.sources.reading import Reading, optional_time, read, time

_ACTIONS = frozenset(
    {
        *("opened", "edited", "closed", "reopened", "synchronize", "assigned", "unassigned"),
        *("labeled", "unlabeled", "locked", "unlocked", "review_requested"),
        *("review_request_removed", "ready_for_review", "converted_to_draft", "milestoned"),
        *("demilestoned", "auto_merge_enabled", "auto_merge_disabled", "enqueued", "dequeued"),
    }
)


class Side(msgspec.Struct):
    """Head or base of a pull request; a deleted fork leaves no repository."""

    sha: str
    ref: str
    repo: Repository | None = None


class PullRequest(msgspec.Struct):
    """What the proposal says of itself."""

    number: Number
    title: str
    created_at: str
    updated_at: str
    head: Side
    base: Side
    user: User | None = None
    closed_at: str | None = None
    merged_at: str | None = None
    merged_by: User | None = None
    merge_commit_sha: str | None = None


class PullRequestPayload(RepositoryEnvelope, kw_only=True):
    """The delivery."""

    pull_request: PullRequest


def pull_id(repository: Repository, number: int) -> str:
    """`github:repo/583231/pull/7`."""
    return f"{repository_id(repository)}/pull/{number}"


def pull_request(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(PullRequestPayload, reading.delivery.body)
    if payload.action not in _ACTIONS:
        reason = f"the action {str(payload.action)[:60]!r} is not known"
        yield reading.seen("pull_request", reason, repository_id(payload.repository))
        return
    updated = time(payload.pull_request.updated_at, "pull_request.updated_at")
    yield from _proposed(reading, payload, updated)
    yield from _ended(reading, payload, updated)


def _proposed(reading: Reading, payload: PullRequestPayload, updated: int) -> Iterator[Event]:
    proposal = payload.pull_request
    pull = pull_id(payload.repository, proposal.number)
    created = time(proposal.created_at, "pull_request.created_at")
    yield PullRequestOpened(
        **reading.header(created, actor=identity(proposal.user)),
        pull=pull,
        repository=repository_id(payload.repository),
        number=proposal.number,
    )
    yield PullRequestDescribed(
        **reading.header(updated),
        pull=pull,
        repository=repository_id(payload.repository),
        title=reading.keep(proposal.title),
        base_ref=proposal.base.ref,
        head_ref=proposal.head.ref,
        head_repository=repository_id(proposal.head.repo) if proposal.head.repo else None,
        ticket_keys=ticket_keys(proposal.title, proposal.head.ref.replace("/", " ")),
    )
    opened = payload.action == "opened"
    pusher = identity(payload.sender) if payload.action == "synchronize" else None
    yield PullRequestRevised(
        **reading.header(created if opened else updated, actor=pusher, bound=not opened),
        pull=pull,
        head=proposal.head.sha,
        base=proposal.base.sha,
        pushed_by=pusher.account if pusher else None,
    )


def _ended(reading: Reading, payload: PullRequestPayload, updated: int) -> Iterator[Event]:
    proposal = payload.pull_request
    pull = pull_id(payload.repository, proposal.number)
    merged = optional_time(proposal.merged_at, "pull_request.merged_at")
    closed = optional_time(proposal.closed_at, "pull_request.closed_at")
    if merged is not None:
        yield PullRequestMerged(
            **reading.header(merged, actor=identity(proposal.merged_by)),
            pull=pull,
            repository=repository_id(payload.repository),
            head=proposal.head.sha,
            revision=proposal.merge_commit_sha,
            base_ref=proposal.base.ref,
        )
    elif closed is not None:
        by = identity(payload.sender) if payload.action == "closed" else None
        yield PullRequestClosed(**reading.header(closed, actor=by), pull=pull)
    elif payload.action == "reopened":
        by = identity(payload.sender)
        yield PullRequestReopened(**reading.header(updated, actor=by, bound=True), pull=pull)
