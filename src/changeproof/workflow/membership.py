"""Who takes part: people are added by hand, given roles, and leave; each an entry of the log.

A role that decides is asked for by one and confirmed by a second (`asked_roles`).
Where a directory or a sign-on keeps somebody, it says so and not we: what was done here by hand
would be undone there.
"""

from dataclasses import dataclass, replace

from django.db import transaction

from changeproof.accounts.models import DirectoryUser, User
from changeproof.accounts.people import (
    add_user,
    grant_roles,
    note_departure,
    revoke_role,
    user_named,
)
from changeproof.accounts.permissions import are_one, holdings_of
from changeproof.accounts.vocabulary import ROLES
from changeproof.events.people import Role
from changeproof.events.refusal import Refusal
from changeproof.ledger.people import RoleGrant
from changeproof.ledger.service import Ledger, Recorded
from changeproof.ledger.systems_known import known_systems, names_to_choose
from changeproof.workflow.asked_roles import (
    NOT_GIVEN,
    Wanted,
    ask_or_give,
    needs_two,
    require_asker,
    require_manager,
)
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import short_name
from changeproof.workflow.rulings import MayNot

BY_GROUPS = ("scim:", "oidc:", "saml:")
"""How accounts begin in whose name groups give roles."""
_NOT_ADDED = "The person was not added."
_NOT_TAKEN = "The role was not taken back."
_NOT_LEFT = "The departure was not recorded."


@dataclass(frozen=True, slots=True)
class AddPerson:
    """Somebody who may sign in from now on, with one role at least; None: on all systems.
    `alone` as where a role is given."""

    email: str
    name: str
    roles: tuple[Role, ...]
    system: str | None = None
    reason: str | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class GiveRole:
    """`person` is an e-mail address or an account of somebody here. `alone` is said on the host
    and nowhere else: one that decides is given at once, with a reason."""

    person: str
    role: Role
    system: str | None = None
    reason: str | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class TakeRole:
    """The same role on the same system, as it was given."""

    person: str
    role: Role
    system: str | None = None


@dataclass(frozen=True, slots=True)
class RecordDeparture:
    """They left: every way in ends at once."""

    person: str


def add_person(ledger: Ledger, actor: str, command: AddPerson) -> Done:
    """Let somebody sign in. Raises Refusal, MayNot."""
    require_manager(ledger, actor, _NOT_ADDED)
    with transaction.atomic(), acting(ledger, actor) as act:
        roles = _roles(command.roles)
        if any(needs_two(each) for each in roles):
            require_asker(ledger, actor, _NOT_ADDED, alone=command.alone)
        system = _system(ledger, _NOT_ADDED, command.system)
        address = command.email.strip().lower()
        known = User.objects.filter(email=address).first()
        if known is not None:
            _refuse_known(act, known)
        _refuse_kept(address, known)
        try:
            user = add_user(address, command.name, (), by=actor)
        except Refusal as refusal:  # it names the address, and the form the field
            raise Refusal(
                _NOT_ADDED, where="email", why=refusal.why, cure=refusal.cure
            ) from refusal
        at_once = [each for each in roles if not needs_two(each)]
        grant_roles(user.account, at_once, by=actor, system=system)
        told = f"{{{user.account}}} may sign in, and needs a link for a first visit."
        # An administrator last: once there is one, the machine's account gives nothing more.
        deciding = sorted(filter(needs_two, roles), key=lambda role: role == "administrator")
        asked = [
            ask_or_give(act, Wanted(user, each, system, command.reason, command.alone))
            for each in deciding
        ]
        told = " ".join([told, *dict.fromkeys(each.note for each in asked)])
        return (
            replace(asked[0], name=user.account, note=told)
            if asked
            else _done(ledger, act, user, told)
        )


def give_role(ledger: Ledger, actor: str, command: GiveRole) -> Done:
    """Record that somebody may act in a role; never oneself. One that decides is asked for, and
    waits for a second person. Raises Refusal, MayNot."""
    require_manager(ledger, actor, NOT_GIVEN)
    with transaction.atomic(), acting(ledger, actor) as act:
        user = user_named(command.person)
        [role] = _roles((command.role,))
        system = _system(ledger, NOT_GIVEN, command.system)
        if are_one(user.account, actor, act.at):
            raise MayNot(
                NOT_GIVEN,
                where="role",
                why="it is your own account, and nobody gives themselves a role",
                cure="Ask another administrator.",
            )
        holdings = holdings_of([user.account], act.at)[user.account]
        if needs_two(role) and (role, system or "") not in holdings:
            require_asker(ledger, actor, NOT_GIVEN, alone=command.alone)
            wanted = Wanted(user, role, system, command.reason, command.alone)
            return ask_or_give(act, wanted)
        grant_roles(user.account, [role], by=actor, system=system)
        return _done(ledger, act, user, f"{{{user.account}}} holds the role from now on.")


