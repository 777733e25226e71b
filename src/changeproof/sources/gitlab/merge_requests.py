"""`merge_request` → whatever the payload states for sure, whichever action brought it.

An approval names no act: it is told apart by who gave it and to which head. One that its giver
takes back becomes a remark, until they give it again.
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
    RevisionReviewed,
)
from changeproof.sources.commits import Commit, recorded
from changeproof.sources.gitlab.payload import Number, Place, Project, User, place
from changeproof.sources.identities import NOBODY, Identity
from changeproof.sources.messages import ticket_keys
from changeproof.sources.reading import Reading, optional_time, read, time

_APPROVED = frozenset({"approved", "approval"})
"""The first where this approval completes those that are required."""
_WITHDRAWN = frozenset({"unapproved", "unapproval"})


class Shown(msgspec.Struct):
    """What any delivery, and a REST body, show of a merge request."""

    iid: Number
    title: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    merged_at: str | None = None
    closed_at: str | None = None
    state: str | None = None
    source_branch: str | None = None
    target_branch: str | None = None
    source_project_id: Number | None = None
    target_project_id: Number | None = None
    author_id: Number | None = None
    author: User | None = None
    merge_user_id: Number | None = None
    merge_user: User | None = None
    merged_by: User | None = None
    closed_by: User | None = None
    merge_commit_sha: str | None = None
    squash_commit_sha: str | None = None
    sha: str | None = None
    last_commit: Commit | None = None

    @property
    def head(self) -> str | None:
        """What is proposed."""
        return self.last_commit.id if self.last_commit else self.sha

    @property
    def landed(self) -> str | None:
        """The commit on the target branch; a fast-forward lands the head itself."""
        return self.merge_commit_sha or self.squash_commit_sha or self.head

    @property
    def written_by(self) -> User | None:
        return self.author or (User(self.author_id) if self.author_id is not None else None)

    @property
    def merger(self) -> User | None:
        found = self.merge_user or self.merged_by
        return found or (User(self.merge_user_id) if self.merge_user_id is not None else None)


class Attributes(Shown, kw_only=True):
    """The same in a delivery, with what was done."""

    action: str | None = None
    oldrev: str | None = None
    system: bool = False


class Edit(msgspec.Struct):
    """A value before and after."""

    previous: str | None = None
    current: str | None = None


class Changes(msgspec.Struct):
    """Of an edit only the target is read."""

    target_branch: Edit | None = None


class MergeRequestPayload(msgspec.Struct):
    """The delivery."""

    object_attributes: Attributes
    user: User | None = None
    project: Project | None = None
    changes: Changes | None = None


def merge_request(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(MergeRequestPayload, reading.delivery.body)
    shown = payload.object_attributes
    where = place(reading, payload.project, shown.target_project_id)
    sender = where.identity(payload.user)
    yield from proposed(reading, where, shown, shown.action, sender, pushed=bool(shown.oldrev))
    if shown.last_commit is not None:
        commit = shown.last_commit
        yield recorded(reading, where.repository, commit, "object_attributes.last_commit")
    yield from _retargeted(reading, where, payload, sender)
    yield from _approval(reading, where, shown, sender)
    yield from ended(reading, where, shown, shown.action, sender)


def proposed(
    reading: Reading,
    where: Place,
    shown: Shown,
    action: str | None = None,
    sender: Identity = NOBODY,
    *,
    pushed: bool = False,
) -> Iterator[Event]:
    """Who made the proposal, its words, its head at that time."""
    pull = where.merge(shown.iid)
    created = optional_time(shown.created_at, "created_at")
    if created is not None:
        yield PullRequestOpened(
            **reading.header(created, actor=where.identity(shown.written_by)),
            pull=pull,
            repository=where.repository,
            number=shown.iid,
        )
    updated = _updated(shown)
    source = shown.source_project_id
    yield PullRequestDescribed(
        **reading.header(updated),
        pull=pull,
        repository=where.repository,
        title=reading.keep(shown.title),
        base_ref=shown.target_branch,
        head_ref=shown.source_branch,
        head_repository=Place(where.host, source).repository if source is not None else None,
        ticket_keys=ticket_keys(shown.title or "", (shown.source_branch or "").replace("/", " ")),
    )
    if shown.head is None:
        return
    opened = action == "open"
    pusher = sender if action == "update" and pushed else NOBODY
    yield PullRequestRevised(
        **reading.header(created if opened else updated, actor=pusher, bound=not opened),
        pull=pull,
        head=shown.head,
        pushed_by=pusher.account,
    )


def ended(
    reading: Reading,
    where: Place,
    shown: Shown,
    action: str | None = None,
    sender: Identity = NOBODY,
) -> Iterator[Event]:
    """That it was merged, closed or opened again."""
    pull = where.merge(shown.iid)
    merged = optional_time(shown.merged_at, "merged_at")
    if shown.state == "merged" or action == "merge":
        told = where.identity(shown.merger)
        yield PullRequestMerged(
            **reading.header(
                _updated(shown) if merged is None else merged,
                actor=sender if action == "merge" and sender.account else told,
                # The delivery of the merge itself is dated by it.
                bound=merged is None and action != "merge",
            ),
            pull=pull,
            repository=where.repository,
            head=shown.head,
            revision=shown.landed,
            base_ref=shown.target_branch,
        )
    elif shown.state == "closed" or action == "close":
        closed = optional_time(shown.closed_at, "closed_at")
        by = sender if action == "close" else where.identity(shown.closed_by)
        yield PullRequestClosed(
            **reading.header(
                _updated(shown) if closed is None else closed,
                actor=by,
                bound=closed is None and action != "close",
            ),
            pull=pull,
        )
    elif action == "reopen":
        yield PullRequestReopened(**reading.header(_updated(shown), actor=sender), pull=pull)


def _retargeted(
    reading: Reading, where: Place, payload: MergeRequestPayload, sender: Identity
) -> Iterator[Event]:
    """That an edit aimed it at another branch (hard case 63)."""
    edit = payload.changes.target_branch if payload.changes else None
    if edit is None or not edit.previous or not edit.current or edit.previous == edit.current:
        return
    shown = payload.object_attributes
    yield PullRequestRetargeted(
        **reading.header(_updated(shown), actor=sender),
        pull=where.merge(shown.iid),
        ref_before=edit.previous,
        ref=edit.current,
    )


def _approval(
    reading: Reading, where: Place, shown: Attributes, sender: Identity
) -> Iterator[Event]:
    """A yes to the head that the delivery shows, or one taken back.

    When a push resets approvals, GitLab sends an `unapproved` of its own (`system`): it names
    the pusher, whose approval it is not; a yes to an earlier head stands for that head alone.
    """
    pull = where.merge(shown.iid)
    name = f"{pull}/approval/{sender.account or 'nobody'}/{shown.head}"
    withdrawn = shown.action in _WITHDRAWN and not shown.system
    if shown.action in _APPROVED or withdrawn:
        yield RevisionReviewed(
            **reading.header(_updated(shown), actor=sender),
            review=name,
            pull=pull,
            revision=shown.head,
            verdict="commented" if withdrawn else "approved",
        )


def _updated(shown: Shown) -> int | None:
    """The latest time that it states for itself."""
    if shown.updated_at is not None:
        return time(shown.updated_at, "updated_at")
    return optional_time(shown.created_at, "created_at")
