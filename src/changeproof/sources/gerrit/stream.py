"""Stream events (Gerrit documentation, "gerrit stream-events"): times are seconds since 1970."""

from collections.abc import Callable, Iterator

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
from changeproof.events.revisions import RefChanged, RepositoryObserved, RevisionPushed
from changeproof.sources.commits import Commit, Person, recorded, revision
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.gerrit.payload import Account, Number, Place, identity, place
from changeproof.sources.gerrit.votes import deleted, vote
from changeproof.sources.messages import ticket_keys
from changeproof.sources.reading import Reading, read
from changeproof.sources.times import from_seconds

Seconds = Number


class Change(msgspec.Struct, rename="camel"):
    """A change as an event shows it; older servers write its number as a text."""

    project: str
    branch: str
    number: Number | str
    subject: str | None = None
    topic: str | None = None
    owner: Account | None = None
    url: str | None = None
    commit_message: str | None = None
    created_on: Seconds | None = None


class PatchSet(msgspec.Struct, rename="camel"):
    """One version of a change's content."""

    revision: str
    parents: tuple[str, ...] = ()
    uploader: Account | None = None
    author: Account | None = None
    created_on: Seconds | None = None


class Approval(msgspec.Struct, rename="camel"):
    """A vote. `old_value` stands where this event changed it."""

    type: str
    value: str
    old_value: str | None = None
    by: Account | None = None


class RefUpdate(msgspec.Struct, rename="camel"):
    """A ref moved."""

    project: str
    ref_name: str
    old_rev: str
    new_rev: str


class StreamEvent(msgspec.Struct, rename="camel"):
    """Any event; who did it stands under the name of what they did."""

    type: str
    event_created_on: Seconds | None = None
    change: Change | None = None
    patch_set: PatchSet | None = None
    approvals: tuple[Approval, ...] = ()
    new_rev: str | None = None
    ref_update: RefUpdate | None = None
    ref_updates: tuple[RefUpdate, ...] = ()
    project_name: str | None = None
    head_name: str | None = None
    author: Account | None = None
    uploader: Account | None = None
    submitter: Account | None = None
    abandoner: Account | None = None
    restorer: Account | None = None
    remover: Account | None = None
    reviewer: Account | None = None
    deleter: Account | None = None


class About(msgspec.Struct, frozen=True):
    """What every event about a change has at hand."""

    event: StreamEvent
    change: Change
    where: Place
    name: str
    number: int
    at: int | None

    @property
    def head(self) -> str | None:
        return revision(self.event.patch_set.revision) if self.event.patch_set else None


def stream_event(reading: Reading, body: bytes) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    event = read(StreamEvent, body)
    if event.type in ("ref-updated", "batch-ref-updated"):
        yield from _refs(reading, event)
    elif event.type == "project-created":
        yield from _project(reading, event)
    elif event.type not in _ABOUT_CHANGES:
        yield reading.seen(event.type[:500] or "event", "no evidence of a change is read from it")
    else:
        about = _about(reading, event)
        yield from _shown(reading, about)
        yield from _ABOUT_CHANGES[event.type](reading, about)


def _about(reading: Reading, event: StreamEvent) -> About:
    change = event.change
    if change is None:
        raise MalformedPayload("it has no change", where="change")
    text = str(change.number)
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise MalformedPayload(f"{text[:60]!r} is no number of a change", where="change.number")
    where = place(reading, change.project, change.url)
    number = int(text)
    return About(event, change, where, where.change(number), number, _at(event))


def _at(event: StreamEvent) -> int | None:
    return None if event.event_created_on is None else from_seconds(event.event_created_on)


def _shown(reading: Reading, about: About) -> Iterator[Event]:
    """What any event states of its change: who proposed what, and its content at that time."""
    change, where, patch = about.change, about.where, about.event.patch_set
    # Without a time: whatever else tells of the project (its default branch) stands.
    yield RepositoryObserved(
        **reading.header(None), repository=where.repository, name=change.project
    )
    if change.created_on is not None:
        owner = identity(reading, where.host, change.owner)
        yield PullRequestOpened(
            **reading.header(from_seconds(change.created_on), actor=owner),
            pull=about.name,
            repository=where.repository,
            number=about.number,
        )
    yield PullRequestDescribed(
        **reading.header(about.at),
        pull=about.name,
        repository=where.repository,
        title=reading.keep(change.subject),
        base_ref=change.branch,
        ticket_keys=ticket_keys(change.subject or "", change.topic or ""),
    )
    if patch is None or about.head is None:
        return
    uploader = identity(reading, where.host, patch.uploader)
    made = None if patch.created_on is None else from_seconds(patch.created_on)
    yield PullRequestRevised(
        **reading.header(about.at if made is None else made, actor=uploader, bound=made is None),
        pull=about.name,
        head=about.head,
        base=revision(patch.parents[0]) if patch.parents else None,
        pushed_by=uploader.account,
    )
    if change.commit_message is None:
        return
    author = patch.author or Account()
    commit = Commit(about.head, change.commit_message, author=Person(author.name, author.email))
    yield recorded(reading, where.repository, commit, "patchSet")


