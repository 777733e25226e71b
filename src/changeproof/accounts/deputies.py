"""Who is away now, and for whom somebody decides meanwhile. Asked of the evidence, each time."""

from collections import defaultdict
from collections.abc import Collection

from changeproof.accounts.holdings import Holding
from changeproof.accounts.permissions import holdings_of, person_of, persons_of
from changeproof.events.people import Role
from changeproof.ledger.absences import Absence, AbsenceEnd
from changeproof.ledger.service import now
from changeproof.ledger.store import Store

DECIDING_ROLES: frozenset[Role] = frozenset({"approver", "change_manager"})
"""What a deputy may do is what these let the absent person decide; all else waits for them."""


def absences_at(store: Store, at: int) -> list[Absence]:
    """Those that hold at `at`, the first to end first; nobody is away before they said so."""
    ends: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for row in store.all(AbsenceEnd):
        if row.ended_at is not None:
            ends[row.absence, row.account].append(row.ended_at)
    held = [
        row
        for row in store.all(Absence)
        if row.account
        and max(row.begins_at, row.stated_at) <= at < row.ends_at
        and not any(end <= at for end in ends[row.absence, row.account])
    ]
    return sorted(held, key=lambda row: (row.ends_at, row.absence))


def absent_for(store: Store, account: str, at: int) -> tuple[str, ...]:
    """The accounts in whose place the person behind `account` may decide at `at`."""
    held = [row for row in absences_at(store, at) if row.deputy]
    if not held:
        return ()
    person = person_of(account, at)
    persons = persons_of({str(row.deputy) for row in held}, at)
    return tuple(
        dict.fromkeys(str(row.account) for row in held if persons[str(row.deputy)] == person)
    )


def holdings_in_place(store: Store, account: str, at: int | None = None) -> frozenset[Holding]:
    """The deciding roles of those in whose place the person behind `account` decides."""
    moment = now() if at is None else at
    absent = absent_for(store, account, moment)
    return deciding(holdings_of(absent, moment).values()) if absent else frozenset()


def deciding(holdings: Collection[frozenset[Holding]]) -> frozenset[Holding]:
    """What of these a deputy may use."""
    return frozenset(each for held in holdings for each in held if each.role in DECIDING_ROLES)
