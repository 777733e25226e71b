"""Pull requests and their reviews: rows and their projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.event import LARGEST_INTEGER
from changeproof.events.pulls import (
    PullRequestClosed,
    PullRequestCommitListed,
    PullRequestDescribed,
    PullRequestMerged,
    PullRequestOpened,
    PullRequestReopened,
    PullRequestRetargeted,
    PullRequestRevised,
    ReviewDismissed,
    RevisionReviewed,
)
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table

ABBREVIATED = 12
"""Digits by which a commit is known whose hash a forge cuts short."""


@table("pull_opened", key=("pull",), rule="earliest", seen="opened_at", indexes=("repository",))
@dataclass(frozen=True, slots=True)
class PullOpened(Row):
    """Who proposed it, and when."""

    pull: str
    repository: str
    number: int
    author: str | None
    opened_at: int | None
    stated_at: int
    event: str


@table("pull_description", key=("pull",), indexes=("head_ref",))
@dataclass(frozen=True, slots=True)
class PullDescription(Row):
    """What it last said of itself."""

    pull: str
    repository: str
    title: str | None
    base_ref: str | None
    head_ref: str | None
    head_repository: str | None
    stated_at: int
    event: str


@table("pull_ticket", key=("pull", "ticket_key"), indexes=("ticket_key",))
@dataclass(frozen=True, slots=True)
class PullTicket(Row):
    """A ticket that it names."""

    pull: str
    ticket_key: str
    stated_at: int
    event: str


@table("pull_retarget", key=("pull", "event"), seen="retargeted_at")
@dataclass(frozen=True, slots=True)
class PullRetarget(Row):
    """It was aimed at another branch, by whom; the tips of both where they were told."""

    pull: str
    ref_before: str
    ref_after: str
    base_before: str | None
    base_after: str | None
    account: str | None
    retargeted_at: int | None
    stated_at: int
    event: str


@table(
    "pull_head", key=("pull", "revision"), rule="earliest", seen="revised_at", indexes=("revision",)
)
@dataclass(frozen=True, slots=True)
class PullHead(Row):
    """A content that it proposed, since when, and who pushed it where that is known."""

    pull: str
    revision: str
    base: str | None
    pushed_by: str | None
    revised_at: int | None
    stated_at: int
    event: str


@table("pull_head_pusher", key=("pull", "revision", "account"), seen="pushed_at")
@dataclass(frozen=True, slots=True)
class PullHeadPusher(Row):
    """Somebody who pushed a head to the pull request's branch."""

    pull: str
    revision: str
    account: str
    pushed_at: int | None
    stated_at: int
    event: str


@table("pull_commit", key=("pull", "revision"), indexes=("revision",))
@dataclass(frozen=True, slots=True)
class PullCommit(Row):
    """A commit that it proposes, as its forge lists them."""

    pull: str
    revision: str
    stated_at: int
    event: str


@table(
    "pull_merge",
    key=("pull",),
    seen="merged_at",
    indexes=("revision", "repository", "revision_begins", "head_begins"),
)
@dataclass(frozen=True, slots=True)
class PullMerge(Row):
    """It was merged: which head, into which commit, by whom. `revision_begins` and `head_begins`
    hold the first twelve digits of commit and head where the forge told no more."""

    pull: str
    repository: str
    head: str | None
    revision: str | None
    base_ref: str | None
    merged_by: str | None
    merged_at: int | None
    stated_at: int
    event: str
    revision_begins: str | None = None
    head_begins: str | None = None


@table("pull_closure", key=("pull", "closed_at"), seen="closed_at")
@dataclass(frozen=True, slots=True)
class PullClosure(Row):
    """It was closed unmerged."""

    pull: str
    closed_at: int
    account: str | None
    stated_at: int
    event: str


@table("pull_reopening", key=("pull", "reopened_at"), seen="reopened_at")
@dataclass(frozen=True, slots=True)
class PullReopening(Row):
    """It was opened again."""

    pull: str
    reopened_at: int
    account: str | None
    stated_at: int
    event: str