def _nothing(_reading: Reading, _about: About) -> Iterator[Event]:
    yield from ()


def _voted(reading: Reading, about: About) -> Iterator[Event]:
    """The votes that this event changed: newer servers list the others of the same voter too."""
    lists_all = isinstance(about.change.number, int)
    for approval in about.event.approvals:
        if lists_all and approval.old_value is None:
            continue
        yield from vote(
            reading,
            about.where.repository,
            about.name,
            about.head,
            approval.type,
            _value(approval.value),
            identity(reading, about.where.host, approval.by or about.event.author),
            about.at,
        )


def _vote_deleted(reading: Reading, about: About) -> Iterator[Event]:
    host = about.where.host
    by = identity(reading, host, about.event.remover)
    for approval in about.event.approvals:
        if approval.old_value is None and isinstance(about.change.number, int):
            continue
        whose = identity(reading, host, about.event.reviewer or approval.by)
        yield from deleted(reading, about.name, about.head, approval.type, whose, by, about.at)


def _merged(reading: Reading, about: About) -> Iterator[Event]:
    landed = revision(about.event.new_rev) or about.head
    yield PullRequestMerged(
        **reading.header(
            about.at, actor=identity(reading, about.where.host, about.event.submitter)
        ),
        pull=about.name,
        repository=about.where.repository,
        head=about.head,
        revision=landed,
        base_ref=about.change.branch,
    )


def _closed(reading: Reading, about: About) -> Iterator[Event]:
    by = identity(reading, about.where.host, about.event.abandoner or about.event.deleter)
    yield PullRequestClosed(**reading.header(about.at, actor=by), pull=about.name)


def _restored(reading: Reading, about: About) -> Iterator[Event]:
    by = identity(reading, about.where.host, about.event.restorer)
    yield PullRequestReopened(**reading.header(about.at, actor=by), pull=about.name)


_ABOUT_CHANGES: dict[str, Callable[[Reading, About], Iterator[Event]]] = {
    "change-abandoned": _closed,
    "change-deleted": _closed,
    "change-merged": _merged,
    "change-restored": _restored,
    "comment-added": _voted,
    "patchset-created": _nothing,
    "vote-deleted": _vote_deleted,
}


def _refs(reading: Reading, event: StreamEvent) -> Iterator[Event]:
    updates = (*event.ref_updates, *((event.ref_update,) if event.ref_update else ()))
    if not updates:
        raise MalformedPayload("it says of no ref that it moved", where="refUpdate")
    for update in updates:
        ref = update.ref_name if update.ref_name.startswith("refs/") else ""
        ref = ref or f"refs/heads/{update.ref_name}"  # older servers shorten a branch's name
        if ref.startswith(("refs/changes/", "refs/users/", "refs/cache-automerge/")):
            yield reading.seen(event.type, f"{ref.split('/')[1]}: such a ref is no branch")
            continue
        yield from _moved(reading, event, update, ref)


def _moved(reading: Reading, event: StreamEvent, update: RefUpdate, ref: str) -> Iterator[Event]:
    where = place(reading, update.project)
    before, after = revision(update.old_rev), revision(update.new_rev)
    who = identity(reading, where.host, event.submitter)
    yield RevisionPushed(
        **reading.header(_at(event), actor=who),
        repository=where.repository,
        ref=ref,
        before=before,
        after=after,
    )
    if before is None or after is None:
        yield RefChanged(
            **reading.header(_at(event), actor=who),
            repository=where.repository,
            ref=ref.removeprefix("refs/heads/").removeprefix("refs/tags/"),
            ref_kind="tag" if ref.startswith("refs/tags/") else "branch",
            change="created" if before is None else "deleted",
        )


def _project(reading: Reading, event: StreamEvent) -> Iterator[Event]:
    if not event.project_name:
        raise MalformedPayload("it names no project", where="projectName")
    head = event.head_name
    yield RepositoryObserved(
        **reading.header(_at(event)),
        repository=place(reading, event.project_name).repository,
        name=event.project_name,
        default_branch=head.removeprefix("refs/heads/") if head else None,
    )


def _value(text: str) -> int:
    try:
        return max(-99, min(99, int(text)))
    except ValueError as error:
        raise MalformedPayload(f"{text[:60]!r} is no vote", where="approvals.value") from error