def take_role(ledger: Ledger, actor: str, command: TakeRole) -> Done:
    """Record that somebody no longer may; one's own too. Raises Refusal, MayNot."""
    require_manager(ledger, actor, _NOT_TAKEN)
    with transaction.atomic(), acting(ledger, actor) as act:
        user = user_named(command.person)
        [role] = _roles((command.role,))
        system = command.system or None
        holdings = holdings_of([user.account], act.at)[user.account]
        if (role, system or "") not in holdings:
            raise Refusal(
                _NOT_TAKEN,
                where="role",
                why="they do not hold it so",
                cure="Look at the list again: what they hold stands there.",
            )
        giver = giver_of(ledger, user.account, role, system or "")
        if giver.startswith(BY_GROUPS):
            raise Refusal(
                _NOT_TAKEN,
                where="role",
                why="a group of theirs gives it, and would give it again",
                cure="Take them out of the group, or take the group's role away.",
            )
        recorded = revoke_role(user.account, role, by=actor, system=system)
        return _recorded(act, recorded, user, f"{{{user.account}}} no longer holds it.")


def record_departure(ledger: Ledger, actor: str, command: RecordDeparture) -> Done:
    """Record that somebody left, and end every way in. Raises Refusal, MayNot."""
    require_manager(ledger, actor, _NOT_LEFT)
    with transaction.atomic(), acting(ledger, actor) as act:
        user = user_named(command.person)
        why, cure = "", ""
        if are_one(user.account, actor, act.at):
            why, cure = "it is your own account", "Ask another administrator."
        elif user.is_operator:
            why, cure = (
                "this is the account of the machine",
                "It stays as long as the machine does.",
            )
        elif DirectoryUser.objects.filter(user=user).exists():
            why = "your directory keeps this person"
            cure = "Deactivate them there: it ends every way in at once."
        if why:
            raise MayNot(_NOT_LEFT, where="person", why=why, cure=cure)
        recorded = note_departure(user, by=actor)
        note = f"What {{{user.account}}} still deploys is a deviation from now on."
        return _recorded(act, recorded, user, note)


def giver_of(ledger: Ledger, account: str, role: str, system: str) -> str:
    """In whose name a role was given last."""
    rows = [
        row
        for row in ledger.store.by(RoleGrant, "account", [account])
        if (row.role, row.system) == (role, system)
    ]
    last = max(rows, key=lambda row: (row.granted_at, row.stated_at), default=None)
    return (last.granted_by or "") if last is not None else ""


def _roles(stated: tuple[Role, ...]) -> tuple[Role, ...]:
    wrong = [each for each in stated if each not in ROLES]
    if wrong or not stated:
        why = f"“{str(wrong[0])[:40]}” is no role" if wrong else "no role was chosen"
        cure = f"Choose among: {', '.join(each.replace('_', ' ') for each in ROLES)}."
        raise Refusal("Nothing was recorded.", where="roles", why=why, cure=cure)
    return tuple(dict.fromkeys(stated))


def _system(ledger: Ledger, what: str, text: str | None) -> str | None:
    if not (text or "").strip():
        return None
    wanted, known = short_name("system", text or ""), known_systems(ledger.store)
    if wanted not in known:
        why = f"no system “{wanted[:60]}” is known"
        raise Refusal(what, where="system", why=why, cure=names_to_choose(wanted, known))
    return wanted


def _refuse_known(act: Act, known: User) -> None:
    why, cure = "", ""
    if are_one(known.account, act.actor, act.at):
        why, cure = "it is your own address", "Name somebody else's."
    elif known.is_active:
        why = f"{{{known.account}}} has it, and may sign in already"
        cure = "Give them a further role in the list."
    if why:
        raise Refusal(_NOT_ADDED, where="email", why=why, cure=cure)


def _refuse_kept(address: str, known: User | None) -> None:
    """Raise Refusal for somebody whom the directory keeps: by their name there, or joined."""
    kept = DirectoryUser.objects.filter(user_name=address).exists() or (
        known is not None and DirectoryUser.objects.filter(user=known).exists()
    )
    if kept:
        raise Refusal(
            _NOT_ADDED,
            where="email",
            why="your directory keeps this person",
            cure="Activate them there, and put them into a group that gives a role.",
        )


def _done(ledger: Ledger, act: Act, user: User, note: str) -> Done:
    """What came of a grant: the latest that the account was given."""
    rows = ledger.store.by(RoleGrant, "account", [user.account])
    last = max(rows, key=lambda row: (row.stated_at, row.event))
    position = ledger.log.position_of(last.event) or 0
    return Done("", last.event, position, act.at, user.account, note)


def _recorded(act: Act, recorded: Recorded, user: User, note: str) -> Done:
    return Done("", recorded.entries[0].id, recorded.first_position, act.at, user.account, note)
