"""Repositories, revisions, pushes and protection: rows and their projectors."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from changeproof.events.event import Event
from changeproof.events.revisions import (
    HistoryBegins,
    ProtectionChanged,
    RefChanged,
    RepositoryObserved,
    RevisionInspected,
    RevisionListed,
    RevisionPushed,
    RevisionRecorded,
    RevisionTagged,
)
from changeproof.ledger.projection import bounded_by_receipt, projects
from changeproof.ledger.table import Row, table

_TAGS, _BRANCHES = "refs/tags/", "refs/heads/"


def moment(event: Event) -> int:
    """The time by which statements are ordered; those without one come first."""
    return event.occurred_at if event.occurred_at is not None else 0


@table("repository", key=("repository",))
@dataclass(frozen=True, slots=True)
class Repository(Row):
    """A repository as last described."""

    repository: str
    name: str
    default_branch: str | None
    stated_at: int
    event: str


@table(
    "revision",
    key=("revision", "complete"),
    seen="committed_at",
    indexes=("repository",),
)
@dataclass(frozen=True, slots=True)
class Revision(Row):
    """A commit. `complete` is 1 where the teller knew its parents (git), 0 for a push's list.

    `dated_at` is the committer's own date where it lies after the receipt; then `committed_at`
    is the receipt's time.
    """

    revision: str
    complete: int
    repository: str
    tree: str | None
    author: str | None
    committer: str | None
    authored_at: int | None
    committed_at: int | None
    dated_at: int | None
    title: str | None
    message: str | None
    claimed_pull: str | None
    claimed_review: str | None
    parent_count: int
    stated_at: int
    event: str


@table("revision_parent", key=("revision", "position"), indexes=("parent",))
@dataclass(frozen=True, slots=True)
class RevisionParent(Row):
    """One parent of a commit; position 0 is the first."""

    revision: str
    position: int
    parent: str
    stated_at: int
    event: str


@table("revision_merge", key=("revision",))
@dataclass(frozen=True, slots=True)
class RevisionMerge(Row):
    """A merge of two that somebody made afresh: `edited` is 1 where it holds something else."""

    revision: str
    edited: int
    stated_at: int
    event: str


@table("revision_patch", key=("revision",), indexes=("patch", "inverse"))
@dataclass(frozen=True, slots=True)
class RevisionPatch(Row):
    """What a commit changes, whatever its hash; `inverse` is the patch that it undoes, if asked."""

    revision: str
    patch: str
    inverse: str | None
    stated_at: int
    event: str


@table("revision_author", key=("revision", "account", "part"))
@dataclass(frozen=True, slots=True)
class RevisionAuthor(Row):
    """Somebody who wrote part of a commit: `author` or `co_author`. Committers wrote nothing."""

    revision: str
    account: str
    part: str
    stated_at: int
    event: str


@table("revision_claim", key=("revision", "claim", "value"), indexes=("value",))
@dataclass(frozen=True, slots=True)
class RevisionClaim(Row):
    """What a commit's message says of it: `ticket`, `reverts`, `cherry_pick`, `reviewer`."""

    revision: str
    claim: str
    value: str
    stated_at: int
    event: str


@table("revision_touch", key=("revision", "area"))
@dataclass(frozen=True, slots=True)
class RevisionTouch(Row):
    """An area that a commit's paths touch (`pipeline`, `tests`, …), and how many of them."""

    revision: str
    area: str
    path_count: int
    stated_at: int
    event: str


@table("revision_tree", key=("revision", "tree"))
@dataclass(frozen=True, slots=True)
class RevisionTree(Row):
    """Git's name of what a commit holds, where a system tells it apart from the commit."""

    revision: str
    tree: str
    stated_at: int
    event: str


@table("revision_migration", key=("revision", "name"), indexes=("name",))
@dataclass(frozen=True, slots=True)
class RevisionMigration(Row):
    """A migration whose file a commit touches, as tables of migrations name it."""

    revision: str
    name: str
    stated_at: int
    event: str


