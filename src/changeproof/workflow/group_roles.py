"""Which group of the sign-on gives which role: put forward, adopted, ended; each an entry.

A role that decides on others' work, or on who does, is given so by two people. Roles follow at once
where the directory provisions people here, and with the next sign-in elsewhere.
"""

from dataclasses import dataclass

from django.db import transaction

from changeproof.accounts.directory import keep_roles_of_group
from changeproof.accounts.group_roles import (
    BY_DIRECTORY,
    TWO_PERSONS,
    StandingGroupRole,
    group_providers,
    standing_group_roles,
)
from changeproof.accounts.mapped_roles import take_back_given
from changeproof.accounts.models import DirectoryGroup
from changeproof.accounts.permissions import may, person_of
from changeproof.accounts.vocabulary import ROLES, Permission
from changeproof.events.group_roles import GroupRoleAdopted, GroupRoleEnded, GroupRoleProposed
from changeproof.events.people import Role
from changeproof.events.refusal import Refusal
from changeproof.ledger.group_roles import GroupRole
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store
from changeproof.ledger.systems_known import known_systems, names_to_choose
from changeproof.workflow.asked_roles import nobodys_second
from changeproof.workflow.naming import next_name
from changeproof.workflow.parts import not_human
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import short_name
from changeproof.workflow.rulings import MayNot

PREFIX = "GRP-"
MOST_STANDING = 500
"""Mappings that wait or are in force at once."""
_NOT_PROPOSED = "The group's role was not recorded."
_NOT_ADOPTED = "The group's role was not adopted."
_MEMBER = "you are in the group, and nobody gives themselves a role"
_ASK = "Ask another administrator, who is not in the group."
_NOT_ENDED = "The group's role was not ended."


@dataclass(frozen=True, slots=True)
class ProposeGroupRole:
    """Members of `group` at `provider` (`scim:directory`, `oidc:okta`) are to hold `role`."""

    provider: str
    group: str
    role: Role
    system: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AdoptGroupRole:
    """The second person's yes to one that waits."""

    mapping: str


@dataclass(frozen=True, slots=True)
class EndGroupRole:
    """No to one that waits, or the end of one in force."""

    mapping: str
    reason: str | None = None


def propose_group_role(
    ledger: Ledger, actor: str, command: ProposeGroupRole, *, at: int | None = None
) -> Done:
    """Put a mapping forward under the next free `GRP-<year>-<number>`; one that gives no deciding
    role holds at once. Said twice, it is recorded once. Raises Refusal, MayNot."""
    _require_manager(ledger, actor, _NOT_PROPOSED)
    with transaction.atomic(), acting(ledger, actor, at) as act:
        stated = _stated(act, command)
        standing = [each for each in standing_group_roles(ledger.store) if each.ended is None]
        for each in standing:
            row = each.stated
            if (row.provider, row.group_name, row.role, row.system or None) == stated:
                entry = ledger.log.position_of(row.event) or 0
                said = "It is in force already." if each.state == "in force" else _WAITS
                return Done("", row.event, entry, act.at, row.mapping, said)
        if len(standing) >= MOST_STANDING:
            why = f"{MOST_STANDING} stand already"
            raise Refusal(_NOT_PROPOSED, where="group", why=why, cure="End those without use.")
        name = next_name(ledger.store, f"{PREFIX}{act.year}-", 4, (GroupRole, "mapping"))
        provider, group, role, system = stated
        proposed = GroupRoleProposed(
            **act.header,
            mapping=name,
            provider=provider,
            group=group,
            role=role,
            system=system,
            reason=act.keep("reason", command.reason),
        )
        if role in TWO_PERSONS:
            return act.record("", proposed, name=name, note=_WAITS)
        _refuse_member(act, provider, group, _NOT_PROPOSED)
        adopted = GroupRoleAdopted(**act.header, mapping=name)
        done = act.record("", proposed, adopted, name=name, note=_follows(provider))
        _apply(provider, group)
        return done


def adopt_group_role(
    ledger: Ledger, actor: str, command: AdoptGroupRole, *, at: int | None = None
) -> Done:
    """Record the second person's yes. Raises Refusal; MayNot for whoever put it forward."""
    _require_manager(ledger, actor, _NOT_ADOPTED)
    with transaction.atomic(), acting(ledger, actor, at) as act:
        found = _standing(act, command.mapping, _NOT_ADOPTED)
        row = found.stated
        if found.state != "waits":
            raise Refusal(
                _NOT_ADOPTED,
                where=row.mapping,
                why="it is in force already",
                cure="Look at the list again.",
            )
        why = may_adopt(ledger.store, actor, row, act.at)
        if why:
            raise MayNot(_NOT_ADOPTED, where=row.mapping, why=why, cure=_ASK)
        event = GroupRoleAdopted(**act.header, mapping=row.mapping)
        done = act.record("", event, name=row.mapping, note=_follows(row.provider))
        _apply(row.provider, row.group_name)
        return done


