"""Declare that a change cannot wait; the next one waits for its review.

A declaration waits for nobody, and authorizes nothing: it may name whom it asks, and that
person's own act (`decisions.authorize`) is owed. The next declaration is locked to those who owe a
review (hard case 50).
"""

from dataclasses import dataclass

from changeproof.accounts.holdings import allows
from changeproof.accounts.permissions import holdings_of, person_of, persons_of
from changeproof.accounts.vocabulary import Permission
from changeproof.events.event import Event
from changeproof.events.refusal import Refusal
from changeproof.events.requests import EmergencyDeclared
from changeproof.ledger.decisions import ChangeAuthorization
from changeproof.ledger.joined import Change, ChangeAlias
from changeproof.ledger.policy_read import is_true, policy_at
from changeproof.ledger.requests import Emergency, PostReview
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store
from changeproof.workflow.naming import find_change, next_change, next_emergency
from changeproof.workflow.parts import kind_of_account, named, parts_in
from changeproof.workflow.passed_by import passed_by, tell_passed_by
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import (
    Kind,
    RequestChange,
    refuse_closed,
    requested,
    short_name,
)
from changeproof.workflow.rulings import MayNot, Ruling, able

MINUTE = 60_000_000
DEFAULT_LENGTH = 4 * 60 * MINUTE
LONGEST = 7 * 24 * 60 * MINUTE
_NAMED = 5


@dataclass(frozen=True, slots=True)
class DeclareEmergency:
    """Without `change` a new one is requested with it. `ends_at`: four hours from now unless
    said; what is deployed after it is not covered. `authorized_by` says only whom it asks."""

    system: str
    reason: str
    incident: str | None = None
    change: str | None = None
    ends_at: int | None = None
    authorized_by: str | None = None
    title: str | None = None
    kind: Kind = "software"


def may_declare(ledger: Ledger, actor: str, system: str | None, at: int) -> Ruling:
    """Whether `actor` may declare an emergency on `system` now, said before the form."""
    store = ledger.store
    what = "You may not declare an emergency."
    if not allows(holdings_of([actor], at)[actor], Permission.EMERGENCY_DECLARE, system):
        who = able(store, Permission.EMERGENCY_DECLARE, system, frozenset(), at)
        why = f"none of your roles holds {Permission.EMERGENCY_DECLARE.value}"
        return Ruling(False, what, why, f"Ask somebody who may: {named(who[:5])}.", who)
    owed = reviews_owed(store, actor, at)
    if not owed:
        return Ruling(True)
    reviewers = able(
        store, Permission.EMERGENCY_REVIEW, system, frozenset({person_of(actor, at)}), at
    )
    name = owed[0].emergency
    cure = f"Somebody else reviews {name} first: changeproof review {name}"
    if reviewers:
        cure += f" (they may: {named(reviewers[:5])}); or one of them declares this emergency"
    cure += "; or a change manager authorizes its change, and it is declared with --change"
    why = f"the review of {name}, which you declared, is still owed"
    return Ruling(False, what, why, f"{cure}.", reviewers)


def reviews_owed(store: Store, actor: str, at: int) -> list[Emergency]:
    """Emergencies that the actor's person declared and that nobody else has reviewed."""
    person = person_of(actor, at)
    declared = [row for row in store.all(Emergency) if row.declared_by]
    persons = persons_of({str(row.declared_by) for row in declared}, at)
    own = [row for row in declared if persons[str(row.declared_by)] == person]
    aliases: dict[str, set[str]] = {row.change_name: {row.change_name} for row in own}
    for alias in store.by(ChangeAlias, "alias", aliases):
        aliases[alias.alias].add(alias.change_id)
    names = {name for group in aliases.values() for name in group}
    reviews = [row for row in store.by(PostReview, "change_name", names) if row.account]
    reviewers = persons_of({str(row.account) for row in reviews}, at)
    reviewed = {row.change_name for row in reviews if reviewers[str(row.account)] != person}
    return sorted(
        (row for row in own if not aliases[row.change_name] & reviewed),
        key=lambda row: (row.stated_at, row.emergency),
    )


