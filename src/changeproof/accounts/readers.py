"""Who is to acknowledge a document, and who has not: asked of the evidence, each time."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from changeproof.accounts.holdings import EVERYWHERE, held
from changeproof.accounts.permissions import claims_of, holders_of
from changeproof.ledger.access import Departure, PersonReturn
from changeproof.ledger.documents_read import StandingDocument
from changeproof.ledger.holders import Claim
from changeproof.ledger.oversight import Acknowledgement
from changeproof.ledger.people import (
    AccountDeclaration,
    AccountKindRow,
    RoleGrant,
    RoleRevocation,
)
from changeproof.ledger.store import Store


@dataclass(frozen=True, slots=True)
class Obliged:
    """One person who is to acknowledge a version: by when, and when they did; null: not yet."""

    account: str
    person: str
    due_at: int | None
    acknowledged_at: int | None = None


def obliged_to_read(store: Store, document: StandingDocument, moment: int) -> list[Obliged]:
    """Everybody who is to acknowledge the version in force, once a person, the first due on top.

    A role obliges from when it was given; programs, and who left, need not.
    """
    version = document.in_force
    if version is None:
        return []
    since = dict.fromkeys(document.accounts, document.in_force_from)
    for account, at in _in_roles(store, document, moment).items():
        since.setdefault(account, max(at, document.in_force_from))
    # Each whose account it is in name: of those who may be one person, none reads for the other.
    persons = holders_of(since, moment)
    gone = _gone(store, since, moment)
    programs = {row.account for row in store.by(AccountDeclaration, "account", since)}
    programs |= {
        row.account for row in store.by(AccountKindRow, "account", since) if not row.claimed
    }
    read = _acknowledged(store, document, moment)
    found: dict[str, Obliged] = {}
    for account, at in sorted(since.items(), key=lambda each: (each[1], each[0])):
        person = persons[account]
        if person in found or account in gone or account in programs:
            continue
        within = version.acknowledge_within
        due = None if within is None else at + within
        found[person] = Obliged(account, person, due, read.get(person))
    return sorted(found.values(), key=lambda each: (each.due_at or 0, each.account))


def _gone(store: Store, accounts: Collection[str], moment: int) -> set[str]:
    """Those of these accounts whose people left and did not come back by then, as the view `leaver`
    finds it: who is named as a person, or by any account of theirs."""
    left = [row for row in store.all(Departure) if row.left_at <= moment]
    if not left:
        return set()
    back = [row for row in store.all(PersonReturn) if row.returned_at <= moment]
    named = {row.person for row in left} | {row.person for row in back}
    claiming: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims_of({*accounts, *named}):
        claiming[claim.account].append(claim)

    def who(name: str, at: int) -> set[str]:
        return {each.person for each in claiming[name] if at < each.claimed_until} or {name}

    found: set[str] = set()
    for row in left:
        returned = [each for each in back if each.returned_at > row.left_at]
        whose = [who(each.person, each.returned_at) for each in returned]
        here = {person for persons in whose if len(persons) == 1 for person in persons}
        for person in who(row.person, row.left_at) - here:
            found |= {
                each
                for each in accounts
                if each in (row.person, person) or person in who(each, row.left_at)
            } - {each.person for each in returned}
    return found


def _in_roles(store: Store, document: StandingDocument, moment: int) -> dict[str, int]:
    """The accounts that hold one of its roles on its system, and since when."""
    roles, system = set(document.roles), document.shown.system
    grants = [row for row in store.all(RoleGrant) if row.role in roles]
    ended = store.all(RoleRevocation)
    found: dict[str, int] = {}
    for row in grants:
        if row.system not in (EVERYWHERE, system):
            continue
        own = [each for each in ended if each.account == row.account]
        if held([row], own, moment):
            found[row.account] = min(found.get(row.account, row.granted_at), row.granted_at)
    return found


def _acknowledged(store: Store, document: StandingDocument, moment: int) -> dict[str, int]:
    version = document.shown.document_version
    rows = [
        (row.acknowledged_at, row.account)
        for row in store.by(Acknowledgement, "document", [document.name])
        if row.document_version == version and row.acknowledged_at is not None and row.account
    ]
    persons = holders_of({account for _, account in rows}, moment)
    found: dict[str, int] = {}
    for at, account in sorted(rows):
        if at <= moment:
            found.setdefault(persons[account], at)
    return found
