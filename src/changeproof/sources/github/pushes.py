"""`push` → RevisionPushed, and a RevisionRecorded for each commit that GitHub lists."""

from collections.abc import Iterator

from changeproof.events.event import Event
from changeproof.events.revisions import RevisionPushed
from changeproof.sources.commits import Commit, recorded, revision
from changeproof.sources.github.payload import (
    RepositoryEnvelope,
    identity,
    moment,
    repository_id,
)
from changeproof.sources.reading import Reading, optional_time, read

_MOST_LISTED = 1_200
"""An event has 60,000 bytes; GitHub lists up to 2,048 commits. The newest are named, and it is told
that there were more."""


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
    head, repository = payload.head_commit, repository_id(payload.repository)
    # `pushed_at` is a number in push payloads alone, and then it is this push's time.
    stated = isinstance(payload.repository.pushed_at, int)
    at = moment(payload.repository.pushed_at, "repository.pushed_at") if stated else None
    if at is None and head is not None:
        stated, at = False, optional_time(head.timestamp, "head_commit.timestamp")
    yield RevisionPushed(
        **reading.header(at, actor=identity(payload.sender), bound=not stated),
        repository=repository,
        ref=payload.ref,
        before=revision(payload.before),
        after=revision(payload.after),
        revisions=tuple(commit.id for commit in payload.commits[-_MOST_LISTED:]),
        forced=payload.forced,
        partly_listed=len(payload.commits) > _MOST_LISTED,
    )
    if head is not None and all(commit.id != head.id for commit in payload.commits):
        yield recorded(reading, repository, head, "head_commit")  # it is new nowhere
    for index, commit in enumerate(payload.commits):
        yield recorded(reading, repository, commit, f"commits[{index}]")
