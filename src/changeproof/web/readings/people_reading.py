"""Who takes part, read for the page."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from changeproof.accounts.asked_roles import open_roles, second_persons
from changeproof.accounts.callers import Caller
from changeproof.accounts.claimed import Quarrel, quarrels
from changeproof.accounts.holdings import Holding
from changeproof.accounts.models import DirectoryUser, User
from changeproof.accounts.permissions import holdings_of
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.people import RoleGrant
from changeproof.ledger.service import Ledger
from changeproof.ledger.systems_known import known_systems
from changeproof.web.pages.people_page import (
    AskedRow,
    HeldRole,
    PeoplePage,
    PersonRow,
    QuarrelRow,
)
from changeproof.web.readings.entries import linked, read_links
from changeproof.web.readings.remembered import Remembered
from changeproof.workflow.account_claims import is_party
from changeproof.workflow.asked_roles import (
    HOLDS_AT_ONCE,
    NOBODY_CONFIRMS,
    begins_alone,
    may_confirm,
)
from changeproof.workflow.membership import BY_GROUPS

MOST_ROWS = 200
"""People that the page lists; a search finds the others."""
_CLAIMED: Remembered[list[Quarrel]] = Remembered(2, ("account_person", "account_settlement"))
Givers = dict[tuple[str, Holding], str]


def read_people(held: Ledger, caller: Caller, text: str, moment: int) -> PeoplePage:
    """Everybody who may sign in and is called so, by name."""
    may_manage = caller.may(Permission.ACCOUNT_MANAGE)
    found = User.objects.filter(is_active=True)
    if text:
        by_name = Q(display_name__icontains=text)
        found = found.filter(by_name | Q(email__icontains=text) if may_manage else by_name)
    users = list(found.order_by("display_name", "pk")[:MOST_ROWS])
    accounts = [user.account for user in users]
    holdings = holdings_of(accounts, moment)
    givers = _givers(held, accounts)
    kept = set(DirectoryUser.objects.filter(user__in=users).values_list("user_id", flat=True))
    rows = tuple(
        PersonRow(
            account=user.account,
            email=user.email if may_manage else "",
            roles=tuple(
                _role(user.account, each, givers, may_manage=may_manage)
                for each in sorted(holdings[user.account])
            ),
            kept_by="directory" if user.pk in kept else "hand",
            last_at=_microseconds(user.last_login),
            may_leave=may_manage
            and user.pk not in kept
            and not user.is_operator
            and user.account != caller.account,
            may_link=may_manage and user.last_login is None and not user.is_operator,
            is_own=user.account == caller.account,
        )
        for user in users
    )
    return PeoplePage(
        rows,
        found.count(),
        text,
        may_manage,
        sum(1 for row in rows if not row.roles),
        asked=_asked(held, caller.account, moment) if may_manage else (),
        quarrels=_quarrels(held, caller.account, moment) if may_manage else (),
        is_only_one=may_manage and is_only_one(held, caller.account),
    )


def is_only_one(held: Ledger, account: str) -> bool:
    """Whether nobody but this administrator could confirm a role that they ask for."""
    return not second_persons(held.store, account)


def who_confirms(held: Ledger, account: str) -> str:
    """What becomes of a role that they give and that two give, where nobody could confirm it."""
    if begins_alone(held, account):
        return HOLDS_AT_ONCE
    return NOBODY_CONFIRMS if is_only_one(held, account) else ""


def _asked(held: Ledger, account: str, moment: int) -> tuple[AskedRow, ...]:
    """What a second administrator is to look at."""
    found = open_roles(held.store)
    if not found:
        return ()
    texts = held.texts({each.stated.reason for each in found if each.stated.reason})
    links = read_links(held, [each.stated.event for each in found])
    numbers = {each.stated.account.removeprefix("local:user/") for each in found}
    users = {user.account: user for user in User.objects.filter(pk__in=numbers)}
    return tuple(
        AskedRow(
            asked=row.asked,
            account=row.account,
            words=HeldRole(row.role, row.system, "", by_group=False).words,
            asked_by=row.asked_by or "",
            asked_at=row.stated_at,
            is_alone=each.state == "given alone",
            has_visited=users[row.account].last_login is not None,
            email=users[row.account].email,
            reason=texts.get(row.reason or "", ""),
            entry=next(iter(linked(links, [row.event])), None),
            may_not_confirm=may_confirm(held.store, account, row, moment),
        )
        for each in found
        for row in (each.stated,)
    )


def _quarrels(held: Ledger, account: str, moment: int) -> tuple[QuarrelRow, ...]:
    """Accounts that several claim, of which somebody else says whose each is."""
    found = _CLAIMED.get(held, "", lambda: quarrels(held.store))[:MOST_ROWS]
    links = read_links(held, [each.event for each in found]) if found else {}
    return tuple(
        QuarrelRow(
            each.account,
            tuple((one.person, one.shown_as) for one in each.claimants),
            each.found_at,
            next(iter(linked(links, [each.event])), None),
            is_party(
                held.store, account, each.account, {one.person for one in each.claimants}, moment
            ),
        )
        for each in found
    )


def systems_of_roles(held: Ledger) -> list[str]:
    """The systems on which a role can be given: all that are on record."""
    return sorted(known_systems(held.store))


def _givers(held: Ledger, accounts: Collection[str]) -> Givers:
    """In whose name each was given last."""
    latest: dict[tuple[str, Holding], RoleGrant] = {}
    grants: dict[tuple[str, Holding], list[RoleGrant]] = defaultdict(list)
    for row in held.store.by(RoleGrant, "account", accounts):
        grants[row.account, Holding(row.role, row.system)].append(row)  # type: ignore[arg-type]
    for key, rows in grants.items():
        latest[key] = max(rows, key=lambda row: (row.granted_at, row.stated_at))
    return {key: row.granted_by or "" for key, row in latest.items()}


def _role(account: str, each: Holding, givers: Givers, *, may_manage: bool) -> HeldRole:
    giver = givers.get((account, each), "")
    by_group = giver.startswith(BY_GROUPS)
    return HeldRole(each.role, each.system, giver, by_group, may_manage and not by_group)


def _microseconds(time: datetime | None) -> int | None:
    return None if time is None else int(time.timestamp()) * 1_000_000
