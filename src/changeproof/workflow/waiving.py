"""Set a rule aside for a time: asked by one, granted by another, with an end and a control.

What is granted here is what the checks read; a waiver that policy does not allow would cover
nothing, so it is refused before it stands on record.
"""

from dataclasses import dataclass

from changeproof.accounts.permissions import person_of
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.events.waivers import WaiverEnded, WaiverGranted, WaiverRefused, WaiverRequested
from changeproof.ledger.joined import Change
from changeproof.ledger.policy_read import policy_at
from changeproof.ledger.service import Ledger
from changeproof.ledger.subjects_known import (
    NAMED_KINDS,
    ORGANISATION,
    SYSTEM,
    kind_of_subject,
    standing_names,
)
from changeproof.ledger.systems_known import known_systems
from changeproof.ledger.waivers import Waiver, WaiverEnd, WaiverRefusal, WaiverRequest
from changeproof.workflow.naming import find_change, next_name
from changeproof.workflow.parts import not_human, parts_in
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import (
    Window,
    ordered_window,
    require_permission,
    short_name,
)
from changeproof.workflow.rulings import MayNot

PREFIX = "WVR-"
DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class RequestWaiver:
    """Set `check` aside for `subject`: a change, `system:NAME`, `organisation`, or an incident,
    vulnerability or item under its prefix. `control` is what stands in, `compensation` says how.
    """

    check: str
    subject: str
    window: Window
    reason: str
    compensation: str
    control: str | None = None


@dataclass(frozen=True, slots=True)
class GrantWaiver:
    """Yes to a request, as it was asked for."""

    waiver: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RefuseWaiver:
    """No to a request; the reason is needed."""

    waiver: str
    reason: str


@dataclass(frozen=True, slots=True)
class EndWaiver:
    """Take a granted one back before its end."""

    waiver: str


def request_waiver(
    ledger: Ledger, actor: str, command: RequestWaiver, *, at: int | None = None
) -> Done:
    """Record a request under the next free `WVR-<year>-<number>`. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        subject, system = subject_of(ledger, command.subject)
        require_permission(ledger, actor, Permission.WAIVER_REQUEST, system, act.at)
        window = _allowed(act, command.check, command.window)
        name = next_name(
            ledger.store,
            f"{PREFIX}{act.year}-",
            4,
            (WaiverRequest, "waiver"),
            (Waiver, "waiver"),
        )
        event = WaiverRequested(
            **act.header,
            waiver=name,
            check=command.check,
            subject=subject,
            control=short_name("control", command.control) if command.control else None,
            begins_at=window.begins_at,
            ends_at=window.ends_at,
            reason=act.needed("reason", command.reason, "Say why the rule cannot be met."),
            compensation=act.needed(
                "compensation", command.compensation, "Say what lowers the risk meanwhile."
            ),
        )
        note = "It changes nothing until somebody else grants it."
        return act.record(subject, event, name=name, note=note)


def grant_waiver(
    ledger: Ledger, actor: str, command: GrantWaiver, *, at: int | None = None
) -> Done:
    """Record that the rule is set aside. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        asked = waiting_waiver(ledger, command.waiver)
        _require_other(act, asked)
        window = Window(max(asked.begins_at, act.at), asked.ends_at)
        _allowed(act, asked.check_id, window)
        event = WaiverGranted(
            **act.header,
            waiver=asked.waiver,
            check=asked.check_id,
            subject=asked.subject,
            control=asked.control,
            requested_by=asked.requested_by,
            begins_at=window.begins_at,
            ends_at=window.ends_at,
            reason=act.keep("reason", command.reason),
        )
        note = "What fell due before now is judged as before."
        return act.record(asked.subject, event, name=asked.waiver, note=note)


def refuse_waiver(
    ledger: Ledger, actor: str, command: RefuseWaiver, *, at: int | None = None
) -> Done:
    """Record a no with its reason. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        asked = waiting_waiver(ledger, command.waiver)
        _, system = subject_of(ledger, asked.subject)
        require_permission(ledger, actor, Permission.WAIVER_GRANT, system, act.at)
        reason = act.needed("reason", command.reason, "Say why: whoever asked acts on it.")
        event = WaiverRefused(**act.header, waiver=asked.waiver, reason=reason)
        return act.record(asked.subject, event, name=asked.waiver)


def end_waiver(ledger: Ledger, actor: str, command: EndWaiver, *, at: int | None = None) -> Done:
    """Record that it holds no longer. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        held = _in_force(act, command.waiver)
        _, system = subject_of(ledger, held.subject)
        require_permission(ledger, actor, Permission.WAIVER_GRANT, system, act.at)
        event = WaiverEnded(**act.header, waiver=held.waiver)
        note = "What it covered until now stays covered."
        return act.record(held.subject, event, name=held.waiver, note=note)


