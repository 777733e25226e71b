"""Any payload's `project`, and system hooks about projects → RepositoryObserved."""

from collections.abc import Iterator

import msgspec

from changeproof.events.event import Event
from changeproof.events.revisions import RepositoryObserved
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.gitlab.payload import Number, Project, place
from changeproof.sources.reading import Reading, optional_time, read
from changeproof.sources.times import latest


class ProjectPayload(msgspec.Struct):
    """A project came, was renamed, moved or edited."""

    event_name: str
    project_id: Number
    path_with_namespace: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


class _Beside(msgspec.Struct):
    """What stands around other events; the number where `project` has none."""

    project: Project | None = None
    project_id: Number | None = None


def project(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(ProjectPayload, reading.delivery.body)
    where = place(reading, Project(payload.project_id))
    if payload.path_with_namespace is None:
        yield reading.seen(payload.event_name, "it names no path", where.repository)
        return
    at = latest(
        optional_time(payload.created_at, "created_at"),
        optional_time(payload.updated_at, "updated_at"),
    )
    yield RepositoryObserved(
        **reading.header(at, bound=True),
        repository=where.repository,
        name=payload.path_with_namespace,
    )


def project_observed(reading: Reading, at: int | None) -> Iterator[RepositoryObserved]:
    """The project beside any event, at the latest time that the event states of itself."""
    try:
        beside = msgspec.json.decode(reading.delivery.body, type=_Beside)
    except msgspec.ValidationError:
        return  # what the event itself needs of it is read, and refused, elsewhere
    shown = beside.project
    if shown is None or not shown.path_with_namespace:
        return
    try:
        where = place(reading, shown, beside.project_id)
    except MalformedPayload:
        return
    yield RepositoryObserved(
        **reading.header(at, bound=True),
        repository=where.repository,
        name=shown.path_with_namespace,
        default_branch=shown.default_branch,
    )
