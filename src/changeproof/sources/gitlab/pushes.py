"""`push`, `tag_push` → RevisionPushed, RefChanged, and a RevisionRecorded for each commit."""

from collections.abc import Iterator

import msgspec

from changeproof.events.event import Event
from changeproof.events.revisions import RefChanged, RevisionPushed
from changeproof.sources.commits import Commit, recorded, revision
from changeproof.sources.gitlab.payload import Number, Project, User, place
from changeproof.sources.reading import Reading, optional_time, read
from changeproof.sources.times import latest

_MOST_LISTED = 1_200


class Push(msgspec.Struct):
    """A ref moved. GitLab lists the newest twenty commits, and states no time of the push."""

    ref: str
    before: str
    after: str
    user_id: Number | None = None
    user_username: str | None = None
    project_id: Number | None = None
    project: Project | None = None
    commits: tuple[Commit, ...] | None = ()
    total_commits_count: Number | None = None


def push(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(Push, reading.delivery.body)
    where = place(reading, payload.project, payload.project_id)
    commits = payload.commits or ()
    who = where.identity(User(payload.user_id, payload.user_username))
    at = latest(
        *(
            optional_time(one.timestamp, f"commits[{index}].timestamp")
            for index, one in enumerate(commits)
        )
    )
    before, after = revision(payload.before), revision(payload.after)
    yield RevisionPushed(
        **reading.header(at, actor=who, bound=True),
        repository=where.repository,
        ref=payload.ref,
        before=before,
        after=after,
        revisions=tuple(commit.id for commit in commits[-_MOST_LISTED:]),
        partly_listed=(payload.total_commits_count or 0) > min(len(commits), _MOST_LISTED),
    )
    if before is None or after is None:
        yield RefChanged(
            **reading.header(at, actor=who, bound=True),
            repository=where.repository,
            ref=payload.ref.removeprefix("refs/heads/").removeprefix("refs/tags/"),
            ref_kind="tag" if payload.ref.startswith("refs/tags/") else "branch",
            change="created" if before is None else "deleted",
        )
    for index, commit in enumerate(commits):
        yield recorded(reading, where.repository, commit, f"commits[{index}]")
