"""Roles that two people give: what was asked for by hand, and how it stands."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from changeproof.accounts.holdings import EVERYWHERE, Holding
from changeproof.accounts.models import User
from changeproof.accounts.permissions import administrators, holdings_of, persons_of
from changeproof.ledger.asked_roles import (
    AskedRole,
    AskedRoleConfirmation,
    AskedRoleRefusal,
    VisitLinkRow,
)
from changeproof.ledger.break_glass import BreakGlassUse
from changeproof.ledger.people import RoleGrant
from changeproof.ledger.store import Store

State = Literal["waits", "given alone", "confirmed", "refused"]


@dataclass(frozen=True, slots=True)
class StandingRole:
    """What was asked for, and how it stands. `confirmed` is the confirmation that counted."""

    stated: AskedRole
    state: State
    confirmed: AskedRoleConfirmation | None = None
    refused: AskedRoleRefusal | None = None

    @property
    def holding(self) -> Holding:
        return Holding(self.stated.role, self.stated.system)  # type: ignore[arg-type]

    @property
    def is_open(self) -> bool:
        return self.state in ("waits", "given alone")


def standing_roles(store: Store) -> list[StandingRole]:
    """All that was ever asked for, by name. A confirmation counts where its person is another
    than whoever asked, than whose role it is, and than who was shown the link of a first visit."""
    stated = sorted(store.all(AskedRole), key=lambda row: row.asked)
    confirmations: dict[str, list[AskedRoleConfirmation]] = defaultdict(list)
    for said in store.all(AskedRoleConfirmation):
        confirmations[said.asked].append(said)
    refusals = {said.asked: said for said in store.all(AskedRoleRefusal)}
    links = links_shown(store, {row.account for row in stated})
    accounts = {row.asked_by for row in stated} | {row.account for row in stated}
    accounts |= {link.made_by for rows in links.values() for link in rows}
    accounts |= {said.confirmed_by for rows in confirmations.values() for said in rows}
    persons = persons_of({each for each in accounts if each})
    found = []
    for row in stated:
        involved = {persons.get(row.asked_by or ""), persons[row.account]}
        counting = [
            said
            for said in confirmations[row.asked]
            if said.confirmed_by
            and persons[said.confirmed_by] not in involved
            and persons[said.confirmed_by]
            != persons.get(shown_to(links.get(row.account, ()), said.stated_at) or "")
        ]
        confirmed = min(counting, key=lambda said: (said.stated_at, said.event), default=None)
        refused = refusals.get(row.asked)
        state: State = "given alone" if row.alone else "waits"
        if confirmed is not None:
            state = "confirmed"
        if refused is not None:
            state = "refused"
        found.append(StandingRole(row, state, confirmed, refused))
    return found


def links_shown(store: Store, accounts: Collection[str]) -> Mapping[str, list[VisitLinkRow]]:
    """The links for a first visit of each, oldest first."""
    found: dict[str, list[VisitLinkRow]] = defaultdict(list)
    rows = store.by(VisitLinkRow, "account", accounts)
    for row in sorted(rows, key=lambda row: (row.stated_at, row.event)):
        found[row.account].append(row)
    return found


def shown_to(links: Sequence[VisitLinkRow], at: int) -> str | None:
    """Who could have come in until `at` in place of whose they are: who saw the last link. While
    one is made, those before it were not used."""
    last = next((link for link in reversed(links) if link.stated_at <= at), None)
    return last.made_by if last is not None and last.way == "shown" else None


def open_roles(store: Store) -> list[StandingRole]:
    """What a second person is to look at: what waits, and what one gave alone and is still held.
    For who left there is nothing to confirm."""
    found = [each for each in standing_roles(store) if each.is_open]
    if not found:
        return []
    here = {user.account for user in User.objects.filter(is_active=True)}
    accounts = {each.stated.account for each in found} & here
    holdings = holdings_of(accounts)
    return [
        each
        for each in found
        if each.stated.account in accounts
        and (each.state == "waits" or each.holding in holdings[each.stated.account])
    ]


def ever_administered(store: Store) -> bool:
    """Whether anybody but the machine's own account, or one of a broken glass, ever administered
    everything here."""
    own = {user.account for user in User.objects.filter(is_operator=True)}
    own |= {row.account for row in store.all(BreakGlassUse)}
    return any(
        row.role == "administrator" and row.system == EVERYWHERE and row.account not in own
        for row in store.all(RoleGrant)
    )


def second_persons(store: Store, *parties: str) -> list[str]:
    """The accounts of administrators who could confirm what these people ask for or are to get."""
    own = {user.account for user in User.objects.filter(is_operator=True)}
    own |= {row.account for row in store.all(BreakGlassUse)}
    found = [each for each in administrators() if each not in own]
    persons = persons_of([*found, *parties])
    involved = {persons[each] for each in parties}
    return [each for each in found if persons[each] not in involved]
