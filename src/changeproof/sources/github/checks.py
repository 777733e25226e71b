"""`check_run`, `check_suite`, `workflow_run`, `status` → TestsRun, once they have concluded.

Every run is kept, also the red one before the green (hard case 30); who posted it is kept too,
because a check of the required name from another app does not count (hard case 31). The commit
beside a suite, a run or a status tells its tree, by which the head and what landed are compared.
"""

from collections.abc import Iterator

import msgspec

from changeproof.events.event import Event
from changeproof.events.testing import Conclusion, TestsRun
from changeproof.sources.commits import Commit, Person, recorded
from changeproof.sources.github.payload import (
    Number,
    Repository,
    RepositoryEnvelope,
    User,
    identity,
    repository_id,
)
from changeproof.sources.identities import NOBODY, Identity
from changeproof.sources.reading import Reading, optional_time, read

_CONCLUSIONS: dict[str, Conclusion] = {
    "success": "passed",
    "failure": "failed",
    "error": "failed",
    "timed_out": "failed",
    "action_required": "failed",
    "startup_failure": "failed",
    "stale": "failed",
    "skipped": "skipped",
    "neutral": "neutral",
    "cancelled": "cancelled",
}


class App(msgspec.Struct):
    """The app that posts a check."""

    id: Number
    slug: str | None = None
    name: str | None = None


class CheckRun(msgspec.Struct):
    """One named check on one commit."""

    id: Number
    name: str
    head_sha: str
    status: str | None = None
    conclusion: str | None = None
    started_at: str | None = None
    completed_at: str | None = None
    app: App | None = None


class CheckSuite(msgspec.Struct):
    """All checks of one app on one commit."""

    id: Number
    head_sha: str
    updated_at: str | None = None
    created_at: str | None = None
    conclusion: str | None = None
    app: App | None = None
    head_commit: Commit | None = None


class WorkflowRun(msgspec.Struct):
    """One run of a workflow, of which a commit may have several attempts."""

    id: Number
    head_sha: str
    updated_at: str | None = None
    name: str | None = None
    path: str | None = None
    run_attempt: Number = 1
    run_started_at: str | None = None
    conclusion: str | None = None
    actor: User | None = None
    triggering_actor: User | None = None
    head_commit: Commit | None = None


class Named(msgspec.Struct):
    """A commit or tree by its hash."""

    sha: str


class Content(msgspec.Struct):
    """What git knows of a commit."""

    tree: Named
    message: str = ""
    author: Person | None = None
    committer: Person | None = None


class StatusCommit(msgspec.Struct):
    """The commit beside a status: here GitHub tells its parents."""

    sha: str
    commit: Content
    parents: tuple[Named, ...] | None = None


class CheckRunPayload(RepositoryEnvelope, kw_only=True):
    """The delivery."""

    check_run: CheckRun


class CheckSuitePayload(RepositoryEnvelope, kw_only=True):
    """The delivery."""

    check_suite: CheckSuite


class WorkflowRunPayload(RepositoryEnvelope, kw_only=True):
    """The delivery."""

    workflow_run: WorkflowRun


class StatusPayload(RepositoryEnvelope, kw_only=True):
    """The delivery; a status is the old way to post a check."""

    id: Number
    sha: str
    state: str
    context: str
    updated_at: str | None = None
    created_at: str | None = None
    commit: StatusCommit | None = None