def may_grant(ledger: Ledger, actor: str, asked: WaiverRequest, at: int) -> str:
    """Why `actor` may not grant this request; empty if they may."""
    try:
        _other(ledger, actor, asked, at)
    except MayNot as refusal:
        return refusal.why
    return ""


def _require_other(act: Act, asked: WaiverRequest) -> None:
    _other(act.ledger, act.actor, asked, act.at)


def _other(ledger: Ledger, actor: str, asked: WaiverRequest, at: int) -> None:
    """Raise MayNot unless the actor is another human than all whom it benefits."""
    _, system = subject_of(ledger, asked.subject)
    require_permission(ledger, actor, Permission.WAIVER_GRANT, system, at)
    person = person_of(actor, at)
    why = ""
    if asked.requested_by and person == person_of(asked.requested_by, at):
        why = "you asked for it"
    elif kind_of_subject(asked.subject) == "change":
        own = parts_in(ledger.store, asked.subject, at).of(person)
        why = f"you {own[0]}" if own else ""
    why = why or not_human(ledger.store, actor)
    if why:
        raise MayNot(
            "You may not grant this waiver.",
            where=asked.waiver,
            why=why,
            cure="Ask somebody else who may set rules aside.",
        )


def _allowed(act: Act, check: str, window: Window) -> Window:
    """The window, if policy lets this check be waived for so long. Raises Refusal."""
    policy = policy_at(act.ledger.store, act.at)
    waivable = policy.get("waivable", ())
    stated = ordered_window("end", window)
    longest = int(policy.get("waiver_longest", ("0",))[0])
    if check not in waivable:
        where, why = "check", f"policy does not let “{check[:100]}” be waived"
        cure = f"Choose one of: {', '.join(waivable)}." if waivable else "Policy waives nothing."
    elif stated.ends_at <= act.at:
        where, why, cure = "end", "it has ended already", "Name an end that is to come."
    elif stated.ends_at - max(stated.begins_at, 0) > longest:
        where, why = "end", f"policy allows {longest // DAY:,} days at most"
        cure = "Name an earlier end; ask again when it comes."
    else:
        return stated
    raise Refusal("The waiver was not recorded.", where=where, why=why, cure=cure)


def subject_of(ledger: Ledger, text: str) -> tuple[str, str | None]:
    """The subject on record, and its system: None for what concerns all. Raises Refusal."""
    wanted = short_name("subject", text)
    kind = kind_of_subject(wanted)
    if kind == "organisation":
        return ORGANISATION, None
    if kind == "system":
        name = wanted.removeprefix(SYSTEM)
        if name in known_systems(ledger.store):
            return wanted, name
    elif kind in NAMED_KINDS:
        found = standing_names(ledger.store, kind, among=[wanted.removeprefix(f"{kind}:")])
        for system in found.values():
            return wanted, system or None
    else:
        change = find_change(ledger, wanted)
        return change, ledger.store.by(Change, "change_id", [change])[0].system
    raise Refusal(
        "The waiver was not recorded.",
        where="subject",
        why=f"nothing on record is called “{wanted[:100]}”",
        cure=f"Name a change, {SYSTEM}NAME, {ORGANISATION}, or one of "
        + ", ".join(f"{kind}:NAME" for kind in NAMED_KINDS)
        + ".",
    )


def waiting_waiver(ledger: Ledger, name: str) -> WaiverRequest:
    """The request that nobody has answered. Raises Refusal."""
    store, wanted = ledger.store, short_name("waiver", name)
    found = store.by(WaiverRequest, "waiver", [wanted])
    why = ""
    if not found:
        why = "nobody asked for a waiver of this name"
    elif store.by(Waiver, "waiver", [wanted]):
        why = "it was granted already"
    elif store.by(WaiverRefusal, "waiver", [wanted]):
        why = "it was refused, and stays so"
    if why:
        cure = "Choose one that waits, or ask for a new one."
        raise Refusal("Nothing was recorded.", where=wanted, why=why, cure=cure)
    return found[0]


def _in_force(act: Act, name: str) -> Waiver:
    store, wanted = act.ledger.store, short_name("waiver", name)
    found = store.by(Waiver, "waiver", [wanted])
    why = ""
    if not found:
        why = "no waiver of this name was granted"
    elif found[0].ends_at <= act.at or store.by(WaiverEnd, "waiver", [wanted]):
        why = "it has ended already"
    if why:
        cure = "Choose one that is in force."
        raise Refusal("Nothing was recorded.", where=wanted, why=why, cure=cure)
    return found[0]
