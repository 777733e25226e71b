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
    PullRequestRetargeted,
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
from changeproof.sources.identities import NOBODY, Identity
from changeproof.sources.messages import ticket_keys
from changeproof.sources.reading import Reading, optional_time, read, time
from changeproof.sources.times import latest

_ACTIONS = frozenset(
    {
        *("opened", "edited", "closed", "reopened", "synchronize", "assigned", "unassigned"),
        *("labeled", "unlabeled", "locked", "unlocked", "review_requested"),
        *("review_request_removed", "ready_for_review", "converted_to_draft", "milestoned"),
        *("demilestoned", "auto_merge_enabled", "auto_merge_disabled", "enqueued", "dequeued"),
    }
)


class Head(msgspec.Struct):
    """What is proposed; a deleted fork leaves no repository."""

    sha: str
    ref: str | None = None
    repo: Repository | None = None


class Base(msgspec.Struct):
    """Where it is to go."""

    sha: str | None = None
    ref: str | None = None


class Shown(msgspec.Struct):
    """What any delivery may show of a pull request."""

    number: Number
    title: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    closed_at: str | None = None
    merged_at: str | None = None
    merged: bool | None = None
    merged_by: User | None = None
    merge_commit_sha: str | None = None
    head: Head | None = None
    base: Base | None = None
    user: User | None = None


class PullRequest(Shown, kw_only=True):
    """What its own deliveries always show."""

    created_at: str
    head: Head


class Before(msgspec.Struct, rename={"before": "from"}):
    """What stood there before an edit."""

    before: str | None = None


class BaseBefore(msgspec.Struct):
    """Where it was to go before an edit."""

    ref: Before | None = None
    sha: Before | None = None


class Changes(msgspec.Struct):
    """What an edit changed; of its words nothing is read."""

    base: BaseBefore | None = None


class PullRequestPayload(RepositoryEnvelope, kw_only=True):
    """The delivery."""

    pull_request: PullRequest
    changes: Changes | None = None


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
    shown, sender = payload.pull_request, identity(payload.sender)
    yield from proposed(reading, payload.repository, shown, payload.action, sender)
    yield from retargeted(reading, payload, sender)
    yield from ended(reading, payload.repository, shown, payload.action, sender)


def retargeted(
    reading: Reading, payload: PullRequestPayload, sender: Identity
) -> Iterator[PullRequestRetargeted]:
    """That an edit aimed it at another branch (hard case 63)."""
    shown, changes = payload.pull_request, payload.changes
    if payload.action != "edited" or changes is None or changes.base is None:
        return
    ref, base = changes.base.ref, shown.base
    if ref is None or not ref.before or base is None or not base.ref:
        return
    sha = changes.base.sha
    yield PullRequestRetargeted(
        **reading.header(_updated(shown), actor=sender, bound=True),
        pull=pull_id(payload.repository, shown.number),
        ref_before=ref.before,
        ref=base.ref,
        base_before=sha.before if sha else None,
        base=base.sha,
    )


def proposed(
    reading: Reading,
    repository: Repository,
    shown: Shown,
    action: str | None = None,
    sender: Identity = NOBODY,
) -> Iterator[Event]:
    """What a delivery states of the proposal: who made it, its words, its head at that time.

    `action` and `sender` are the pull request's own; a delivery about a review has none.
    """
    pull = pull_id(repository, shown.number)
    created = optional_time(shown.created_at, "pull_request.created_at")
    if created is not None:
        yield PullRequestOpened(
            **reading.header(created, actor=identity(shown.user)),
            pull=pull,
            repository=repository_id(repository),
            number=shown.number,
        )
    if shown.head is None:
        return
    head, base, updated = shown.head, shown.base or Base(), _updated(shown)
    yield PullRequestDescribed(
        **reading.header(updated),
        pull=pull,
        repository=repository_id(repository),
        title=reading.keep(shown.title),
        base_ref=base.ref,
        head_ref=head.ref,
        head_repository=repository_id(head.repo) if head.repo else None,
        ticket_keys=ticket_keys(shown.title or "", (head.ref or "").replace("/", " ")),
    )
    opened = action == "opened"
    pusher = sender if action == "synchronize" else None
    yield PullRequestRevised(
        **reading.header(created if opened else updated, actor=pusher, bound=not opened),
        pull=pull,
        head=head.sha,
        base=base.sha,
        pushed_by=pusher.account if pusher else None,
    )


def ended(
    reading: Reading,
    repository: Repository,
    shown: Shown,
    action: str | None = None,
    sender: Identity = NOBODY,
) -> Iterator[Event]:
    """That it was merged, closed or opened again; every later delivery repeats the first two."""
    pull = pull_id(repository, shown.number)
    merged = optional_time(shown.merged_at, "pull_request.merged_at")
    closed = optional_time(shown.closed_at, "pull_request.closed_at")
    if merged is not None or shown.merged:
        at = next((one for one in (merged, closed) if one is not None), _updated(shown))
        yield PullRequestMerged(
            **reading.header(at, actor=identity(shown.merged_by), bound=merged is None),
            pull=pull,
            repository=repository_id(repository),
            head=shown.head.sha if shown.head else None,
            revision=shown.merge_commit_sha,
            base_ref=shown.base.ref if shown.base else None,
        )
    elif closed is not None or action == "closed":
        by = sender if action == "closed" else None
        at = _updated(shown) if closed is None else closed
        yield PullRequestClosed(**reading.header(at, actor=by, bound=closed is None), pull=pull)
    elif action == "reopened":
        header = reading.header(_updated(shown), actor=sender, bound=True)
        yield PullRequestReopened(**header, pull=pull)


def _updated(shown: Shown) -> int | None:
    """The latest time that it states for itself."""
    if shown.updated_at is not None:
        return time(shown.updated_at, "pull_request.updated_at")
    return latest(
        optional_time(shown.created_at, "pull_request.created_at"),
        optional_time(shown.merged_at, "pull_request.merged_at"),
        optional_time(shown.closed_at, "pull_request.closed_at"),
    )