def check_run(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(CheckRunPayload, reading.delivery.body)
    run, repository = payload.check_run, repository_id(payload.repository)
    conclusion = _CONCLUSIONS.get(run.conclusion or "")
    if conclusion is None:
        yield reading.seen("check_run", unfinished(run.conclusion), repository)
        return
    at = optional_time(run.completed_at, "check_run.completed_at")
    yield TestsRun(
        **reading.header(at, actor=identity(payload.sender)),
        run=f"{repository}/check_run/{run.id}",
        revision=run.head_sha,
        repository=repository,
        name=run.name,
        poster=poster_of(run.app),
        conclusion=conclusion,
        started_at=optional_time(run.started_at, "check_run.started_at"),
    )


def check_suite(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(CheckSuitePayload, reading.delivery.body)
    suite, repository = payload.check_suite, repository_id(payload.repository)
    conclusion = _CONCLUSIONS.get(suite.conclusion or "")
    if conclusion is None:
        yield reading.seen("check_suite", unfinished(suite.conclusion), repository)
        return
    poster = poster_of(suite.app)
    yield TestsRun(
        **reading.header(
            optional_time(suite.updated_at, "check_suite.updated_at"),
            actor=identity(payload.sender),
            bound=True,
        ),
        run=f"{repository}/check_suite/{suite.id}",
        revision=suite.head_sha,
        repository=repository,
        name=poster or "check suite",
        poster=poster,
        conclusion=conclusion,
        started_at=optional_time(suite.created_at, "check_suite.created_at"),
    )
    yield from _commit(reading, payload.repository, suite.head_commit, "check_suite.head_commit")


def workflow_run(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(WorkflowRunPayload, reading.delivery.body)
    yield from _run(reading, payload.repository, payload.workflow_run, identity(payload.sender))


def workflow_run_told(reading: Reading, repository: Repository) -> Iterator[Event]:
    """A run as a REST body is one. Raises MalformedPayload, naming the field."""
    yield from _run(reading, repository, read(WorkflowRun, reading.delivery.body), NOBODY)


def _run(
    reading: Reading, where: Repository, run: WorkflowRun, sender: Identity
) -> Iterator[Event]:
    repository = repository_id(where)
    conclusion = _CONCLUSIONS.get(run.conclusion or "")
    if conclusion is None:
        yield reading.seen("workflow_run", unfinished(run.conclusion), repository)
        return
    actor = run.triggering_actor or run.actor
    started_by = identity(actor) if actor else sender
    yield TestsRun(
        **reading.header(
            optional_time(run.updated_at, "workflow_run.updated_at"),
            actor=started_by,
            bound=True,
        ),
        run=f"{repository}/run/{run.id}",
        attempt=run.run_attempt,
        revision=run.head_sha,
        repository=repository,
        name=run.name or run.path or "workflow",
        poster="github-actions",
        conclusion=conclusion,
        started_at=optional_time(run.run_started_at, "workflow_run.run_started_at"),
    )
    yield from _commit(reading, where, run.head_commit, "workflow_run.head_commit")


def status(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(StatusPayload, reading.delivery.body)
    repository, poster = repository_id(payload.repository), identity(payload.sender)
    conclusion = _CONCLUSIONS.get(payload.state)
    if conclusion is None:
        yield reading.seen("status", unfinished(payload.state), repository)
        return
    yield TestsRun(
        **reading.header(
            optional_time(payload.updated_at or payload.created_at, "updated_at"), actor=poster
        ),
        run=f"{repository}/status/{payload.id}",
        revision=payload.sha,
        repository=repository,
        name=payload.context,
        poster=poster.account,
        conclusion=conclusion,
    )
    yield from _of_status(reading, payload)


def _commit(
    reading: Reading, repository: Repository, commit: Commit | None, where: str
) -> Iterator[Event]:
    if commit is not None:
        yield recorded(reading, repository_id(repository), commit, where)


def _of_status(reading: Reading, payload: StatusPayload) -> Iterator[Event]:
    if payload.commit is None:
        return
    told = payload.commit.commit
    commit = Commit(
        payload.commit.sha,
        told.message,
        told.committer.date if told.committer else None,
        told.tree.sha,
        told.author,
        told.committer,
    )
    above = payload.commit.parents
    parents = None if above is None else tuple(parent.sha for parent in above)
    yield recorded(reading, repository_id(payload.repository), commit, "commit", parents)


def concluded(said: str | None) -> Conclusion | None:
    """What a conclusion means; None where there is none yet."""
    return _CONCLUSIONS.get(said or "")


def poster_of(app: App | None) -> str | None:
    """The name by which an app is known."""
    return (app.slug or app.name or f"app {app.id}") if app else None


def unfinished(said: str | None) -> str:
    """Why a state says nothing yet."""
    return "not concluded yet" if said is None else f"{said[:60]!r} is no conclusion"