def end_group_role(
    ledger: Ledger, actor: str, command: EndGroupRole, *, at: int | None = None
) -> Done:
    """Record that it gives nothing any more; what it gave is taken back. Raises Refusal, MayNot."""
    _require_manager(ledger, actor, _NOT_ENDED)
    with transaction.atomic(), acting(ledger, actor, at) as act:
        found = _standing(act, command.mapping, _NOT_ENDED)
        row = found.stated
        event = GroupRoleEnded(
            **act.header, mapping=row.mapping, reason=act.keep("reason", command.reason)
        )
        note = "" if found.state == "waits" else "What it gave is taken back."
        done = act.record("", event, name=row.mapping, note=note)
        if found.state == "in force":
            _apply(row.provider, row.group_name)
            if row.provider != BY_DIRECTORY:
                take_back_given(found.holding, by=row.provider)
        return done


def may_adopt(store: Store, actor: str, row: GroupRole, at: int) -> str:
    """Why `actor` may not adopt it; empty if they may."""
    if not may(actor, Permission.ACCOUNT_MANAGE):
        return "administrators adopt it"
    if person_of(actor, at) == person_of(row.proposed_by or "", at):
        return "you put it forward; a second person adopts it"
    if why := nobodys_second(store, [actor, row.proposed_by or ""]):
        return why
    return _MEMBER if is_member(actor, row.provider, row.group_name, at) else ""


def is_member(actor: str, provider: str, group: str, at: int) -> bool:
    """Whether the actor's person is in that group, as far as the directory tells it here."""
    if provider != BY_DIRECTORY:
        return False
    own = person_of(actor, at)
    for found in DirectoryGroup.objects.filter(display_name=group):
        for member in found.members.exclude(user=None).select_related("user"):
            if member.user is not None and person_of(member.user.account, at) == own:
                return True
    return False


_WAITS = "It gives nothing before a second administrator adopts it."


def _follows(provider: str) -> str:
    if provider == BY_DIRECTORY:
        return "Its members hold the role from now on."
    return "Its members hold the role from their next sign-in on."


def _apply(provider: str, group: str) -> None:
    if provider == BY_DIRECTORY:
        keep_roles_of_group(group)


def _require_manager(ledger: Ledger, actor: str, what: str) -> None:
    why, cure = "", "Ask an administrator."
    if not may(actor, Permission.ACCOUNT_MANAGE):
        why = "who gets which role is for administrators to say"
    else:
        why = not_human(ledger.store, actor)
    if why:
        raise MayNot(what, why=why, cure=cure)


def _refuse_member(act: Act, provider: str, group: str, what: str) -> None:
    if is_member(act.actor, provider, group, act.at):
        raise MayNot(
            what,
            where=group,
            why=_MEMBER,
            cure=_ASK,
        )


def _stated(act: Act, command: ProposeGroupRole) -> tuple[str, str, Role, str | None]:
    providers = {each.account for each in group_providers()}
    if command.provider not in providers:
        raise Refusal(
            _NOT_PROPOSED,
            where="provider",
            why=f"“{command.provider[:60]}” is nobody's whose groups are taken here",
            cure=f"Choose among: {', '.join(sorted(providers))}.",
        )
    if command.role not in ROLES:
        why = f"“{str(command.role)[:40]}” is no role" if command.role else "no role was chosen"
        cure = f"Choose among: {', '.join(ROLES)}."
        raise Refusal(_NOT_PROPOSED, where="role", why=why, cure=cure)
    typed = (command.system or "").strip()
    system = short_name("system", typed) if typed else None
    known = known_systems(act.ledger.store)
    if system is not None and system not in known:
        why = f"no system “{system[:60]}” is known"
        cure = names_to_choose(system, known)
        raise Refusal(_NOT_PROPOSED, where="system", why=why, cure=cure)
    return command.provider, short_name("group", command.group), command.role, system


def _standing(act: Act, name: str, what: str) -> StandingGroupRole:
    """One that was not ended. Raises Refusal."""
    wanted = short_name("mapping", name)
    for each in standing_group_roles(act.ledger.store):
        if each.stated.mapping == wanted and each.ended is None:
            return each
    raise Refusal(
        what,
        where=wanted,
        why="no group's role of this name stands; it ended, or somebody ended it meanwhile",
        cure="Look at the list again.",
    )
