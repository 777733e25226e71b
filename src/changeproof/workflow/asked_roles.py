"""A role that decides, given by hand, is given by two: asked for by one administrator, confirmed by
a second. Who works on the host may give one alone, and all administrators are told.

The machine's own account, and one that broke the glass, is nobody's second person: whoever stands
behind it may be the first.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.db import transaction

from changeproof.accounts.asked_roles import (
    StandingRole,
    ever_administered,
    links_shown,
    open_roles,
    second_persons,
    shown_to,
)
from changeproof.accounts.group_roles import TWO_PERSONS
from changeproof.accounts.models import User
from changeproof.accounts.people import refuse_last_administrator
from changeproof.accounts.permissions import holdings_of, may, persons_of
from changeproof.accounts.vocabulary import Permission
from changeproof.alerts.messages import BREAK_GLASS
from changeproof.alerts.notices import Notice
from changeproof.alerts.outbox import enqueue
from changeproof.alerts.persons import sweep_persons
from changeproof.events.asked_roles import RoleAsked, RoleConfirmed, RoleRefused
from changeproof.events.people import Role, RoleGranted, RoleRevoked
from changeproof.events.refusal import Refusal
from changeproof.ledger.asked_roles import AskedRole
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store
from changeproof.workflow.naming import next_name
from changeproof.workflow.parts import broken_glass, not_human
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import short_name
from changeproof.workflow.rulings import MayNot

PREFIX = "ROL-"
MOST_WAITING = 500
"""Roles that wait for a second person at once."""
NOT_GIVEN = "The role was not given."
_NOT_CONFIRMED = "The role was not confirmed."
_NOT_REFUSED = "The role was not refused."
_ANOTHER = "Ask another administrator."
_BY_NAME = (
    "Ask by your own name (--user ada@example.com), and let a second administrator confirm it; or "
    "give it alone and say why (--alone --reason …): all administrators are told."
)
MACHINE = "the machine's own account is nobody's second person, for anybody may stand behind it"
NOBODY_CONFIRMS = (
    "Nobody else administers this instance and could confirm it. On the host, changeproof user "
    "grant … --alone --reason … gives a role at once, and its entry says that one person did."
)

HOLDS_AT_ONCE = (
    "Nobody but the machine's own account administers this instance: what it gives holds at once, "
    "its entry says that one person did, and an administrator whom you add looks at it afterwards."
)


@dataclass(frozen=True, slots=True)
class ConfirmRole:
    """The second person's yes, to one that waits or that was given alone."""

    asked: str


@dataclass(frozen=True, slots=True)
class RefuseRole:
    """No to one that waits, or the end of one that was given alone."""

    asked: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody is to hold. `alone`: said on the host, for at once."""

    user: User
    role: Role
    system: str | None
    reason: str | None
    alone: bool


def needs_two(role: str) -> bool:
    """Whether a role decides on others' work, or on who does."""
    return role in TWO_PERSONS


def require_asker(ledger: Ledger, actor: str, what: str, *, alone: bool) -> None:
    """Raise MayNot for whom nobody could follow as a second person; of the host's road it is asked
    for a person's name or a reason alone."""
    if alone or begins_alone(ledger, actor):
        return
    if why := nobodys_second(ledger.store, [actor]):
        raise MayNot(what, where="role", why=why, cure=_BY_NAME)


def ask_or_give(act: Act, wanted: Wanted) -> Done:
    """Ask for it; or give it at once where the host's road or an empty instance allows it. Said
    twice, it is recorded once. Raises Refusal."""
    account, system = wanted.user.account, wanted.system or ""
    at_once = wanted.alone or begins_alone(act.ledger, act.actor)
    for each in open_roles(act.ledger.store):
        row = each.stated
        same = (row.account, row.role, row.system) == (account, wanted.role, system)
        if same and not (at_once and each.state == "waits"):
            entry = act.ledger.log.position_of(row.event) or 0
            return Done("", row.event, entry, act.at, row.asked, _waits(act, row))
    if len(open_roles(act.ledger.store)) >= MOST_WAITING:
        why = f"{MOST_WAITING} wait already"
        raise Refusal(NOT_GIVEN, where="role", why=why, cure="Confirm or refuse those first.")
    reason = act.keep("reason", wanted.reason)
    if wanted.alone and reason is None and ever_administered(act.ledger.store):
        why = "it is given by one person, and nobody said why"
        raise Refusal(NOT_GIVEN, where="reason", why=why, cure="Say why: --reason …")
    name = next_name(act.ledger.store, f"{PREFIX}{act.year}-", 4, (AskedRole, "asked"))
    asked = RoleAsked(
        **act.header,
        asked=name,
        account=account,
        role=wanted.role,
        system=wanted.system,
        reason=reason,
        alone=at_once,
    )
    if not at_once:
        done = act.record("", asked, name=name)
        return replace(done, note=_waits(act, _row(act, name)))
    given = RoleGranted(**act.header, account=account, role=wanted.role, system=wanted.system)
    done = act.record("", asked, given, name=name)
    said = f"By {{{act.actor}}} on the host"
    enqueue([Notice("break_glass", f"{BREAK_GLASS}{name}", said)], act.at)
    sweep_persons(act.ledger, act.at)
    return replace(
        done, note=f"{{{account}}} holds the role from now on, by one person's word: {name}."
    )


