"""Whose account it is, as the views `account_claim` and `account_holder` find it: pure.

A claim of somebody else is not believed over the first: until a second person settles it, all who
claim an account are one person, whose rights are nobody's.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from changeproof.ledger.people import AccountPerson, AccountSettlement

ALWAYS = 9_200_000_000_000_000_000
"""The end of what nobody ended."""
USER_HERE = "local:user/"


class Claim(NamedTuple):
    """One person's, of one account, from when until when (UTC microseconds)."""

    account: str
    person: str
    claimed_from: int
    claimed_until: int


def claims(
    joins: Iterable[AccountPerson],
    settlements: Iterable[AccountSettlement],
    users: Iterable[AccountPerson] = (),
) -> list[Claim]:
    """Who claims these accounts, in the order of their claims; `users` are the joins of users here
    who are named in place of a person."""
    persons: dict[str, str] = {}
    for user in users:
        persons[user.account] = min(user.person, persons.get(user.account, user.person))
    found: dict[tuple[str, str], AccountSettlement] = {}
    for row in sorted(settlements, key=lambda each: (each.stated_at, each.event)):
        found[row.account, row.person] = row
    first: dict[tuple[str, str], int] = {}
    for join in sorted(joins, key=lambda each: (each.joined_from, each.stated_at, each.event)):
        first.setdefault((join.account, persons.get(join.person, join.person)), join.joined_from)
    told = []
    for (account, person), joined_from in first.items():
        settled = found.get((account, person))
        if settled is None:
            told.append(Claim(account, person, joined_from, ALWAYS))
        elif settled.is_theirs:
            told.append(Claim(account, person, settled.settled_from, ALWAYS))
        elif joined_from < settled.settled_from:
            told.append(Claim(account, person, joined_from, settled.settled_from))
    return told


def claimants(told: Iterable[Claim]) -> Mapping[str, frozenset[str]]:
    """Of each account that several persons claim now: who."""
    persons: dict[str, set[str]] = defaultdict(set)
    for each in told:
        if each.claimed_until == ALWAYS:
            persons[each.account].add(each.person)
    return {account: frozenset(names) for account, names in persons.items() if len(names) > 1}


def one_person(quarrels: Iterable[Collection[str]]) -> Mapping[str, str]:
    """The name under which those who quarrel count as one, however many quarrels hang together: so
    it is the same wherever the question begins. (The view follows three in a row.)"""
    parties = [frozenset(each) for each in quarrels]
    names = {person: person for party in parties for person in party}
    while True:
        least = [(party, min(names[person] for person in party)) for party in parties]
        found = {person: min(name for party, name in least if person in party) for person in names}
        if found == names:
            break
        names = found
    return {person: f"persons:{name}" for person, name in names.items()}


def holder_at(account: str, told: Iterable[Claim], at: int) -> str:
    """Whose it was at `at`; the account itself where that is nobody, or several claim it."""
    own = [each for each in told if each.account == account]
    before = [each for each in own if each.claimed_until < ALWAYS and at < each.claimed_until]
    if before:
        return before[0].person
    now = {each.person for each in own if each.claimed_until == ALWAYS}
    return now.pop() if len(now) == 1 else account
