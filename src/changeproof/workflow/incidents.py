"""Incidents: recorded by hand, ended, decided on, and tied to the changes that mend or caused them.

Whether an incident needs a change is decided by somebody who may authorize changes: "it needs
none" sets a requirement aside. Tying a change to it only states what was done.
"""

from dataclasses import dataclass
from typing import Literal

from changeproof.accounts.vocabulary import Permission
from changeproof.events.incidents import IncidentDecided, IncidentLinked
from changeproof.events.refusal import Refusal
from changeproof.events.requests import IncidentOpened, IncidentResolved
from changeproof.ledger.incidents import (
    Incident,
    IncidentChange,
    IncidentDecision,
    IncidentEnd,
)
from changeproof.ledger.service import Ledger
from changeproof.ledger.standing import first_deployed
from changeproof.ledger.systems_known import known_systems, names_to_choose
from changeproof.workflow.naming import UnknownName, next_name
from changeproof.workflow.parts import not_human
from changeproof.workflow.recording import Done, acting
from changeproof.workflow.requesting import other_change, require_permission, short_name
from changeproof.workflow.rulings import MayNot

Severity = Literal["low", "medium", "high", "critical"]
Relation = Literal["remediates", "caused"]

PREFIX = "INC-"
KIND = "incident:"
_WHY = "Say why: whoever reads the decision later relies on it."


@dataclass(frozen=True, slots=True)
class RecordIncident:
    """Something went wrong in production. `opened_at` is when, UTC microseconds; None: now.

    `key` is the name that another tool gave it; None: the next free `INC-<year>-<number>`.
    """

    system: str
    severity: Severity
    opened_at: int | None = None
    key: str | None = None
    environment: str | None = None


@dataclass(frozen=True, slots=True)
class ResolveIncident:
    """It is over, now."""

    incident: str


@dataclass(frozen=True, slots=True)
class DecideIncident:
    """Whether it needs a change; the last decision holds."""

    incident: str
    needs_change: bool
    reason: str


@dataclass(frozen=True, slots=True)
class LinkIncident:
    """A change that `remediates` the incident, or `caused` it."""

    incident: str
    change: str
    relation: Relation = "remediates"


def record_incident(
    ledger: Ledger, actor: str, command: RecordIncident, *, at: int | None = None
) -> Done:
    """Record an incident that no tool told of. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        system = short_name("system", command.system)
        require_permission(ledger, actor, Permission.CHANGE_REQUEST, system, act.at)
        known = known_systems(ledger.store)
        if system not in known:
            cure = names_to_choose(system, known)
            raise _refused("system", f"no system is called “{system[:100]}”", cure)
        opened_at = act.at if command.opened_at is None else command.opened_at
        if opened_at > act.at:
            raise _refused("opened_at", "it is still to come", "State when it began.")
        key = short_name("key", command.key) if command.key else ""
        if key and ledger.store.by(Incident, "incident", [key]):
            raise _refused("key", f"{key} is on record already", "Read it on its own page.")
        name = key or next_name(ledger.store, f"{PREFIX}{act.year}-", 4, (Incident, "incident"))
        event = IncidentOpened(
            **{**act.header, "occurred_at": opened_at},
            incident=name,
            system=system,
            environment=short_name("environment", command.environment)
            if command.environment
            else None,
            severity=command.severity,
        )
        note = "It waits for a decision whether it needs a change."
        return act.record(f"{KIND}{name}", event, name=name, note=note)


def resolve_incident(
    ledger: Ledger, actor: str, command: ResolveIncident, *, at: int | None = None
) -> Done:
    """Record that an incident is over. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        held = _known(ledger, command.incident)
        require_permission(ledger, actor, Permission.CHANGE_REQUEST, held.system, act.at)
        if ledger.store.by(IncidentEnd, "incident", [held.incident]):
            raise _refused(held.incident, "it is over already", "Record another one.")
        event = IncidentResolved(**act.header, incident=held.incident)
        return act.record(f"{KIND}{held.incident}", event, name=held.incident)


def decide_incident(
    ledger: Ledger, actor: str, command: DecideIncident, *, at: int | None = None
) -> Done:
    """Record whether an incident needs a change. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        held = _known(ledger, command.incident)
        require_permission(ledger, actor, Permission.CHANGE_AUTHORIZE, held.system, act.at)
        if program := not_human(ledger.store, actor):
            raise MayNot(
                "You may not decide on this incident.",
                where=held.incident,
                why=program,
                cure="Ask somebody who may authorize changes.",
            )
        event = IncidentDecided(
            **act.header,
            incident=held.incident,
            needs_change=command.needs_change,
            reason=act.needed("reason", command.reason, _WHY),
        )
        note = (
            "Its change is to begin before the time that policy gives has run out."
            if command.needs_change
            else "It is judged as one that needs no change, in your name."
        )
        earlier = ledger.store.by(IncidentDecision, "incident", [held.incident])
        if earlier:
            note += " The earlier decision stays on record."
        return act.record(f"{KIND}{held.incident}", event, name=held.incident, note=note)


def link_incident(
    ledger: Ledger, actor: str, command: LinkIncident, *, at: int | None = None
) -> Done:
    """Record that a change mends an incident, or caused it. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        held = _known(ledger, command.incident)
        require_permission(ledger, actor, Permission.CHANGE_REQUEST, held.system, act.at)
        change = other_change(act, command.change)
        standing = ledger.store.by(IncidentChange, "incident", [held.incident])
        if any((row.change_name, row.relation) == (change, command.relation) for row in standing):
            raise _refused(change, "that is on record already", "Read it on the incident's page.")
        if command.relation == "caused" and not first_deployed(ledger.store, [change], act.at):
            why = "no deployment of it to production is on record, so it altered nothing there"
            raise _refused(
                change, why, "Name a change that was in production, or say “remediates”."
            )
        event = IncidentLinked(
            **act.header, incident=held.incident, change=change, relation=command.relation
        )
        return act.record(f"{KIND}{held.incident}", event, name=held.incident)


def _known(ledger: Ledger, text: str) -> Incident:
    """The incident on record. Raises UnknownName."""
    wanted = short_name("incident", text).removeprefix(KIND)
    found = ledger.store.by(Incident, "incident", [wanted])
    if not found:
        raise UnknownName(
            "The incident was not found.",
            where="incident",
            why=f"nothing on record is called “{wanted[:100]}”",
            cure="List them: changeproof incident list.",
        )
    return found[0]


def _refused(where: str, why: str, cure: str) -> Refusal:
    return Refusal("The act was not recorded.", where=where, why=why, cure=cure)
