"""`feature_flag` → ProductionActed: behaviour in production changed without a deployment."""

from collections.abc import Iterator

import msgspec

from changeproof.events.event import Event, canonical, sha256_hex
from changeproof.events.production_acts import ProductionActed
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.described import fields_of
from changeproof.sources.gitlab.payload import Number, Project, User, place
from changeproof.sources.reading import Reading, read

ENVIRONMENT = "production"
"""The delivery does not say where a flag holds; until told otherwise, it holds everywhere."""


class Flag(msgspec.Struct):
    """A flag as it is now."""

    id: Number
    name: str
    active: bool


class FlagPayload(msgspec.Struct):
    """The delivery states no time: its receipt's counts."""

    object_attributes: Flag
    project: Project | None = None
    user: User | None = None


def feature_flag(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(FlagPayload, reading.delivery.body)
    where, flag = place(reading, payload.project), payload.object_attributes
    path = payload.project.path_with_namespace if payload.project else None
    if path is None:
        raise MalformedPayload("it does not name the project", where="project.path_with_namespace")
    state = {"active": flag.active, "name": flag.name}
    yield ProductionActed(
        **reading.header(None, actor=where.identity(payload.user)),
        # Off, on and off again read the same: only the delivery tells them apart.
        act=f"{where.repository}/feature_flag/{flag.id}/{sha256_hex(reading.delivery.id.encode())[:16]}",
        system=path,
        environment=ENVIRONMENT,
        kind="software",
        item=f"feature flag {flag.name}"[:500],
        after_digest=sha256_hex(canonical(state)),
        after_fields=fields_of(reading, state),
    )
