"""Who acted: persons behind accounts, humans among them, roles on a day."""

from changeproof.ledger.people import (
    AccountDeclaration,
    AccountKindRow,
    AccountPerson,
    RoleGrant,
    RoleRevocation,
)
from tests.oracle.record import Record


class People:
    """The directory as the record has it."""

    def __init__(self, record: Record) -> None:
        self.record = record

    def person(self, account: str, at: int | None) -> str:
        """Whose account it was; before the first statement, whose it became."""
        joined = sorted(
            self.record.of(AccountPerson, "account", account), key=lambda row: row.joined_from
        )
        if not joined:
            return account
        then = [row for row in joined if at is not None and row.joined_from <= at]
        return then[-1].person if then else joined[0].person

    def is_human(self, account: str) -> bool:
        """What the company says of it, else what it presented itself as."""
        declared = self.record.of(AccountDeclaration, "account", account)
        presented = self.record.of(AccountKindRow, "account", account)
        kind = declared[0].kind if declared else presented[0].kind if presented else "human"
        return kind not in ("bot", "agent", "service")

    def behind(self, account: str, at: int | None) -> set[str]:
        """The person, and the one who runs the agent or bot (hard case 4)."""
        found = {self.person(account, at)}
        for row in self.record.of(AccountDeclaration, "account", account):
            if row.run_by:
                found.add(self.person(row.run_by, at))
        return found

    def is_role_given(self, roles: tuple[str, ...], system: str, at: int) -> bool:
        """Whether anybody was given one of these roles there by then: else any human may."""
        return any(
            row.role in roles
            and row.system.lower() in ("", system.lower())
            and row.granted_at <= at
            for row in self.record.all(RoleGrant)
        )

    def holds(self, account: str, roles: tuple[str, ...], system: str, at: int) -> bool:
        """Whether the person held one of these roles on that day (hard case 6)."""
        if not self.is_role_given(roles, system, at):
            return True
        me = self.person(account, at)
        for grant in self.record.all(RoleGrant):
            if grant.role not in roles or grant.granted_at > at:
                continue
            if grant.system.lower() not in ("", system.lower()):
                continue
            if self.person(grant.account, at) != me:
                continue
            taken = any(
                row.role == grant.role
                and row.system == grant.system
                and grant.granted_at <= row.revoked_at <= at
                for row in self.record.of(RoleRevocation, "account", grant.account)
            )
            if not taken:
                return True
        return False
