"""`push` → RevisionPushed, and a RevisionRecorded for each commit that GitHub lists."""

from collections.abc import Iterator

import msgspec

from changeproof.events.event import Event
from changeproof.events.revisions import RevisionPushed, RevisionRecorded
from changeproof.sources.github.payload import (
    RepositoryEnvelope,
    identity,
    moment,
    repository_id,
    revision,
)
from changeproof.sources.identities import git_identity, split_person
from changeproof.sources.messages import claims, title_of
from changeproof.sources.reading import Reading, optional_time, read

_MOST_LISTED = 1_200
"""An event has 60,000 bytes; GitHub lists up to 2,048 commits. The newest are named."""


class Person(msgspec.Struct):
    """A git author, as the commit has it."""

    name: str | None = None
    email: str | None = None


class Commit(msgspec.Struct):
    """A commit without its parents: GitHub does not tell them here."""

    id: str
    message: str
    timestamp: str | None = None
    tree_id: str | None = None
    author: Person | None = None
    committer: Person | None = None


class Push(RepositoryEnvelope, kw_only=True):
    """A ref moved."""

    ref: str
    before: str
    after: str
    forced: bool = False
    commits: tuple[Commit, ...] = ()
    head_commit: Commit | None = None


def push(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(Push, reading.delivery.body)
    head = payload.head_commit
    # `pushed_at` is a number in push payloads alone, and then it is this push's time.
    stated = isinstance(payload.repository.pushed_at, int)
    at = moment(payload.repository.pushed_at, "repository.pushed_at") if stated else None
    if at is None and head is not None:
        stated, at = False, optional_time(head.timestamp, "head_commit.timestamp")
    yield RevisionPushed(
        **reading.header(at, actor=identity(payload.sender), bound=not stated),
        repository=repository_id(payload.repository),
        ref=payload.ref,
        before=revision(payload.before),
        after=revision(payload.after),
        revisions=tuple(commit.id for commit in payload.commits[-_MOST_LISTED:]),
        forced=payload.forced,
    )
    for index, commit in enumerate(payload.commits):
        yield _recorded(reading, payload, commit, f"commits[{index}]")


def _recorded(reading: Reading, payload: Push, commit: Commit, where: str) -> RevisionRecorded:
    said = claims(commit.message)

    def person(one: Person | None) -> tuple[str, str]:
        return ((one.name or "", one.email or "")) if one else ("", "")

    author = git_identity(*person(commit.author), reading.pseudonyms)
    committer = git_identity(*person(commit.committer), reading.pseudonyms)
    co_authors = [git_identity(*split_person(text), reading.pseudonyms) for text in said.co_authors]
    reviewers = [git_identity(*split_person(text), reading.pseudonyms) for text in said.reviewers]
    return RevisionRecorded(
        **reading.header(
            optional_time(commit.timestamp, f"{where}.timestamp"),
            author,
            committer,
            *co_authors,
            *reviewers,
            bound=True,
        ),
        revision=commit.id,
        repository=repository_id(payload.repository),
        complete=False,
        tree=commit.tree_id,
        author=author.account,
        committer=committer.account,
        co_authors=tuple(dict.fromkeys(one.account for one in co_authors if one.account)),
        message=reading.keep(commit.message),
        title=reading.keep(title_of(commit.message)),
        claimed_pull=said.pull,
        claimed_reviewers=tuple(dict.fromkeys(one.account for one in reviewers if one.account)),
        claimed_review=said.review,
        ticket_keys=said.tickets,
        reverts=said.reverts,
        cherry_picked_from=said.cherry_picked_from,
    )
