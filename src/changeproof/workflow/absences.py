"""Say that one is away, until when, and who decides meanwhile; and that one is back."""

from dataclasses import dataclass

from changeproof.accounts.deputies import DECIDING_ROLES
from changeproof.accounts.models import User
from changeproof.accounts.permissions import person_of, roles_of
from changeproof.events.absences import AbsenceEnded, AbsenceStated
from changeproof.events.refusal import Refusal
from changeproof.ledger.absences import Absence, AbsenceEnd
from changeproof.ledger.service import Ledger
from changeproof.workflow.naming import next_name
from changeproof.workflow.parts import kind_of_account
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import Window, ordered_window, short_name
from changeproof.workflow.rulings import MayNot

PREFIX = "ABS-"
LONGEST = 180 * 86_400_000_000
"""Half a year, microseconds: whoever is away longer hands their role over."""


@dataclass(frozen=True, slots=True)
class StateAbsence:
    """`deputy` is an account that decides for the actor meanwhile; None: nobody does."""

    window: Window
    deputy: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class EndAbsence:
    """Back before the end."""

    absence: str


def state_absence(
    ledger: Ledger, actor: str, command: StateAbsence, *, at: int | None = None
) -> Done:
    """Record an absence under the next free `ABS-<year>-<number>`. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        if not roles_of(actor, act.at) & DECIDING_ROLES:
            raise MayNot(
                "The absence was not recorded.",
                why="you decide nothing here that would wait for you",
                cure="Approvers and change managers say when they are away.",
            )
        window = _window(act, command.window)
        deputy = short_name("deputy", command.deputy) if command.deputy else None
        if deputy is not None:
            _require_able(act, deputy)
        name = next_name(ledger.store, f"{PREFIX}{act.year}-", 4, (Absence, "absence"))
        event = AbsenceStated(
            **act.header,
            absence=name,
            begins_at=window.begins_at,
            ends_at=window.ends_at,
            deputy=deputy,
            reason=act.keep("reason", command.reason),
        )
        note = "Nothing passes by itself meanwhile."
        if deputy is not None:
            note = f"{{{deputy}}} decides for you meanwhile, never on their own work or yours."
        return act.record("", event, name=name, note=note)


def end_absence(ledger: Ledger, actor: str, command: EndAbsence, *, at: int | None = None) -> Done:
    """Record that somebody is back. Raises Refusal."""
    with acting(ledger, actor, at) as act:
        name = short_name("absence", command.absence)
        found = ledger.store.by(Absence, "absence", [name])
        why = ""
        if not found or found[0].account != actor:
            why = "you stated no absence of this name"
        elif found[0].ends_at <= act.at or ledger.store.by(AbsenceEnd, "absence", [name]):
            why = "it is over already"
        if why:
            cure = "Choose one of yours that holds."
            raise Refusal("Nothing was recorded.", where=name, why=why, cure=cure)
        note = "Nobody decides for you any more."
        return act.record("", AbsenceEnded(**act.header, absence=name), name=name, note=note)


def _window(act: Act, window: Window) -> Window:
    stated = ordered_window("until", window)
    why, cure = "", ""
    if stated.ends_at <= act.at:
        why, cure = "it is over already", "Name a time that is to come."
    elif stated.ends_at - max(stated.begins_at, act.at) > LONGEST:
        why = "it is longer than half a year"
        cure = "Name an earlier end, or have an administrator give the role to somebody else."
    if why:
        raise Refusal("The absence was not recorded.", where="until", why=why, cure=cure)
    return stated


def _require_able(act: Act, deputy: str) -> None:
    """Raise Refusal unless this is another human who may sign in and takes part in changes."""
    number = deputy.removeprefix("local:user/")
    known = number.isdecimal() and User.objects.filter(pk=int(number), is_active=True).exists()
    why = ""
    if not known or deputy != f"local:user/{number}":
        why = "nobody who may sign in has this account"
    elif kind_of_account(act.ledger.store, deputy) != "human":
        why = "it is no human's account, and a human decides"
    elif person_of(deputy, act.at) == person_of(act.actor, act.at):
        why = "it is your own"
    elif not roles_of(deputy, act.at) - {"auditor"}:
        why = "they hold no role but that of an auditor, who decides nothing"
    if why:
        raise Refusal(
            "The absence was not recorded.",
            where="deputy",
            why=why,
            cure="Choose a colleague who takes part in changes.",
        )
