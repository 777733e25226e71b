"""End a change; resolve a case; set a freeze or a maintenance window."""

from dataclasses import dataclass
from typing import Literal

from changeproof.accounts.vocabulary import Permission
from changeproof.events.acts import CaseResolved
from changeproof.events.refusal import Refusal
from changeproof.events.requests import ChangeClosed, TimeWindowSet
from changeproof.ledger.cases_read import Case
from changeproof.ledger.joined import (
    Change,
    Deployment,
    DeploymentRevision,
    Implementation,
    RevisionImplementation,
)
from changeproof.ledger.requests import TimeWindow
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store
from changeproof.ledger.subjects_known import kind_of_subject
from changeproof.workflow.case_found import open_case, require_on_case, system_of_case
from changeproof.workflow.closed import refuse_in_production
from changeproof.workflow.naming import find_change
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import (
    Window,
    ordered_window,
    other_change,
    require_permission,
    short_name,
)
from changeproof.workflow.rulings import may_close, may_resolve

WINDOW_PREFIX = "window:"


@dataclass(frozen=True, slots=True)
class CloseChange:
    """It ended; a closed change keeps its decisions."""

    change: str
    outcome: Literal["implemented", "cancelled", "rejected"]


@dataclass(frozen=True, slots=True)
class SetWindow:
    """A freeze or maintenance window; without a system it holds for all.

    `name` is that of an existing window to move it, or a new name; None makes one up.
    """

    kind: Literal["freeze", "maintenance"]
    window: Window
    reason: str
    system: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ResolveCase:
    """How a case ended. It changes no verdict; the reason is needed.

    `linked` is the change that explains it, needed where the outcome is that it was linked to one.
    """

    case: str
    outcome: Literal["linked", "adopted_late", "reverted", "false_alarm"]
    reason: str
    linked: str | None = None


def close(ledger: Ledger, actor: str, command: CloseChange, *, at: int | None = None) -> Done:
    """Record that a change ended. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        change = find_change(ledger, command.change)
        may_close(ledger, actor, change, act.at).require(change)
        if command.outcome != "implemented":
            refuse_in_production(ledger, change)
        return act.record(
            change, ChangeClosed(**act.header, change=change, outcome=command.outcome)
        )


def set_window(ledger: Ledger, actor: str, command: SetWindow, *, at: int | None = None) -> Done:
    """Record a freeze or maintenance window. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        system = short_name("system", command.system) if command.system else None
        require_permission(ledger, actor, Permission.CHANGE_AUTHORIZE, system, act.at)
        stated = ordered_window("window", command.window)
        name = _window_name(act, command)
        event = TimeWindowSet(
            **act.header,
            window=name,
            kind=command.kind,
            system=system,
            begins_at=stated.begins_at,
            ends_at=stated.ends_at,
            reason=act.needed("reason", command.reason, "Say what it protects."),
        )
        return act.record("", event, name=name)


def resolve_case(
    ledger: Ledger, actor: str, command: ResolveCase, *, at: int | None = None
) -> Done:
    """Record how a case ended. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        case = open_case(ledger, command.case)
        if kind_of_subject(case.file.subject) == "change":
            may_resolve(ledger, actor, case.file.subject, act.at).require(case.file.subject)
        require_on_case(ledger, actor, Permission.CHANGE_AUTHORIZE, case, act.at)
        linked = _explaining(act, case, command)
        event = CaseResolved(
            **act.header,
            case=case.name,
            outcome=command.outcome,
            reason=act.needed("reason", command.reason, "Say what was found."),
            linked=linked,
        )
        note = "The verdict at deployment stays as it was."
        if command.outcome == "reverted":
            ledger.queue([case.file.subject])  # it may be on record already
            note = f"It rests on your word until the revert is seen in production. {note}"
        return act.record(case.file.subject, event, name=case.name, note=note)


def _explaining(act: Act, case: Case, command: ResolveCase) -> str | None:
    """The change that explains the case: named where, and only where, it ends linked to one, and
    none of those that it is about. Raises Refusal."""
    linked = other_change(act, command.linked) if command.linked else None
    if command.outcome == "linked" and linked is None:
        why, cure = "no change is named that explains it", "Name the change, or end it otherwise."
    elif command.outcome != "linked" and linked is not None:
        why = "a change is named only where the case was linked to it"
        cure = "Leave the change out, or choose “linked”."
    elif linked in case.every_subject:
        why = "the case is about that very change, which does not explain itself"
        cure = "Name the change that was asked for and approved, or end it otherwise."
    elif linked is not None and not _reaches(act.ledger.store, linked, case):
        why = f"that change is of another system than the case, which is of {_system(act, case)}"
        cure = "Name a change that reaches this system, or end the case otherwise."
    else:
        return linked
    raise Refusal("The case was not resolved.", where="linked", why=why, cure=cure)


def _system(act: Act, case: Case) -> str:
    return system_of_case(act.ledger.store, case) or "all systems"


def _reaches(store: Store, change: str, case: Case) -> bool:
    """Whether a change is of the case's system, or was deployed to it; any where the case concerns
    all systems."""
    system = system_of_case(store, case)
    if system is None:
        return True
    names = {row.system for row in store.by(Change, "change_id", [change])}
    works = {row.implementation for row in store.by(Implementation, "change_id", [change])}
    revisions = {row.revision for row in store.by(RevisionImplementation, "implementation", works)}
    put = {row.deployment for row in store.by(DeploymentRevision, "revision", revisions)}
    names |= {row.system for row in store.by(Deployment, "deployment", {*put, *works})}
    return system.lower() in {name.lower() for name in names}


def _window_name(act: Act, command: SetWindow) -> str:
    if command.name is None:
        return f"{WINDOW_PREFIX}{act.delivery[:8]}"
    name = short_name("name", command.name)
    held = act.ledger.store.by(TimeWindow, "time_window", [name])
    if held:  # whoever moves it takes it away from where it stood
        require_permission(
            act.ledger, act.actor, Permission.CHANGE_AUTHORIZE, held[0].system, act.at
        )
    if held and held[0].ends_at <= act.at:
        raise Refusal(
            "The window was not set.",
            where=name,
            why="it has ended, and what was frozen then stays so",
            cure="Give the new one another name.",
        )
    return name