def declare_emergency(
    ledger: Ledger, actor: str, command: DeclareEmergency, *, at: int | None = None
) -> Done:
    """Record an emergency under the next free `EMG-<year>-<number>`. Raises Refusal, MayNot.

    The lock of who owes a review opens where an incident commander has authorized the change
    that this names: by their own act, before.
    """
    with acting(ledger, actor, at) as act:
        store = ledger.store
        system = short_name("system", command.system)
        ruling = may_declare(ledger, actor, system, act.at)
        asked_for = _asked(act, command.authorized_by, system)
        entitled = allows(holdings_of([actor], act.at)[actor], Permission.EMERGENCY_DECLARE, system)
        if not ruling.allowed and not (entitled and _commanded(act, command.change, system)):
            ruling.require(system)
        incident = _incident(act, command.incident)
        reason = act.needed("reason", command.reason, "Say what is broken, and for whom.")
        events: list[Event] = []
        if command.change is not None:
            change = find_change(ledger, command.change)
            refuse_closed(ledger, change)
            _refuse_elsewhere(store, change, system)
        else:
            change = next_change(store, act.year)
            title = command.title or command.reason.strip().split("\n", 1)[0][:200]
            asked = RequestChange(title, system, command.reason, kind=command.kind)
            events.append(requested(act, change, asked))
        declared = EmergencyDeclared(
            **act.header,
            emergency=next_emergency(store, act.year),
            change=change,
            system=system,
            incident=incident,
            authorized_by=asked_for,
            ends_at=_end(act, command.ends_at),
            reason=reason,
        )
        events.append(declared)
        skipped = passed_by(store, declared, act.at)
        tell_passed_by(declared, skipped, act.at)
        note = _note(declared.emergency, change, asked_for, skipped)
        return act.record(change, *events, name=declared.emergency, note=note)


def _asked(act: Act, account: str | None, system: str) -> str | None:
    """Who is asked to allow it: another human who may authorize changes. Raises MayNot."""
    if account is None:
        return None
    store, what = act.ledger.store, "The emergency was not declared."
    short_name("authorizer", account)
    where = f"to be authorized by {{{account}}}"
    if person_of(account, act.at) == person_of(act.actor, act.at):
        cure = "Name another person, or nobody: the authorization is then owed."
        raise MayNot(what, where=where, why="that is you", cure=cure)
    allowed = allows(holdings_of([account], act.at)[account], Permission.CHANGE_AUTHORIZE, system)
    if not allowed or kind_of_account(store, account) != "human":
        own = frozenset({person_of(act.actor, act.at)})
        who = able(store, Permission.CHANGE_AUTHORIZE, system, own, act.at)
        raise MayNot(
            what,
            where=where,
            why="this account may not authorize changes there",
            cure=f"Name one that may: {named(who[:5])}; or nobody, then it is owed."
            if who
            else "Name nobody: the authorization is then owed.",
        )
    return account


def _refuse_elsewhere(store: Store, change: str, system: str) -> None:
    """Raise Refusal where the change is another system's: who may declare there is asked there.

    Otherwise a role on a playground would let a change of production through a freeze.
    """
    [row] = store.by(Change, "change_id", [change])
    if row.system != system:
        raise Refusal(
            "The emergency was not declared.",
            where=change,
            why=f"it is a change of {row.system}, not of {system}",
            cure=f"Declare the emergency on {row.system}.",
        )


def _commanded(act: Act, spoken: str | None, system: str) -> bool:
    """Whether an incident commander, another person, has authorized the change by their own act.

    What the declarer types is nobody else's word, so naming one opens nothing.
    """
    if spoken is None:
        return False
    store = act.ledger.store
    change = find_change(act.ledger, spoken)
    names = {change, *(row.alias for row in store.by(ChangeAlias, "change_id", [change]))}
    own = parts_in(store, change, act.at).persons | {person_of(act.actor, act.at)}
    for row in store.by(ChangeAuthorization, "change_name", names):
        at = row.authorized_at
        if not row.account or at is None or at > act.at:
            continue
        held = holdings_of([row.account], at)[row.account]
        if (
            kind_of_account(store, row.account) == "human"
            and person_of(row.account, act.at) not in own
            and any(each.role == "change_manager" and each.covers(system) for each in held)
        ):
            return True
    return False


def incident_required(store: Store, at: int) -> bool:
    """Whether the policy in force at `at` asks for the incident that an emergency answers."""
    return is_true(policy_at(store, at), "emergency.incident_required", default=True)


def _incident(act: Act, incident: str | None) -> str | None:
    if incident and incident.strip():
        return short_name("incident", incident)
    if incident_required(act.ledger.store, act.at):
        raise Refusal(
            "The emergency was not declared.",
            where="incident",
            why="policy asks for the incident that it answers (emergency.incident_required)",
            cure="Name the incident's key or address; without one it is a normal change.",
        )
    return None


def _end(act: Act, ends_at: int | None) -> int:
    end = act.at + DEFAULT_LENGTH if ends_at is None else ends_at
    if not act.at < end <= act.at + LONGEST:
        raise Refusal(
            "The emergency was not declared.",
            where="end",
            why="it is past" if end <= act.at else "it is more than 7 days away",
            cure="Name an end within the next 7 days; declare again if it takes longer.",
        )
    return end


def _note(emergency: str, change: str, asked_for: str | None, skipped: tuple[str, ...]) -> str:
    told = f" It passes by {named(skipped[:_NAMED])}, who are told." if skipped else ""
    who = "whom you asked" if asked_for else "somebody else"
    return (
        f"Authorization, approval and review are owed, by others: {who} authorizes it at once"
        f" (changeproof authorize {change});"
        f" the next emergency is locked until {emergency} is reviewed.{told}"
    )
