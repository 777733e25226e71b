"""What the groups of a sign-on or directory give: as adopted here, and as `issuers.yaml` pins it.

The record counts as it stands now: a mapping that was ended gives nothing with the next question.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.conf import settings

from changeproof.accounts.holdings import Holding
from changeproof.accounts.permissions import persons_of
from changeproof.accounts.trusted_issuers import Directory, TrustedIssuers
from changeproof.accounts.vocabulary import ROLE_PERMISSIONS, Permission
from changeproof.events.event import canonical, sha256_hex
from changeproof.events.group_roles import GroupRolesPinned
from changeproof.ledger.group_roles import (
    GroupRole,
    GroupRoleAdoption,
    GroupRoleEnd,
    PinnedGroupRoles,
)
from changeproof.ledger.service import Ledger, now
from changeproof.ledger.store import Store

BY_DIRECTORY = "scim:directory"
"""In whose name roles are given that the groups of the provisioned directory give."""
_DECIDING = frozenset(
    {
        Permission.CHANGE_AUTHORIZE,
        Permission.CHANGE_APPROVE,
        Permission.WAIVER_GRANT,
        Permission.ACCOUNT_MANAGE,
    }
)
TWO_PERSONS: frozenset[str] = frozenset(
    role for role, permissions in ROLE_PERMISSIONS.items() if permissions & _DECIDING
)
"""Roles that decide on others' work, or on who does: two people say that a group gives one."""

State = Literal["waits", "in force", "ended", "refused"]


@dataclass(frozen=True, slots=True)
class StandingGroupRole:
    """A mapping as it stands. `adopted` is the adoption that counted."""

    stated: GroupRole
    state: State
    adopted: GroupRoleAdoption | None = None
    ended: GroupRoleEnd | None = None

    @property
    def holding(self) -> Holding:
        return Holding(self.stated.role, self.stated.system)  # type: ignore[arg-type]


def standing_group_roles(store: Store) -> list[StandingGroupRole]:
    """Every mapping that was put forward here, by name. The adoption of a deciding role counts
    where its person is another than whoever put it forward."""
    stated = sorted(store.all(GroupRole), key=lambda row: row.mapping)
    adoptions: dict[str, list[GroupRoleAdoption]] = defaultdict(list)
    for row in store.all(GroupRoleAdoption):
        adoptions[row.mapping].append(row)
    ends = {row.mapping: row for row in store.all(GroupRoleEnd)}
    accounts = {row.proposed_by for row in stated}
    accounts |= {row.adopted_by for rows in adoptions.values() for row in rows}
    persons = persons_of({each for each in accounts if each})
    found = []
    for mapping in stated:
        counting = [
            row
            for row in adoptions[mapping.mapping]
            if mapping.role not in TWO_PERSONS
            or persons.get(row.adopted_by or "") != persons.get(mapping.proposed_by or "")
        ]
        adopted = min(counting, key=lambda row: (row.stated_at, row.event), default=None)
        ended = ends.get(mapping.mapping)
        state: State = "in force" if adopted is not None else "waits"
        if ended is not None:
            state = "ended" if adopted is not None else "refused"
        found.append(StandingGroupRole(mapping, state, adopted, ended))
    return found


def given_by_groups(
    adopted: Iterable[StandingGroupRole],
    provider: str,
    pinned: Directory,
    groups: frozenset[str],
) -> frozenset[Holding]:
    """What membership of these groups gives. Groups are compared letter by letter."""
    return pinned.holdings(groups) | {
        each.holding
        for each in adopted
        if each.state == "in force"
        and each.stated.provider == provider
        and each.stated.group_name in groups
    }


def record_pinned_roles(held: Ledger) -> bool:
    """Put on record what `issuers.yaml` says of groups, where it is not what stands there last;
    whether it was put there. So when the file changed is known to within a start of the server."""
    stated = [
        {"provider": each.account, **role.model_dump(mode="json")}
        for each in group_providers()
        for role in each.pinned.roles
    ]
    text = canonical(stated)
    last = pinned_last(held.store)
    if sha256_hex(text) == (last.pinned if last is not None else sha256_hex(canonical([]))):
        return False
    event = GroupRolesPinned(
        source="accounts",
        delivery=secrets.token_hex(16),
        occurred_at=now(),
        pinned=sha256_hex(text),
        mappings=len(stated),
    )
    held.record_events([event], [text], collector="accounts")
    return True


def pinned_last(store: Store) -> PinnedGroupRoles | None:
    """What was put on record last of the file; None: nothing ever."""
    rows = store.all(PinnedGroupRoles)
    return max(rows, key=lambda row: (row.stated_at, row.event), default=None)


@dataclass(frozen=True, slots=True)
class Provider:
    """Whose groups can give roles; `account` is in whose name."""

    account: str
    name: str
    pinned: Directory


def group_providers() -> list[Provider]:
    """The directory that provisions, and whom people sign in by."""
    issuers: TrustedIssuers = settings.ISSUERS
    return [
        Provider(BY_DIRECTORY, "Your directory (SCIM)", issuers.directory),
        *(Provider(each.account, each.name, each) for each in issuers.people),
        *(Provider(each.account, each.name, each) for each in issuers.saml),
    ]
