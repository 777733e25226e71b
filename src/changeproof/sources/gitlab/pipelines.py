"""`pipeline`, `build` (a job) → TestsRun, once they have concluded.

A pipeline's delivery lists its jobs; each is told with the key that its own delivery gives it.
"""

from collections.abc import Iterator

import msgspec

from changeproof.events.event import Event
from changeproof.events.testing import Conclusion, TestsRun
from changeproof.sources.commits import Commit, recorded
from changeproof.sources.gitlab.payload import Number, Place, Project, User, place
from changeproof.sources.reading import Reading, optional_time, read
from changeproof.sources.times import latest

CI = "gitlab-ci"
_CONCLUSIONS: dict[str, Conclusion] = {
    "success": "passed",
    "failed": "failed",
    "canceled": "cancelled",
    "skipped": "skipped",
}


class PipelineShown(msgspec.Struct):
    """A pipeline, in a delivery or a REST body."""

    id: Number
    sha: str
    status: str | None = None
    name: str | None = None
    source: str | None = None
    project_id: Number | None = None
    web_url: str | None = None
    created_at: str | None = None
    started_at: str | None = None
    updated_at: str | None = None
    finished_at: str | None = None
    user: User | None = None


class JobShown(msgspec.Struct):
    """A job as its pipeline's delivery and REST bodies show it."""

    id: Number
    name: str
    status: str | None = None
    started_at: str | None = None
    finished_at: str | None = None
    user: User | None = None


class PipelinePayload(msgspec.Struct):
    """The delivery."""

    object_attributes: PipelineShown
    project: Project | None = None
    user: User | None = None
    commit: Commit | None = None
    builds: tuple[JobShown, ...] | None = ()


class Repository(msgspec.Struct):
    """Beside a job only the address of the project's page is told."""

    homepage: str | None = None


class JobPayload(msgspec.Struct):
    """The delivery of one job: `build` to this day."""

    build_id: Number
    build_name: str
    sha: str
    build_status: str | None = None
    build_started_at: str | None = None
    build_finished_at: str | None = None
    retries_count: Number | None = None
    project_id: Number | None = None
    project: Project | None = None
    repository: Repository | None = None
    user: User | None = None


def pipeline(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(PipelinePayload, reading.delivery.body)
    shown, where = payload.object_attributes, place(reading, payload.project)
    shown.user = payload.user
    yield from pipeline_run(reading, where, shown)
    for job in payload.builds or ():
        if _CONCLUSIONS.get(job.status or "") is not None:
            yield from job_run(reading, where, job, shown.sha)
    if payload.commit is not None:
        yield recorded(reading, where.repository, payload.commit, "commit")


def job(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(JobPayload, reading.delivery.body)
    address = payload.repository.homepage if payload.repository else None
    shown = payload.project or Project(web_url=address)
    if shown.web_url is None:
        shown.web_url = address
    where = place(reading, shown, payload.project_id)
    told = JobShown(
        payload.build_id,
        payload.build_name,
        payload.build_status,
        payload.build_started_at,
        payload.build_finished_at,
        payload.user,
    )
    yield from job_run(reading, where, told, payload.sha)


def pipeline_run(reading: Reading, where: Place, shown: PipelineShown) -> Iterator[Event]:
    """A pipeline as one run, named by itself or by what started it."""
    conclusion = _CONCLUSIONS.get(shown.status or "")
    if conclusion is None:
        yield reading.seen("pipeline", unfinished(shown.status), where.repository)
        return
    finished = optional_time(shown.finished_at, "finished_at")
    bound = latest(
        optional_time(shown.updated_at, "updated_at"), optional_time(shown.created_at, "created_at")
    )
    yield TestsRun(
        **reading.header(
            bound if finished is None else finished,
            actor=where.identity(shown.user),
            bound=finished is None,
        ),
        run=f"{where.repository}/pipeline/{shown.id}",
        revision=shown.sha,
        repository=where.repository,
        name=shown.name or "pipeline",
        poster=CI,
        conclusion=conclusion,
        started_at=optional_time(shown.started_at or shown.created_at, "started_at"),
    )


def job_run(reading: Reading, where: Place, shown: JobShown, sha: str) -> Iterator[Event]:
    """One job; a retry is a job of its own."""
    conclusion = _CONCLUSIONS.get(shown.status or "")
    if conclusion is None:
        yield reading.seen("job", unfinished(shown.status), where.repository)
        return
    yield TestsRun(
        **reading.header(
            optional_time(shown.finished_at, "finished_at"), actor=where.identity(shown.user)
        ),
        run=f"{where.repository}/job/{shown.id}",
        revision=sha,
        repository=where.repository,
        name=shown.name,
        poster=CI,
        conclusion=conclusion,
        started_at=optional_time(shown.started_at, "started_at"),
    )


def unfinished(status: str | None) -> str:
    """Why a state says nothing yet."""
    return f"not concluded yet: {(status or 'no status')[:60]}"
