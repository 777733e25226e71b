"""Accounts that several persons claim, all of them: for whoever is to settle whose each is."""

from collections import defaultdict
from dataclasses import dataclass

from changeproof.ledger.holders import ALWAYS, USER_HERE, claimants, claims
from changeproof.ledger.people import AccountPerson, AccountSettlement
from changeproof.ledger.store import Store


@dataclass(frozen=True, slots=True)
class Claimant:
    """One who claims it. `shown_as` is an account of theirs by which people know them: of a user
    here, else of another that nobody else claims, else the person as the record names them."""

    person: str
    shown_as: str


@dataclass(frozen=True, slots=True)
class Quarrel:
    """An account that several claim, in the order of their first claim."""

    account: str
    claimants: tuple[Claimant, ...]
    found_at: int
    event: str  # the claim that made it a quarrel


def quarrels(store: Store) -> list[Quarrel]:
    """Those that nobody settled, the longest known on top."""
    joins = store.all(AccountPerson)
    users = [row for row in joins if row.account.startswith(USER_HERE)]
    told = claims(joins, store.all(AccountSettlement), users)
    disputed = claimants(told)
    if not disputed:
        return []
    own: dict[str, list[str]] = defaultdict(list)
    for claim in told:
        if claim.claimed_until == ALWAYS and claim.account not in disputed:
            own[claim.person].append(claim.account)
    stated: dict[str, list[AccountPerson]] = defaultdict(list)
    for row in joins:
        if row.account in disputed:
            stated[row.account].append(row)
    found = []
    for account, persons in disputed.items():
        last = max(stated[account], key=lambda row: (row.stated_at, row.event))
        order = [each.person for each in told if each.account == account]
        each_one = tuple(
            Claimant(person, _known_by(person, own[person]))
            for person in dict.fromkeys(order)
            if person in persons
        )
        found.append(Quarrel(account, each_one, last.stated_at, last.event))
    return sorted(found, key=lambda each: (each.found_at, each.account))


def _known_by(person: str, accounts: list[str]) -> str:
    here = [each for each in accounts if each.startswith(USER_HERE)]
    if here or person.startswith(USER_HERE):
        return min(here, default=person)
    return min(accounts, default=person)
