"""A REST body's change (ChangeInfo), as a client's backfill retrieves it.

Ask for it with `o=DETAILED_LABELS&o=CURRENT_REVISION&o=CURRENT_COMMIT&o=DETAILED_ACCOUNTS`:
without the first no vote has a giver, without the second no content is named.
"""

from collections.abc import Iterator

import msgspec

from changeproof.events.event import Event
from changeproof.events.pulls import (
    PullRequestClosed,
    PullRequestDescribed,
    PullRequestMerged,
    PullRequestOpened,
    PullRequestRevised,
)
from changeproof.events.revisions import RepositoryObserved
from changeproof.sources.gerrit.payload import Account, Number, Place, identity, place, rest_time
from changeproof.sources.gerrit.votes import vote
from changeproof.sources.messages import ticket_keys
from changeproof.sources.reading import Reading


class Vote(Account, kw_only=True):
    """A voter, and what and when they voted."""

    value: int | None = None
    date: str | None = None


class Label(msgspec.Struct):
    """All votes of a label."""

    all: tuple[Vote, ...] = ()


class Parent(msgspec.Struct):
    """A parent of a commit."""

    commit: str


class CommitInfo(msgspec.Struct):
    """A commit."""

    parents: tuple[Parent, ...] = ()


class FetchInfo(msgspec.Struct):
    """From where a patch set is fetched."""

    url: str | None = None


class RevisionInfo(msgspec.Struct):
    """One patch set."""

    created: str | None = None
    uploader: Account | None = None
    commit: CommitInfo | None = None
    fetch: dict[str, FetchInfo] | None = None


class ChangeInfo(msgspec.Struct):
    """A change."""

    number: Number = msgspec.field(name="_number")
    project: str
    branch: str
    status: str
    created: str
    subject: str | None = None
    topic: str | None = None
    updated: str | None = None
    submitted: str | None = None
    owner: Account | None = None
    submitter: Account | None = None
    current_revision: str | None = None
    revisions: dict[str, RevisionInfo] | None = None
    labels: dict[str, Label] | None = None


def _fetched_from(info: ChangeInfo) -> str | None:
    """An address of the server's own pages; by SSH it has another port."""
    ways = [way for each in (info.revisions or {}).values() for way in (each.fetch or {}).values()]
    addresses = (way.url for way in ways if way.url)
    return next((url for url in sorted(addresses) if url.startswith(("http:", "https:"))), None)


def change_body(reading: Reading, info: ChangeInfo) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    where = place(reading, info.project, fallback=_fetched_from(info))
    name = where.change(info.number)
    updated = rest_time(info.updated or info.created, "updated")
    yield RepositoryObserved(**reading.header(None), repository=where.repository, name=info.project)
    yield PullRequestOpened(
        **reading.header(
            rest_time(info.created, "created"), actor=identity(reading, where.host, info.owner)
        ),
        pull=name,
        repository=where.repository,
        number=info.number,
    )
    yield PullRequestDescribed(
        **reading.header(updated),
        pull=name,
        repository=where.repository,
        title=reading.keep(info.subject),
        base_ref=info.branch,
        ticket_keys=ticket_keys(info.subject or "", info.topic or ""),
    )
    yield from _heads(reading, where, name, info)
    yield from _votes(reading, where, name, info, updated)
    if info.status == "MERGED":
        submitted = rest_time(info.submitted, "submitted")
        yield PullRequestMerged(
            **reading.header(
                updated if submitted is None else submitted,
                actor=identity(reading, where.host, info.submitter),
                bound=submitted is None,
            ),
            pull=name,
            repository=where.repository,
            head=info.current_revision,
            revision=info.current_revision,
            base_ref=info.branch,
        )
    elif info.status == "ABANDONED":
        yield PullRequestClosed(**reading.header(updated, bound=True), pull=name)


def _heads(reading: Reading, where: Place, name: str, info: ChangeInfo) -> Iterator[Event]:
    for sha, shown in (info.revisions or {}).items():
        created = rest_time(shown.created, "revisions.created")
        uploader = identity(reading, where.host, shown.uploader)
        parents = shown.commit.parents if shown.commit else ()
        yield PullRequestRevised(
            **reading.header(created, actor=uploader),
            pull=name,
            head=sha,
            base=parents[0].commit if parents else None,
            pushed_by=uploader.account,
        )


def _votes(
    reading: Reading, where: Place, name: str, info: ChangeInfo, updated: int | None
) -> Iterator[Event]:
    """Votes as they stand on the current patch set; 0 is a reviewer who has not voted."""
    for label, votes in (info.labels or {}).items():
        for one in votes.all:
            if not one.value:
                continue
            at = rest_time(one.date, f"labels.{label[:60]}.date")
            yield from vote(
                reading,
                where.repository,
                name,
                info.current_revision,
                label,
                one.value,
                identity(reading, where.host, one),
                updated if at is None else at,
                bound=at is None,
            )
