"""May this account do that? Asked of the evidence, each time (DESIGN.md section 6).

Roles, grants and joins are events; nothing here remembers an answer, so a revocation counts
with the next question.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping

from changeproof.accounts.holdings import (
    EVERYWHERE,
    Holding,
    allows,
    allows_somewhere,
    held,
)
from changeproof.accounts.models import User
from changeproof.accounts.vocabulary import Permission
from changeproof.events.people import Role
from changeproof.events.refusal import Refusal
from changeproof.ledger.holders import (
    USER_HERE,
    Claim,
    claimants,
    claims,
    holder_at,
    one_person,
)
from changeproof.ledger.people import AccountPerson, AccountSettlement, RoleGrant, RoleRevocation
from changeproof.ledger.service import ledger, now

__all__ = [
    "NotPermitted",
    "Permission",
    "administrators",
    "are_one",
    "holder_of",
    "holdings_of",
    "may",
    "may_somewhere",
    "person_of",
    "persons_of",
    "require",
    "roles_of",
]


class NotPermitted(Refusal):
    """The account is known, and may not (HTTP 403)."""

    def __init__(
        self, permission: Permission, system: str | None, why: str = "", cure: str = ""
    ) -> None:
        super().__init__(
            "You may not do this.",
            where=system or "",
            why=why or f"none of your roles holds {permission.value}",
            cure=cure or "Ask an administrator for a role that holds it, or somebody who has one.",
        )
        self.permission = permission


def holdings_of(
    accounts: Collection[str], at: int | None = None
) -> Mapping[str, frozenset[Holding]]:
    """The roles of many accounts in two queries; those without any are there, empty."""
    moment = now() if at is None else at
    store = ledger().store
    grants: dict[str, list[RoleGrant]] = defaultdict(list)
    for grant in store.by(RoleGrant, "account", accounts):
        grants[grant.account].append(grant)
    ended: dict[str, list[RoleRevocation]] = defaultdict(list)
    for row in store.by(RoleRevocation, "account", list(grants)):
        ended[row.account].append(row)
    return {account: held(grants[account], ended[account], moment) for account in accounts}


def roles_of(account: str, at: int | None = None) -> frozenset[Role]:
    """The roles it holds on any system, at a time or now."""
    return frozenset(holding.role for holding in holdings_of([account], at)[account])


def may(account: str, permission: Permission, system: str | None = None) -> bool:
    """Whether it may on this system; None asks for all systems."""
    return allows(holdings_of([account])[account], permission, system)


def may_somewhere(account: str, permission: Permission) -> bool:
    """Whether it may on some system: enough to see a page, not to act on one system."""
    return allows_somewhere(holdings_of([account])[account], permission)


def require(account: str, permission: Permission, system: str | None = None) -> None:
    """Raise NotPermitted unless it may."""
    if not may(account, permission, system):
        raise NotPermitted(permission, system)


def persons_of(accounts: Collection[str], at: int | None = None) -> dict[str, str]:
    """The person behind each account; one that was never joined stands for itself, and all who
    claim one account count as one."""
    moment = now() if at is None else at
    told, names = _claimed(accounts)
    quarrels = claimants(told)
    found = {}
    for account in accounts:
        holder = holder_at(account, told, moment)
        several = quarrels.get(account) if holder == account else None
        name = min(several) if several else holder
        found[account] = names.get(name, name)
    return found


def holders_of(accounts: Collection[str], at: int | None = None) -> dict[str, str]:
    """Whose each account is in name: the person alone, however many others may be the same one;
    an account that several persons claim is nobody's."""
    moment = now() if at is None else at
    told = claims_of(accounts)
    return {account: holder_at(account, told, moment) for account in accounts}


def holder_of(account: str, at: int | None = None) -> str:
    """The same for one."""
    return holders_of([account], at)[account]


def claims_of(accounts: Collection[str]) -> list[Claim]:
    """Who claims these accounts, with what was settled of them."""
    store = ledger().store
    joins = store.by(AccountPerson, "account", accounts)
    named = {row.person for row in joins if row.person.startswith(USER_HERE)}
    return claims(
        joins,
        store.by(AccountSettlement, "account", accounts),
        store.by(AccountPerson, "account", named),
    )


def _claimed(accounts: Collection[str]) -> tuple[list[Claim], Mapping[str, str]]:
    """Who claims these accounts, and under which name those count as one who quarrel about any
    account that hangs together with them."""
    store = ledger().store
    known = set(accounts)
    while True:
        told = claims_of(known)
        persons = {each.person for each in told}
        # A user here of whose account nobody told claims others in their own name.
        persons |= {each for each in known if each.startswith(USER_HERE)}
        further = {row.account for row in store.by(AccountPerson, "person", persons)}
        if further <= known:
            return told, one_person(claimants(told).values())
        known |= further


def person_of(account: str, at: int | None = None) -> str:
    """The person behind an account; one that was never joined stands for itself."""
    return persons_of([account], at)[account]


def are_one(account: str, other: str, at: int | None = None) -> bool:
    """Whether both are one person's, or may be."""
    persons = persons_of({account, other}, at)
    return persons[account] == persons[other]


def accounts_of_users() -> list[str]:
    """The accounts of everybody who may sign in."""
    return [user.account for user in User.objects.filter(is_active=True).order_by("pk")]


def administrators() -> list[str]:
    """The accounts that can sign in and administer everything."""
    wanted = Holding("administrator", EVERYWHERE)
    return [account for account, held in holdings_of(accounts_of_users()).items() if wanted in held]
