"""`member`, `deploy_key`, `organization` → AccessGranted, AccessEnded: who may alter what.

An owner of an organization may do all in each of its repositories; the system of that right is the
organization itself.
"""

from collections.abc import Iterator

import msgspec

from changeproof.events.access import Access, AccessEnded, AccessGranted
from changeproof.events.event import Event
from changeproof.sources.github.payload import (
    Number,
    RepositoryEnvelope,
    User,
    identity,
    moment,
    repository_id,
)
from changeproof.sources.identities import Identity
from changeproof.sources.reading import Reading, optional_time, read
from changeproof.sources.times import latest

ALL: tuple[Access, ...] = ("write", "administer_pipeline", "administer_protection")
RIGHTS: dict[str, tuple[Access, ...]] = {
    "push": ("write",),
    "write": ("write",),
    "maintain": ("write",),
    "admin": ALL,
}


class Permission(msgspec.Struct):
    """What a member may do from now on."""

    to: str | None = None


class Changes(msgspec.Struct):
    """What was altered; `role_name` is finer, and newer."""

    permission: Permission | None = None
    role_name: Permission | None = None


class MemberPayload(RepositoryEnvelope, kw_only=True):
    """The delivery."""

    member: User
    changes: Changes | None = None
    looked_at: bool = False
    """Asked for: then it bears no time, and the look bounds it."""


class Key(msgspec.Struct):
    """A key of its own for one repository."""

    id: Number
    read_only: bool = True
    created_at: str | None = None


class DeployKeyPayload(RepositoryEnvelope, kw_only=True):
    """The delivery."""

    key: Key


def member(reading: Reading) -> Iterator[Event]:
    """The time is that of the repository's last change, or of the look: GitHub states none."""
    payload = read(MemberPayload, reading.delivery.body)
    repository, who = payload.repository, identity(payload.member)
    if payload.looked_at:
        at: int | None = reading.delivery.received_at
    else:
        at = latest(
            moment(repository.updated_at, "repository.updated_at"),
            moment(repository.pushed_at, "repository.pushed_at"),
        )
    changes = payload.changes or Changes()
    told = changes.role_name or changes.permission
    level = (told.to or "").lower() if told else ""
    removed = payload.action == "removed"
    if who.account is None or (not removed and level not in RIGHTS and level not in _LESS):
        reason = "it does not say what the member may do"
        yield reading.seen("member", reason, repository_id(repository))
        return
    rights = () if removed else RIGHTS.get(level, ())
    header = reading.header(at, who, actor=identity(payload.sender), bound=True)
    system = repository.full_name
    for right in rights:
        yield AccessGranted(**header, account=who.account, access=right, system=system)
    for right in () if payload.action == "added" else ALL:
        if right not in rights:
            yield AccessEnded(**header, account=who.account, access=right, system=system)
    if payload.action == "added" and not rights:
        reason = f"the permission {level!r} gives no right to alter the repository"
        yield reading.seen("member", reason, repository_id(repository))


_LESS = frozenset({"pull", "read", "triage"})


def deploy_key(reading: Reading) -> Iterator[Event]:
    """A key that may write is an account of its own, nobody in particular."""
    payload = read(DeployKeyPayload, reading.delivery.body)
    key, repository = payload.key, repository_id(payload.repository)
    if key.read_only:
        yield reading.seen("deploy_key", "the key may only read", repository)
        return
    account = f"{repository}/deploy_key/{key.id}"
    header = reading.header(
        optional_time(key.created_at, "key.created_at"),
        Identity(account, "service"),
        actor=identity(payload.sender),
        bound=payload.action != "created",
    )
    system = payload.repository.full_name
    if payload.action == "deleted":
        yield AccessEnded(**header, account=account, access="write", system=system)
    else:
        yield AccessGranted(**header, account=account, access="write", system=system)


class Membership(msgspec.Struct):
    """Whom the organization holds, and as what."""

    role: str | None = None
    user: User | None = None


class Organization(msgspec.Struct):
    """The organization."""

    login: str


class OrganizationPayload(msgspec.Struct):
    """The delivery. `looked_at`: asked for, so that the look bounds it."""

    organization: Organization
    action: str | None = None
    membership: Membership | None = None
    sender: User | None = None
    looked_at: bool = False


def organization(reading: Reading) -> Iterator[Event]:
    """Owners; what a member may do in which repository is not told with it."""
    payload = read(OrganizationPayload, reading.delivery.body)
    membership = payload.membership or Membership()
    who = identity(membership.user)
    if payload.action not in ("member_added", "member_removed"):
        yield reading.seen("organization", "it tells of nobody who came or went")
        return
    if membership.role != "admin" or who.account is None:
        reason = "what a member may do in which repository is not told with it"
        yield reading.seen("organization", reason)
        return
    at = reading.delivery.received_at if payload.looked_at else None
    header = reading.header(at, who, actor=identity(payload.sender), bound=at is not None)
    event = AccessGranted if payload.action == "member_added" else AccessEnded
    for right in ALL:
        yield event(**header, account=who.account, access=right, system=payload.organization.login)
