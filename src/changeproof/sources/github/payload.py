"""The parts that GitHub's payloads share, reduced to what is read."""

from typing import Annotated

import msgspec

from changeproof.events.event import LARGEST_INTEGER
from changeproof.sources.identities import NOBODY, Identity, github_identity
from changeproof.sources.reading import time
from changeproof.sources.times import from_seconds

Number = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_INTEGER)]


class User(msgspec.Struct):
    """Who did it; `id` stays, `login` may be renamed or taken by somebody else."""

    id: Number
    login: str
    type: str | None = None


class Repository(msgspec.Struct):
    """The repository an event belongs to."""

    id: Number
    full_name: str
    default_branch: str | None = None
    updated_at: str | Number | None = None
    pushed_at: str | Number | None = None


class Envelope(msgspec.Struct):
    """What stands around every event."""

    repository: Repository | None = None
    sender: User | None = None
    action: str | None = None


class RepositoryEnvelope(msgspec.Struct, kw_only=True):
    """The same, where an event without a repository says nothing."""

    repository: Repository
    sender: User | None = None
    action: str | None = None


def identity(user: User | None) -> Identity:
    """The account of a user; NOBODY for null and for a ghost (hard case 53)."""
    return github_identity(user.id, user.login, user.type) if user else NOBODY


def repository_id(repository: Repository) -> str:
    """The id that survives renames and transfers (hard case 9)."""
    return f"github:repo/{repository.id}"


def moment(value: str | int | None, where: str) -> int | None:
    """A time that GitHub writes as text in some payloads and as Unix seconds in others."""
    if isinstance(value, int):
        return from_seconds(value)
    return None if value is None else time(value, where)
