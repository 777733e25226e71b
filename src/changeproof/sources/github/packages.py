"""`package`, `registry_package` → ArtifactBuilt, where a version is named by its digest."""

import re
from collections.abc import Iterator

import msgspec

from changeproof.events.event import Event
from changeproof.events.testing import ArtifactBuilt
from changeproof.sources.github.payload import (
    RepositoryEnvelope,
    User,
    identity,
    repository_id,
)
from changeproof.sources.reading import Reading, optional_time, read

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_REVISION = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)


class Version(msgspec.Struct):
    """What was published; an image's version is its digest."""

    version: str
    target_oid: str | None = None
    author: User | None = None


class Package(msgspec.Struct):
    """Under which name."""

    name: str
    package_version: Version | None = None
    updated_at: str | None = None


class PackagePayload(RepositoryEnvelope, kw_only=True):
    """The delivery; its older name for the same thing is `registry_package`."""

    package: Package | None = None
    registry_package: Package | None = None


def package(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(PackagePayload, reading.delivery.body)
    shown, repository = payload.package or payload.registry_package, payload.repository
    version = shown.package_version if shown else None
    if shown is None or version is None or not _DIGEST.fullmatch(version.version):
        reason = "its version is no digest: another package may take the same"
        yield reading.seen("package", reason, repository_id(repository))
        return
    source = version.target_oid or ""
    yield ArtifactBuilt(
        **reading.header(
            optional_time(shown.updated_at, "package.updated_at"),
            actor=identity(version.author or payload.sender),
            bound=True,
        ),
        artifact=version.version,
        revision=source if _REVISION.fullmatch(source) else None,
        repository=repository_id(repository),
        name=shown.name,
    )
