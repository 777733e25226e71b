"""`create`, `delete` → RefChanged."""

from collections.abc import Iterator
from typing import Literal

from changeproof.events.event import Event
from changeproof.events.revisions import RefChanged
from changeproof.sources.github.payload import (
    RepositoryEnvelope,
    identity,
    moment,
    repository_id,
)
from changeproof.sources.reading import Reading, read
from changeproof.sources.times import latest

_KINDS: dict[str, Literal["branch", "tag"]] = {"branch": "branch", "tag": "tag"}


class RefPayload(RepositoryEnvelope, kw_only=True):
    """The delivery."""

    ref_type: str
    ref: str | None = None


def create(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    yield from _changed(reading, "create", "created")


def delete(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    yield from _changed(reading, "delete", "deleted")


def _changed(reading: Reading, name: str, change: Literal["created", "deleted"]) -> Iterator[Event]:
    payload = read(RefPayload, reading.delivery.body)
    repository = repository_id(payload.repository)
    kind = _KINDS.get(payload.ref_type)
    if kind is None or payload.ref is None:
        reason = f"a {payload.ref_type[:60]!r} is neither branch nor tag"
        yield reading.seen(name, reason, repository)
        return
    at = latest(
        moment(payload.repository.updated_at, "repository.updated_at"),
        moment(payload.repository.pushed_at, "repository.pushed_at"),
    )
    yield RefChanged(
        **reading.header(at, actor=identity(payload.sender), bound=True),
        repository=repository,
        ref=payload.ref,
        ref_kind=kind,
        change=change,
    )