def confirm_role(ledger: Ledger, actor: str, command: ConfirmRole) -> Done:
    """Record the second person's yes; what waited is given by it. Raises Refusal, MayNot."""
    with transaction.atomic(), acting(ledger, actor) as act:
        found = _open(act, command.asked, _NOT_CONFIRMED)
        row = found.stated
        if why := may_confirm(ledger.store, actor, row, act.at):
            raise MayNot(_NOT_CONFIRMED, where=row.asked, why=why, cure=_ANOTHER)
        events: list[RoleConfirmed | RoleGranted] = [RoleConfirmed(**act.header, asked=row.asked)]
        if found.state == "waits":
            _refuse_stale(row)
            account, role, system = row.account, found.holding.role, row.system or None
            if found.holding not in holdings_of([account], act.at)[account]:
                given = RoleGranted(**act.header, account=account, role=role, system=system)
                events.append(given)
        note = f"{{{row.account}}} holds the role from now on."
        return act.record("", *events, name=row.asked, note=note)


def refuse_role(ledger: Ledger, actor: str, command: RefuseRole) -> Done:
    """Record a no, or that the asker takes it back; what was given alone ends. Raises Refusal,
    MayNot."""
    with transaction.atomic(), acting(ledger, actor) as act:
        require_manager(ledger, actor, _NOT_REFUSED)
        found = _open(act, command.asked, _NOT_REFUSED)
        row = found.stated
        reason = act.keep("reason", command.reason)
        refused = RoleRefused(**act.header, asked=row.asked, reason=reason)
        if found.state == "waits":
            return act.record("", refused, name=row.asked, note="Nothing was given.")
        role, system = found.holding.role, row.system or None
        if role == "administrator" and system is None:
            refuse_last_administrator(row.account)
        ended = RoleRevoked(**act.header, account=row.account, role=role, system=system)
        note = f"{{{row.account}}} no longer holds it."
        return act.record("", refused, ended, name=row.asked, note=note)


def may_confirm(store: Store, actor: str, row: AskedRole, at: int) -> str:
    """Why `actor` may not confirm it; empty if they may."""
    if not may(actor, Permission.ACCOUNT_MANAGE):
        return "administrators confirm it"
    if why := not_human(store, actor):
        return why
    seen_by = shown_to(links_shown(store, [row.account]).get(row.account, ()), at) or ""
    persons = persons_of({actor, row.asked_by or "", row.account, seen_by}, at)
    own = persons[actor]
    if own == persons[row.asked_by or ""]:
        said = "gave it, alone" if row.alone else "asked for it"
        return f"you {said}; a second person confirms it"
    if own == persons[row.account]:
        return "it is for you, and nobody gives themselves a role"
    if seen_by and own == persons[seen_by]:
        return "you were shown the link of their first visit; who was not confirms it"
    if seen_by and any(
        user.account == row.account for user in User.objects.filter(last_login=None)
    ):
        told = f"they have not come in yet, and {{{seen_by}}} was shown the link"
        return f"{told}; once they did, ask them whether it was they"
    return nobodys_second(store, [actor] if row.alone else [actor, row.asked_by or ""])


def require_manager(ledger: Ledger, actor: str, what: str) -> None:
    """Raise MayNot for whom it is not to say who takes part."""
    why = not_human(ledger.store, actor)
    if not may(actor, Permission.ACCOUNT_MANAGE):
        why = "who takes part is for administrators to say"
    if why:
        raise MayNot(what, why=why, cure="Ask an administrator.")


def nobodys_second(store: Store, accounts: Collection[str]) -> str:
    """Why these are no two people although their names differ: nobody knows whose one of them
    is. Empty where somebody does."""
    return MACHINE if any(map(is_machine, accounts)) else broken_glass(store, accounts)


def is_machine(account: str) -> bool:
    """Whether it is the account of the machine itself: of whoever works on the host."""
    return any(user.account == account for user in User.objects.filter(is_operator=True))


def begins_alone(ledger: Ledger, actor: str) -> bool:
    """Whether the machine's account gives roles at once, since nobody ever administered here."""
    return is_machine(actor) and not ever_administered(ledger.store)


def _open(act: Act, name: str, what: str) -> StandingRole:
    """What waits for a second person, or was given alone. Raises Refusal."""
    wanted = short_name("asked", name)
    for each in open_roles(act.ledger.store):
        if each.stated.asked == wanted:
            return each
    raise Refusal(
        what,
        where=wanted,
        why="nothing of this name waits for a second person; or somebody answered it meanwhile",
        cure="Look at the list again.",
    )


def _refuse_stale(row: AskedRole) -> None:
    """Raise Refusal where who asked for it administers nothing any more."""
    if not may(row.asked_by or "", Permission.ACCOUNT_MANAGE):
        raise Refusal(
            _NOT_CONFIRMED,
            where=row.asked,
            why="whoever asked for it is no administrator any more",
            cure="Refuse it, and ask for it yourself: another administrator confirms it.",
        )


def _row(act: Act, name: str) -> AskedRole:
    [found] = act.ledger.store.by(AskedRole, "asked", [name])
    return found


def _waits(act: Act, row: AskedRole) -> str:
    """What to know of one that is open."""
    if row.alone:
        return f"{row.asked} was given by one person, and waits to be looked at by a second."
    told = f"{row.asked} gives nothing before a second administrator confirms it."
    if not second_persons(act.ledger.store, row.asked_by or row.account, row.account):
        return f"{told} {NOBODY_CONFIRMS}"
    return told
