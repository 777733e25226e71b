"""From grants and revocations to the roles somebody holds: pure, any order, any repetition."""

from collections.abc import Iterable
from typing import NamedTuple

from changeproof.accounts.vocabulary import ROLE_PERMISSIONS, Permission
from changeproof.events.people import Role
from changeproof.ledger.holders import USER_HERE, claimants, claims, holder_at, one_person
from changeproof.ledger.people import AccountPerson, AccountSettlement, RoleGrant, RoleRevocation

EVERYWHERE = ""
"""A grant without a system covers all systems."""


class Holding(NamedTuple):
    """A role held on one system, or on all."""

    role: Role
    system: str = EVERYWHERE

    def covers(self, system: str | None) -> bool:
        """Whether it reaches `system`; None asks for all systems."""
        return self.system == EVERYWHERE or self.system == system


def held(
    grants: Iterable[RoleGrant], revocations: Iterable[RoleRevocation], at: int
) -> frozenset[Holding]:
    """What one account holds at `at` (UTC microseconds).

    A revocation ends every earlier grant of its role on its system, or on all if it names none;
    in the same microsecond it wins. A revocation for one system leaves a grant for all standing.
    """
    ended = [row for row in revocations if row.revoked_at <= at]
    return frozenset(
        Holding(grant.role, grant.system)  # type: ignore[arg-type]  # the event's type saw to it
        for grant in grants
        if grant.granted_at <= at
        and not any(
            row.role == grant.role
            and row.system in (EVERYWHERE, grant.system)
            and row.revoked_at >= grant.granted_at
            for row in ended
        )
    )


def allows(holdings: Iterable[Holding], permission: Permission, system: str | None = None) -> bool:
    """Whether one of these roles permits it on `system`; None asks for all systems."""
    return any(
        permission in ROLE_PERMISSIONS[holding.role] and holding.covers(system)
        for holding in holdings
    )


def allows_somewhere(holdings: Iterable[Holding], permission: Permission) -> bool:
    """Whether there is a system on which one of these roles permits it."""
    return any(permission in ROLE_PERMISSIONS[holding.role] for holding in holdings)


def systems_of(holdings: Iterable[Holding], permission: Permission) -> frozenset[str] | None:
    """The systems on which one of these roles permits it; None: all of them."""
    reached = {each.system for each in holdings if permission in ROLE_PERMISSIONS[each.role]}
    return None if EVERYWHERE in reached else frozenset(reached)


def person_at(
    account: str,
    joins: Iterable[AccountPerson],
    at: int,
    settlements: Iterable[AccountSettlement] = (),
) -> str:
    """Whose account it was at `at`; nobody joined is one alone, and all who claim it are one.
    `joins` are those of the account, and of the users here whom they name in place of a person."""
    joins = list(joins)
    told = claims(
        [row for row in joins if row.account == account],
        [row for row in settlements if row.account == account],
        [row for row in joins if row.account.startswith(USER_HERE)],
    )
    quarrel = claimants(told).get(account)
    holder = holder_at(account, told, at)
    if quarrel is None or holder != account:
        return holder
    return one_person([quarrel])[next(iter(quarrel))]
