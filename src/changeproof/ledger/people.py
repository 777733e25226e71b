"""Accounts, persons, roles: rows and their projectors. Context for every check."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.people import (
    AccountDeclared,
    AccountJoined,
    AccountSettled,
    RoleGranted,
    RoleRevoked,
    SystemMapped,
)
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("account_kind", key=("account", "claimed"), rule="earliest")
@dataclass(frozen=True, slots=True)
class AccountKindRow(Row):
    """An account that presented itself as a bot, an agent or a service: `claimed` is 1 where only
    a commit's own words say so, which anybody may write."""

    account: str
    claimed: int
    kind: str
    stated_at: int
    event: str


@table("account_declaration", key=("account",))
@dataclass(frozen=True, slots=True)
class AccountDeclaration(Row):
    """What the company says an account is, and who stands behind it."""

    account: str
    kind: str
    run_by: str | None
    stated_at: int
    event: str


@table("account_person", key=("account", "event"), indexes=("person",))
@dataclass(frozen=True, slots=True)
class AccountPerson(Row):
    """Whose account it is, from a time on, and who said so by hand."""

    account: str
    person: str
    joined_from: int
    joined_by: str | None
    stated_at: int
    event: str


@table("account_settlement", key=("account", "person", "event"))
@dataclass(frozen=True, slots=True)
class AccountSettlement(Row):
    """What somebody else found of one who claims an account: it `is_theirs` from `settled_from` on,
    or was until then; 0 stands for the beginning."""

    account: str
    person: str
    is_theirs: int
    settled_from: int
    settled_by: str | None
    stated_at: int
    event: str


@table("role_grant", key=("account", "role", "system", "event"), seen="granted_at")
@dataclass(frozen=True, slots=True)
class RoleGrant(Row):
    """An account may act in a role; an empty system stands for all."""

    account: str
    role: str
    system: str
    granted_at: int
    granted_by: str | None
    stated_at: int
    event: str


@table("role_revocation", key=("account", "role", "system", "event"), seen="revoked_at")
@dataclass(frozen=True, slots=True)
class RoleRevocation(Row):
    """It may no longer."""

    account: str
    role: str
    system: str
    revoked_at: int
    revoked_by: str | None
    stated_at: int
    event: str


@table("system_mapping", key=("repository",))
@dataclass(frozen=True, slots=True)
class SystemMapping(Row):
    """The system that a repository belongs to, where the company said so."""

    repository: str
    system: str
    stated_at: int
    event: str


def _effective(event: AccountJoined | RoleGranted | RoleRevoked) -> int:
    if event.effective_at is not None:
        return event.effective_at
    return moment(event)


@projects(AccountJoined)
def person_row(event: AccountJoined, event_id: str) -> Iterator[Row]:
    yield AccountPerson(
        event.account,
        event.person,
        _effective(event),
        event.actor,
        moment(event),
        event_id,
    )


@projects(AccountSettled)
def settlement_rows(event: AccountSettled, event_id: str) -> Iterator[Row]:
    since = event.effective_at or 0
    for person in dict.fromkeys((event.person, *event.others)):
        yield AccountSettlement(
            event.account,
            person,
            int(person == event.person),
            since,
            event.actor,
            moment(event),
            event_id,
        )


@projects(AccountDeclared)
def declaration_row(event: AccountDeclared, event_id: str) -> Iterator[Row]:
    yield AccountDeclaration(event.account, event.kind, event.run_by, moment(event), event_id)


@projects(RoleGranted)
def grant_row(event: RoleGranted, event_id: str) -> Iterator[Row]:
    yield RoleGrant(
        event.account,
        event.role,
        event.system or "",
        _effective(event),
        event.actor,
        moment(event),
        event_id,
    )


@projects(RoleRevoked)
def revocation_row(event: RoleRevoked, event_id: str) -> Iterator[Row]:
    yield RoleRevocation(
        event.account,
        event.role,
        event.system or "",
        _effective(event),
        event.actor,
        moment(event),
        event_id,
    )


@projects(SystemMapped)
def mapping_row(event: SystemMapped, event_id: str) -> Iterator[Row]:
    yield SystemMapping(event.repository, event.system, moment(event), event_id)
