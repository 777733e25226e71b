"""Describe a system: who answers for it, what it must achieve and holds, where it runs, what it
rests on. Risk rules and the questions asked about a change read this register.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from changeproof.accounts.permissions import persons_of
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.events.systems import EnvironmentRegistered, SystemRegistered
from changeproof.events.version_patterns import checked
from changeproof.ledger.joined import SubjectJudged
from changeproof.ledger.joins.completing import completed
from changeproof.ledger.requests import ChangeRequest
from changeproof.ledger.service import Ledger
from changeproof.ledger.systems import EnvironmentRecord, SystemRecord
from changeproof.ledger.systems_known import known_systems
from changeproof.ledger.systems_read import attributes_of
from changeproof.workflow.accounts_named import account_named
from changeproof.workflow.closed import closure_of
from changeproof.workflow.describing import names
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import require_permission, short_name

Category = Literal["availability", "confidentiality", "privacy"]
Purpose = Literal["development", "test", "staging", "production"]
CATEGORIES: tuple[Category, ...] = get_args(Category)
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
MOST_ENVIRONMENTS = 20
_WHAT = "The system was not described."


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a system runs, what for, and inside which boundary (an account, cluster, network)."""

    name: str
    purpose: Purpose
    boundary: str | None = None


@dataclass(frozen=True, slots=True)
class DescribeSystem:
    """The whole of what is said of a system: it replaces what was said before.

    `owner` is an account or the address of somebody here. `environments` are added or altered;
    one that is left out stays. `based_on` is the event of the description that was looked at, None
    where there was none.
    """

    system: str
    owner: str | None = None
    in_scope: bool = True
    objectives: tuple[str, ...] = ()
    data_classes: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    depends_on: tuple[str, ...] = ()
    environments: tuple[Environment, ...] = ()
    version_pattern: str | None = None
    based_on: str | None = None