@table("revision_repository", key=("revision", "repository"), indexes=("repository",))
@dataclass(frozen=True, slots=True)
class RevisionRepository(Row):
    """A repository that holds the commit."""

    revision: str
    repository: str
    stated_at: int
    event: str


@table(
    "push",
    key=("repository", "ref", "before_revision", "after_revision"),
    seen="pushed_at",
    indexes=("after_revision", "before_revision"),
)
@dataclass(frozen=True, slots=True)
class Push(Row):
    """A ref moved; an empty text stands for nothing there (created, deleted)."""

    repository: str
    ref: str
    before_revision: str
    after_revision: str
    pusher: str | None
    pushed_at: int | None
    forced: int
    revision_count: int
    stated_at: int
    event: str


@table(
    "push_revision",
    key=("revision", "repository", "ref", "after_revision"),
    seen="pushed_at",
    indexes=("repository", "ref", "after_revision"),
)
@dataclass(frozen=True, slots=True)
class PushRevision(Row):
    """A commit that a push listed, and the one before it there: order where parents are unknown."""

    revision: str
    repository: str
    ref: str
    after_revision: str
    previous: str
    pusher: str | None
    pushed_at: int | None
    stated_at: int
    event: str


@table("branch_revision", key=("revision", "repository", "ref"), indexes=("repository",))
@dataclass(frozen=True, slots=True)
class BranchRevision(Row):
    """A commit that a forge, when asked, lists on a branch's own line: what a push brought there,
    where nobody told of the push."""

    revision: str
    repository: str
    ref: str
    stated_at: int
    event: str


@table("history_boundary", key=("revision", "repository"))
@dataclass(frozen=True, slots=True)
class HistoryBoundary(Row):
    """A shallow history begins here."""

    revision: str
    repository: str
    stated_at: int
    event: str


@table("ref_change", key=("repository", "ref", "change", "event"))
@dataclass(frozen=True, slots=True)
class RefChange(Row):
    """A branch or tag came or went."""

    repository: str
    ref: str
    change: str
    ref_kind: str
    account: str | None
    stated_at: int
    event: str


@table("revision_tag", key=("tag", "repository", "revision"), indexes=("revision",))
@dataclass(frozen=True, slots=True)
class RevisionTag(Row):
    """A tag stands, or stood once, for a commit."""

    tag: str
    repository: str
    revision: str
    stated_at: int
    event: str


@table("protection", key=("repository", "pattern", "event"), seen="changed_at")
@dataclass(frozen=True, slots=True)
class Protection(Row):
    """One transition of a branch's protection; intervals come of reading them in order."""

    repository: str
    pattern: str
    changed_at: int | None
    enforced: int
    approvals_required: int | None
    administrators_bound: int | None
    account: str | None
    stated_at: int
    event: str


@projects(RepositoryObserved)
def repository_row(event: RepositoryObserved, event_id: str) -> Iterator[Row]:
    yield Repository(event.repository, event.name, event.default_branch, moment(event), event_id)


@projects(RevisionRecorded)
def revision_rows(event: RevisionRecorded, event_id: str) -> Iterator[Row]:
    """The commit, its parents, its writers and its claims."""
    revision, at = event.revision, moment(event)
    yield Revision(
        revision,
        int(event.complete),
        event.repository,
        event.tree,
        event.author,
        event.committer,
        event.authored_at,
        event.occurred_at,
        None,
        event.title,
        event.message,
        event.claimed_pull,
        event.claimed_review,
        len(event.parents),
        at,
        event_id,
    )
    yield RevisionRepository(revision, event.repository, at, event_id)
    if event.edited_in_merge is not None:
        yield RevisionMerge(revision, int(event.edited_in_merge), at, event_id)
    if event.patch is not None:
        yield RevisionPatch(revision, event.patch, event.inverse, at, event_id)
    for position, parent in enumerate(event.parents):
        yield RevisionParent(revision, position, parent, at, event_id)
    if event.author:
        yield RevisionAuthor(revision, event.author, "author", at, event_id)
    for account in event.co_authors:
        yield RevisionAuthor(revision, account, "co_author", at, event_id)
    for claim, values in (
        ("ticket", event.ticket_keys),
        ("reverts", event.reverts),
        ("cherry_pick", event.cherry_picked_from),
        ("reviewer", event.claimed_reviewers),
    ):
        for value in values:
            yield RevisionClaim(revision, claim, value, at, event_id)
    for name in event.migrations:
        yield RevisionMigration(revision, name, at, event_id)
    for area, path_count in event.areas.items():
        yield RevisionTouch(revision, area, path_count, at, event_id)


