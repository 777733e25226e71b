"""Which group gives which role: rows and their projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.group_roles import (
    GroupRoleAdopted,
    GroupRoleEnded,
    GroupRoleProposed,
    GroupRolesPinned,
)
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("group_role", key=("mapping",), rule="earliest")
@dataclass(frozen=True, slots=True)
class GroupRole(Row):
    """Members of a group are to hold a role; an empty system stands for all."""

    mapping: str
    provider: str
    group_name: str
    role: str
    system: str
    reason: str | None
    proposed_by: str | None
    stated_at: int
    event: str


@table("group_role_adoption", key=("mapping", "event"), seen="stated_at")
@dataclass(frozen=True, slots=True)
class GroupRoleAdoption(Row):
    """Somebody adopted it."""

    mapping: str
    adopted_by: str | None
    stated_at: int
    event: str


@table("group_role_end", key=("mapping",), rule="earliest")
@dataclass(frozen=True, slots=True)
class GroupRoleEnd(Row):
    """It gives nothing any more."""

    mapping: str
    reason: str | None
    ended_by: str | None
    stated_at: int
    event: str


@table("pinned_group_roles", key=("event",), seen="stated_at")
@dataclass(frozen=True, slots=True)
class PinnedGroupRoles(Row):
    """What a file on the machine said of groups, from then on; its text stands in contents."""

    pinned: str
    mappings: int
    stated_at: int
    event: str


@projects(GroupRolesPinned)
def pinned_row(event: GroupRolesPinned, event_id: str) -> Iterator[Row]:
    yield PinnedGroupRoles(event.pinned, event.mappings, moment(event), event_id)


@projects(GroupRoleProposed)
def group_role_row(event: GroupRoleProposed, event_id: str) -> Iterator[Row]:
    yield GroupRole(
        event.mapping,
        event.provider,
        event.group,
        event.role,
        event.system or "",
        event.reason,
        event.actor,
        moment(event),
        event_id,
    )


@projects(GroupRoleAdopted)
def adoption_row(event: GroupRoleAdopted, event_id: str) -> Iterator[Row]:
    yield GroupRoleAdoption(event.mapping, event.actor, moment(event), event_id)


@projects(GroupRoleEnded)
def end_row(event: GroupRoleEnded, event_id: str) -> Iterator[Row]:
    yield GroupRoleEnd(event.mapping, event.reason, event.actor, moment(event), event_id)
