"""REST bodies (API v4), as a client's backfill retrieves them: each read by its own shape.

An address in the body names the server. The project's number stands in it, or was stated
beside it (`project`): a job, a deployment or a commit alone does not know it.
"""

from collections.abc import Callable, Iterator

import msgspec

from changeproof.events.access import AccessGranted
from changeproof.events.event import Event
from changeproof.events.pulls import PullRequestCommitListed
from changeproof.sources.commits import LISTED_KEYS, Commit, Person, listed, recorded
from changeproof.sources.configuration_files import NAME as CONFIGURATION_FILE
from changeproof.sources.configuration_files import File, file_seen
from changeproof.sources.gitlab.contents import changed_files_body, report_body, tree_body
from changeproof.sources.gitlab.deployments import deployed
from changeproof.sources.gitlab.members import rights_at
from changeproof.sources.gitlab.merge_requests import Shown, ended, proposed
from changeproof.sources.gitlab.payload import Number, Place, Project, User, account, place
from changeproof.sources.gitlab.pipelines import JobShown, PipelineShown, job_run, pipeline_run
from changeproof.sources.reading import Reading, optional_time, read, stated_number


class MergeRequestBody(Shown, kw_only=True):
    """`GET /projects/3/merge_requests`."""

    project_id: Number
    web_url: str | None = None


class JobCommit(msgspec.Struct):
    """What a job ran on."""

    id: str


class JobBody(JobShown, kw_only=True):
    """`GET /projects/3/jobs`."""

    commit: JobCommit
    web_url: str | None = None


class Environment(msgspec.Struct):
    """Where to."""

    name: str


class DeployableBody(msgspec.Struct):
    """The job that deployed."""

    id: Number
    user: User | None = None


class DeploymentBody(msgspec.Struct):
    """`GET /projects/3/deployments`."""

    id: Number
    sha: str
    status: str
    environment: Environment
    created_at: str | None = None
    updated_at: str | None = None
    user: User | None = None
    deployable: DeployableBody | None = None


class CommitBody(msgspec.Struct):
    """`GET /projects/3/repository/commits`."""

    id: str
    parent_ids: tuple[str, ...]
    message: str = ""
    author_name: str | None = None
    author_email: str | None = None
    committer_name: str | None = None
    committer_email: str | None = None
    committed_date: str | None = None
    web_url: str | None = None


class MemberBody(msgspec.Struct):
    """`GET /projects/3/members/all`."""

    id: Number
    access_level: Number
    username: str | None = None
    created_at: str | None = None
    created_by: User | None = None
    expires_at: str | None = None
    web_url: str | None = None


class FileBody(msgspec.Struct):
    """The client's own: what it read of a file on the default branch."""

    configuration_file: File


def file_body(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    shown = read(FileBody, reading.delivery.body)
    yield file_seen(reading, place(reading, None).repository, shown.configuration_file)


def merge_request_body(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    shown = read(MergeRequestBody, reading.delivery.body)
    number = shown.target_project_id
    number = shown.project_id if number is None else number
    where = place(reading, Project(number, shown.web_url))
    yield from proposed(reading, where, shown)
    yield from ended(reading, where, shown)


def pipeline_body(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    shown = read(PipelineShown, reading.delivery.body)
    yield from pipeline_run(
        reading, place(reading, Project(shown.project_id, shown.web_url)), shown
    )


def job_body(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    shown = read(JobBody, reading.delivery.body)
    where = place(reading, Project(web_url=shown.web_url))
    yield from job_run(reading, where, shown, shown.commit.id)


def deployment_body(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    shown = read(DeploymentBody, reading.delivery.body)
    where = place(reading, None)
    yield from deployed(
        reading,
        where,
        f"{where.repository}/deployment/{shown.id}",
        shown.status,
        shown.environment.name,
        shown.sha,
        optional_time(shown.updated_at or shown.created_at, "updated_at"),
        shown.user,
        by_pipeline=shown.deployable is not None,
        bound=True,
    )


def commit_body(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    shown = read(CommitBody, reading.delivery.body)
    where = place(reading, Project(web_url=shown.web_url))
    commit = Commit(
        shown.id,
        shown.message,
        shown.committed_date,
        author=Person(shown.author_name, shown.author_email),
        committer=Person(shown.committer_name, shown.committer_email),
    )
    # A list of a merge request's commits leaves the parents out as `[]`.
    yield recorded(reading, where.repository, commit, "commit", shown.parent_ids or None)
    number = stated_number(reading, "merge_request")
    if number is not None:
        yield PullRequestCommitListed(
            **reading.header(None), pull=where.merge(number), revision=shown.id
        )


def listed_body(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    yield listed(reading, place(reading, None).repository)


def member_body(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    shown = read(MemberBody, reading.delivery.body)
    where = place(reading, Project(web_url=shown.web_url))
    who = account(where.host, User(shown.id, shown.username))
    rights = rights_at(shown.access_level)
    if who.account is None or not rights:
        reason = "the member's level gives no right to alter the repository"
        yield reading.seen("member", reason, where.repository)
        return
    ends = shown.expires_at
    ends = f"{ends}T00:00:00Z" if ends and len(ends) == 10 else ends
    for right in rights:
        yield AccessGranted(
            **reading.header(
                optional_time(shown.created_at, "created_at"),
                who,
                actor=where.identity(shown.created_by),
                bound=True,
            ),
            account=who.account,
            access=right,
            system=_system(reading, where),
            ends_at=optional_time(ends, "expires_at"),
        )


def _system(reading: Reading, where: Place) -> str:
    """The system's name as an operator stated it; else the repository's key."""
    return dict(reading.delivery.options).get("system") or where.repository


BODIES: tuple[tuple[str, frozenset[str], Callable[[Reading], Iterator[Event]]], ...] = (
    (
        "merge_request",
        frozenset({"iid", "project_id", "source_branch", "target_branch"}),
        merge_request_body,
    ),
    ("configuration file", frozenset({CONFIGURATION_FILE}), file_body),
    ("tree", frozenset({"revision", "tree_entries"}), tree_body),
    ("changed files", frozenset({"revision", "changed_files"}), changed_files_body),
    ("test report", frozenset({"reported_pipeline", "test_report"}), report_body),
    ("pipeline", frozenset({"id", "sha", "ref", "status", "source", "web_url"}), pipeline_body),
    ("deployment", frozenset({"iid", "sha", "environment", "deployable"}), deployment_body),
    ("job", frozenset({"stage", "pipeline", "commit", "allow_failure"}), job_body),
    ("commit", frozenset({"short_id", "parent_ids", "author_email"}), commit_body),
    ("commit of a branch", LISTED_KEYS, listed_body),
    ("member", frozenset({"access_level", "username", "membership_state"}), member_body),
)
"""A body's name, the keys by which it is known, its reader; the first that fits decides."""

SEEN: tuple[tuple[str, frozenset[str], str], ...] = (
    ("issue", frozenset({"iid", "issue_type", "web_url"}), "an issue is no evidence of a change"),
    ("note", frozenset({"noteable_type", "body"}), "what is said in a note is no verdict"),
    ("user", frozenset({"username", "state", "web_url"}), "a person's profile is not read"),
)
"""Bodies that are known and hold no evidence, with the reason."""