@projects(RevisionInspected)
def inspected_rows(event: RevisionInspected, event_id: str) -> Iterator[Row]:
    """Its content and the areas that it touches."""
    at = moment(event)
    if event.tree is not None:
        yield RevisionTree(event.revision, event.tree, at, event_id)
    for area, path_count in event.areas.items():
        yield RevisionTouch(event.revision, area, path_count, at, event_id)


@bounded_by_receipt(Revision)
def no_later_than_received(row: Revision, received_at: int) -> Revision:
    """A commit that git alone tells of cannot be made after it was read."""
    if not row.complete or row.committed_at is None or row.committed_at <= received_at:
        return row
    return replace(row, committed_at=received_at, dated_at=row.committed_at)


@projects(RevisionPushed)
def push_rows(event: RevisionPushed, event_id: str) -> Iterator[Row]:
    """The move of the ref, and each listed commit with the one before it, where that is known."""
    before, after, at = event.before or "", event.after or "", moment(event)
    yield Push(
        event.repository,
        event.ref,
        before,
        after,
        event.actor,
        event.occurred_at,
        int(event.forced),
        len(event.revisions),
        at,
        event_id,
    )
    if after and event.ref.startswith(_TAGS):
        yield RevisionTag(event.ref[len(_TAGS) :], event.repository, after, at, event_id)
    previous = "" if event.forced or event.partly_listed else before
    listed = event.revisions
    if before and after and after not in listed and event.ref.startswith(_BRANCHES):
        listed, previous = (*listed, after), ""  # some forges say no more than where it is now
    for revision in listed:
        yield PushRevision(
            revision,
            event.repository,
            event.ref,
            after,
            previous,
            event.actor,
            event.occurred_at,
            at,
            event_id,
        )
        yield RevisionRepository(revision, event.repository, at, event_id)
        previous = revision


@projects(RevisionTagged)
def tag_row(event: RevisionTagged, event_id: str) -> Iterator[Row]:
    yield RevisionTag(event.tag, event.repository, event.revision, moment(event), event_id)


@projects(RevisionListed)
def listed_rows(event: RevisionListed, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield BranchRevision(event.revision, event.repository, event.ref, at, event_id)
    yield RevisionRepository(event.revision, event.repository, at, event_id)


@projects(HistoryBegins)
def boundary_row(event: HistoryBegins, event_id: str) -> Iterator[Row]:
    yield HistoryBoundary(event.revision, event.repository, moment(event), event_id)


@projects(RefChanged)
def ref_row(event: RefChanged, event_id: str) -> Iterator[Row]:
    yield RefChange(
        event.repository,
        event.ref,
        event.change,
        event.ref_kind,
        event.actor,
        moment(event),
        event_id,
    )


@projects(ProtectionChanged)
def protection_row(event: ProtectionChanged, event_id: str) -> Iterator[Row]:
    bound = event.administrators_bound
    yield Protection(
        event.repository,
        event.pattern,
        event.occurred_at,
        int(event.enforced),
        event.approvals_required,
        None if bound is None else int(bound),
        event.actor,
        moment(event),
        event_id,
    )
