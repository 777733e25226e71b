"""Accounts, the persons behind them, and what they may do."""

from typing import Literal

from changeproof.events.event import AccountId, AccountKind, Event, Identifier, ShortText

Role = Literal["requester", "approver", "change_manager", "deployer", "auditor", "administrator"]


class AccountJoined(Event):
    """`account` belongs to `person` from `effective_at` (or `occurred_at`) on."""

    type: Literal["AccountJoined"] = "AccountJoined"
    account: AccountId
    person: Identifier


class AccountSettled(Event):
    """Several persons claim `account`; somebody else found it to be `person`'s, and not `others`'.

    With `effective_at` it was theirs, as they claimed it, until then, and `person`'s from then on.
    """

    type: Literal["AccountSettled"] = "AccountSettled"
    account: AccountId
    person: Identifier
    others: tuple[Identifier, ...]


class AccountDeclared(Event):
    """What kind of account it is, and for an agent or service, who stands behind it."""

    type: Literal["AccountDeclared"] = "AccountDeclared"
    account: AccountId
    kind: AccountKind
    run_by: AccountId | None = None


class RoleGranted(Event):
    """`account` may act in `role`; on one system, or on all where `system` is null."""

    type: Literal["RoleGranted"] = "RoleGranted"
    account: AccountId
    role: Role
    system: ShortText | None = None


class RoleRevoked(Event):
    """`account` may no longer act in `role`."""

    type: Literal["RoleRevoked"] = "RoleRevoked"
    account: AccountId
    role: Role
    system: ShortText | None = None


class SystemMapped(Event):
    """`repository` belongs to `system`."""

    type: Literal["SystemMapped"] = "SystemMapped"
    repository: Identifier
    system: ShortText