def describe_system(
    ledger: Ledger, actor: str, command: DescribeSystem, *, at: int | None = None
) -> Done:
    """Record a description. Said twice, it is recorded once. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        system = _system(ledger, command.system)
        require_permission(ledger, actor, Permission.SYSTEM_DESCRIBE, system, act.at)
        before = next(iter(ledger.store.by(SystemRecord, "system", [system])), None)
        described, places = _described(act, system, command), _places(act, system, command)
        if before is not None and not places and _said(described) == said_of(ledger, before):
            entry = ledger.log.position_of(before.event) or 0
            return Done("", before.event, entry, act.at, system, "It says this already.")
        if (before.event if before is not None else None) != command.based_on:
            raise _refused(
                "system",
                "somebody described it meanwhile" if before else "it is described by nobody yet",
                "Look at what it says now, and say again what you meant to alter.",
            )
        _refuse_less_for_oneself(act, before, described, places)
        note = f"What is asked of changes to {system} follows it from now on."
        return act.record("", described, *places, name=system, note=note)


Said = tuple[str | None, bool, str | None, frozenset[tuple[str, str]]]
"""Owner, whether in scope, version pattern, and each name with the list that it stands in."""


def said_of(ledger: Ledger, record: SystemRecord) -> Said:
    """What a description that is on record says."""
    listed = attributes_of(ledger.store, [record.system])
    values = frozenset((kind, value) for (_, kind), found in listed.items() for value in found)
    return record.owner, bool(record.in_scope), record.version_pattern, values


def _said(event: SystemRegistered) -> Said:
    values = (
        *(("data_class", each) for each in event.data_classes),
        *(("objective", each) for each in event.objectives),
        *(("depends_on", each) for each in event.depends_on),
        *(("category", each) for each in event.categories),
    )
    return event.owner, event.in_scope, event.version_pattern, frozenset(values)


def _system(ledger: Ledger, text: str) -> str:
    """The name as it is known here, whatever its case; else a new one."""
    wanted = short_name("system", text)
    known = {name.lower(): name for name in known_systems(ledger.store)}
    return known.get(wanted.lower(), wanted)


def _described(act: Act, system: str, command: DescribeSystem) -> SystemRegistered:
    depends_on = names("depends_on", command.depends_on)
    if system.lower() in {each.lower() for each in depends_on}:
        raise _refused("depends_on", "it would rest on itself", "Take it out of the list.")
    if unknown := sorted(set(command.categories) - set(CATEGORIES)):
        why = f"“{unknown[0][:60]}” is none of them"
        raise _refused("categories", why, f"Choose among: {', '.join(CATEGORIES)}.")
    owner = (command.owner or "").strip()
    return SystemRegistered(
        **act.header,
        system=system,
        owner=account_named(_WHAT, "owner", owner) if owner else None,
        in_scope=command.in_scope,
        data_classes=names("data_classes", command.data_classes),
        objectives=names("objectives", command.objectives),
        depends_on=depends_on,
        categories=tuple(each for each in CATEGORIES if each in command.categories),
        version_pattern=_pattern(command.version_pattern),
    )


def _pattern(text: str | None) -> str | None:
    stated = (text or "").strip()
    try:
        return checked(short_name("version_pattern", stated)) if stated else None
    except ValueError as error:
        cure = "Write it like {tag} or app-{version}-{revision}."
        raise _refused("version_pattern", str(error), cure) from error


def _places(act: Act, system: str, command: DescribeSystem) -> tuple[EnvironmentRegistered, ...]:
    """Those of the environments that say something new."""
    if len(command.environments) > MOST_ENVIRONMENTS:
        why = f"they are more than {MOST_ENVIRONMENTS}"
        raise _refused("environments", why, "Leave out those that are as they were.")
    known = {
        row.environment.lower(): row
        for row in act.ledger.store.by(EnvironmentRecord, "system", [system])
    }
    found: dict[str, EnvironmentRegistered] = {}
    for each in command.environments:
        name = short_name("environments", each.name)
        before = known.get(name.lower())
        if name.lower() in found:
            raise _refused("environments", f"“{name[:60]}” stands there twice", "Say it once.")
        if each.purpose not in PURPOSES:
            why = f"it does not say what “{name[:60]}” is for"
            raise _refused("environments", why, f"Choose among: {', '.join(PURPOSES)}.")
        boundary = (each.boundary or "").strip()
        found[name.lower()] = EnvironmentRegistered(
            **act.header,
            system=system,
            environment=before.environment if before is not None else name,
            purpose=each.purpose,
            boundary=short_name("environments", boundary) if boundary else None,
        )
    return tuple(
        event
        for key, event in found.items()
        if key not in known
        or (known[key].purpose, known[key].boundary) != (event.purpose, event.boundary)
    )


def _refuse_less_for_oneself(
    act: Act,
    before: SystemRecord | None,
    described: SystemRegistered,
    places: tuple[EnvironmentRegistered, ...],
) -> None:
    """Less in the register is less that is asked of a change, and nobody says that of their own."""
    less = _less(act, before, described, places)
    change = next(_own_requests(act, described.system), None) if less else None
    if change is not None:
        raise _refused(
            "system",
            f"{less} while your own request {change} waits there, and less would be asked of it",
            "Have somebody else describe it, or wait until that change is in production or closed.",
        )


def _less(
    act: Act,
    before: SystemRecord | None,
    described: SystemRegistered,
    places: tuple[EnvironmentRegistered, ...],
) -> str:
    """How it says less than before (of a system that nobody described: that it is in scope)."""
    if before and (taken := said_of(act.ledger, before)[3] - _said(described)[3]):
        return f"it would take “{min(taken)[1]}” away"
    if (before is None or before.in_scope) and not described.in_scope:
        return "it would take the system out of scope"
    rows = act.ledger.store.by(EnvironmentRecord, "system", [described.system])
    live = {row.environment for row in rows if row.purpose == "production"}
    for place in places:
        if place.environment in live and place.purpose != "production":
            return f"“{place.environment}” would be production no more"
    return ""


def _own_requests(act: Act, system: str) -> Iterator[str]:
    """The requests of the actor's person on a system that are neither in production nor closed."""
    store = act.ledger.store
    rows = store.by(ChangeRequest, "system", [system])
    asked = {row.change_name: {who for who in (row.requested_by,) if who} for row in rows}
    for name, completions in completed(store, asked).items():
        asked[name] |= {each.account for each in completions}
    persons = persons_of({act.actor, *(who for all_of in asked.values() for who in all_of)}, act.at)
    own = persons[act.actor]
    mine = [name for name, all_of in asked.items() if own in {persons[who] for who in all_of}]
    live = {
        row.subject
        for row in store.by(SubjectJudged, "subject", mine)
        if row.deployed_at is not None
    }
    for change in sorted(set(mine) - live):
        if closure_of(store, change) is None:
            yield change


def _refused(where: str, why: str, cure: str) -> Refusal:
    return Refusal(_WHAT, where=where, why=why, cure=cure)