@table("review", key=("review",), seen="submitted_at", indexes=("pull", "revision_begins"))
@dataclass(frozen=True, slots=True)
class Review(Row):
    """One reviewer's verdict on one head; `revision_begins` holds its first twelve digits where
    the forge told no more."""

    review: str
    pull: str
    revision: str | None
    account: str | None
    verdict: str
    submitted_at: int | None
    stated_at: int
    event: str
    revision_begins: str | None = None


@table("review_dismissal", key=("review",), rule="earliest", seen="dismissed_at", indexes=("pull",))
@dataclass(frozen=True, slots=True)
class ReviewDismissal(Row):
    """A review that no longer counts; a row of its own, so that it may come first."""

    review: str
    pull: str
    account: str | None
    dismissed_at: int | None
    stated_at: int
    event: str


@projects(PullRequestOpened)
def opened_row(event: PullRequestOpened, event_id: str) -> Iterator[Row]:
    """The earliest statement stands: one made after the author's account was deleted names
    nobody, and must not replace one that names somebody (hard case 53)."""
    yield PullOpened(
        event.pull,
        event.repository,
        event.number,
        event.actor,
        event.occurred_at,
        moment(event) if event.actor else LARGEST_INTEGER,
        event_id,
    )


@projects(PullRequestDescribed)
def description_rows(event: PullRequestDescribed, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield PullDescription(
        event.pull,
        event.repository,
        event.title,
        event.base_ref,
        event.head_ref,
        event.head_repository,
        at,
        event_id,
    )
    for key in event.ticket_keys:
        yield PullTicket(event.pull, key, at, event_id)


@projects(PullRequestRetargeted)
def retarget_row(event: PullRequestRetargeted, event_id: str) -> Iterator[Row]:
    yield PullRetarget(
        event.pull,
        event.ref_before,
        event.ref,
        event.base_before,
        event.base,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(PullRequestRevised)
def head_rows(event: PullRequestRevised, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield PullHead(
        event.pull, event.head, event.base, event.pushed_by, event.occurred_at, at, event_id
    )
    if event.pushed_by:
        yield PullHeadPusher(
            event.pull, event.head, event.pushed_by, event.occurred_at, at, event_id
        )


@projects(PullRequestCommitListed)
def commit_row(event: PullRequestCommitListed, event_id: str) -> Iterator[Row]:
    yield PullCommit(event.pull, event.revision, moment(event), event_id)


@projects(PullRequestMerged)
def merge_row(event: PullRequestMerged, event_id: str) -> Iterator[Row]:
    """The latest statement stands, and one that names who merged it before one that does not:
    deliveries about reviews tell of the merge without it."""
    yield PullMerge(
        event.pull,
        event.repository,
        event.head,
        event.revision,
        event.base_ref,
        event.actor,
        event.occurred_at,
        moment(event) if event.actor else 0,
        event_id,
        _begun(event.revision_begins),
        _begun(event.head_begins),
    )


def _begun(cut_short: str | None) -> str | None:
    return cut_short[:ABBREVIATED] if cut_short else None


@projects(PullRequestClosed)
def closure_row(event: PullRequestClosed, event_id: str) -> Iterator[Row]:
    """Later deliveries repeat when it was closed; only the one of that act says by whom."""
    at = moment(event)
    yield PullClosure(event.pull, at, event.actor, at if event.actor else 0, event_id)


@projects(PullRequestReopened)
def reopening_row(event: PullRequestReopened, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield PullReopening(event.pull, at, event.actor, at, event_id)


@projects(RevisionReviewed)
def review_row(event: RevisionReviewed, event_id: str) -> Iterator[Row]:
    """One transition of one review. Which review counts is a check's question."""
    yield Review(
        event.review,
        event.pull,
        event.revision,
        event.actor,
        event.verdict,
        event.occurred_at,
        moment(event),
        event_id,
        _begun(event.revision_begins),
    )


@projects(ReviewDismissed)
def dismissal_row(event: ReviewDismissed, event_id: str) -> Iterator[Row]:
    yield ReviewDismissal(
        event.review, event.pull, event.actor, event.occurred_at, moment(event), event_id
    )
