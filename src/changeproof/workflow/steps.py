"""Carry a change out by hand: its steps planned, each reported by name, a failure decided."""

import re
from dataclasses import dataclass
from typing import Literal

from changeproof.accounts.vocabulary import Permission
from changeproof.events.event import Event, sha256_hex
from changeproof.events.production_acts import ItemProposed, ProductionActed
from changeproof.events.refusal import Refusal
from changeproof.events.steps import StepFailureDecided, StepReported, StepsPlanned
from changeproof.ledger.assessments import Attachment
from changeproof.ledger.documents_read import documents_at
from changeproof.ledger.joined import Change
from changeproof.ledger.requests import ChangeRequest, Emergency, TemplateClaim
from changeproof.ledger.service import Ledger
from changeproof.ledger.steps_read import WAITS, StepsStanding, steps_of
from changeproof.workflow.carrying_out import lacks_approval, production_at
from changeproof.workflow.naming import UnknownName, find_change
from changeproof.workflow.oversight import require_human
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import refuse_closed, require_permission

MOST_STEPS = 100
LONGEST_STEP = 500
LONGEST_LINK = 500
_NUMBERED = re.compile(r"\s*(?:\d{1,3}[.)]|[-*] \[[ xX]\])\s+(.+)")
_NOT_PLANNED = "The steps were not planned."
_NOT_REPORTED = "The step was not reported."
_NOT_DECIDED = "It was not decided."


@dataclass(frozen=True, slots=True)
class PlanSteps:
    """A line each; of a `document` in force its numbered lines. One of the two."""

    change: str
    text: str = ""
    document: str | None = None


@dataclass(frozen=True, slots=True)
class ReportStep:
    """How one step went. `link` is an address; `attachment` the digest of a file beside it."""

    change: str
    step: int
    outcome: Literal["done", "failed", "skipped"]
    reason: str | None = None
    link: str | None = None
    attachment: str | None = None


@dataclass(frozen=True, slots=True)
class DecideFailure:
    """After a step failed: go on, or back out."""

    change: str
    step: int
    decision: Literal["go_on", "back_out"]
    reason: str


def plan_steps(ledger: Ledger, actor: str, command: PlanSteps, *, at: int | None = None) -> Done:
    """Record by which steps a change is carried out. Raises Refusal, MayNot.

    They are its content: whoever approves it approves their text, and another plan voids that.
    """
    with acting(ledger, actor, at) as act:
        change = _requested(ledger, command.change)
        require_permission(ledger, actor, Permission.CHANGE_REQUEST, change.system, act.at)
        refuse_closed(ledger, change.change_id)
        held = steps_of(ledger.store, change.change_id)
        if held is not None and held.is_begun:
            why = "its steps are under way, and what was begun is not planned anew"
            raise Refusal(
                _NOT_PLANNED,
                where=change.change_id,
                why=why,
                cure="Report what is left as skipped, and request another change for the rest.",
            )
        lines, version = _lines(act, command)
        text = act.body("\n".join(lines).encode())
        planned = StepsPlanned(
            **act.header,
            change=change.change_id,
            text=text,
            steps=len(lines),
            document=command.document,
            document_version=version,
        )
        item = ItemProposed(
            **act.header,
            change=change.change_id,
            system=change.system,
            environment=production_at(ledger.store, act.at),
            item=_item(change.change_id),
            before_digest=None,
            after_digest=text,
        )
        note = f"{len(lines)} steps. Have them authorized and approved before the first is done."
        return act.record(change.change_id, planned, item, note=note)


def report_step(ledger: Ledger, actor: str, command: ReportStep, *, at: int | None = None) -> Done:
    """Record how a step went, in order. The first that touches production is the change's act on
    it. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        change = _requested(ledger, command.change)
        require_permission(ledger, actor, Permission.CHANGE_COMMENT, change.system, act.at)
        refuse_closed(ledger, change.change_id)
        held = _planned(ledger, change.change_id, _NOT_REPORTED)
        _require_turn(held, command)
        _require_yes(ledger, actor, change, held, act.at)
        reason = act.keep("reason", command.reason)
        if reason is None and command.outcome != "done":
            cure = (
                "Say what happened." if command.outcome == "failed" else "Say why it is left out."
            )
            raise Refusal(_NOT_REPORTED, where="reason", why="it is empty", cure=cure)
        reported = StepReported(
            **act.header,
            change=change.change_id,
            plan=held.plan.text,
            step=command.step,
            outcome=command.outcome,
            reason=reason,
            link=_link(command.link),
            attachment=_attached(ledger, change.change_id, command.attachment),
        )
        events: list[Event] = [reported]
        touched = {each.outcome for step in held.steps for each in step.acts}
        if command.outcome != "skipped" and not touched & {"done", "failed"}:
            events.append(_acted(act, change, held))
        note = f"Step {command.step} of {held.plan.steps}: {command.outcome}."
        if command.outcome == "failed":
            note += " Somebody who may authorize it decides whether it goes on or is backed out."
        return act.record(change.change_id, *events, note=note)


def decide_failure(
    ledger: Ledger, actor: str, command: DecideFailure, *, at: int | None = None
) -> Done:
    """Record whether a change goes on after a failed step. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        change = _requested(ledger, command.change)
        require_permission(ledger, actor, Permission.CHANGE_AUTHORIZE, change.system, act.at)
        require_human(act)
        held = _planned(ledger, change.change_id, _NOT_DECIDED)
        if held.failed != command.step:
            why = (
                f"step {held.failed} is the one that waits" if held.failed else "none waits for it"
            )
            raise Refusal(
                _NOT_DECIDED, where=f"step {command.step}", why=why, cure="Look at its steps now."
            )
        event = StepFailureDecided(
            **act.header,
            change=change.change_id,
            plan=held.plan.text,
            step=command.step,
            decision=command.decision,
            reason=act.needed("reason", command.reason, "Say what decided it."),
        )
        note = (
            "It goes on with the next step; the failed one may be tried again."
            if command.decision == "go_on"
            else "It is backed out: carry out the back-out plan, then close it. A review is owed."
        )
        return act.record(change.change_id, event, note=note)


def hindrance(ledger: Ledger, actor: str, change: Change, at: int) -> str:
    """Why `actor` cannot report a step now, with the cure; empty where they can."""
    held = steps_of(ledger.store, change.change_id)
    try:
        refuse_closed(ledger, change.change_id)
        if held is not None:
            _require_yes(ledger, actor, change, held, at)
    except Refusal as refusal:
        return f"{refusal.why[:1].upper()}{refusal.why[1:]}. {refusal.cure}"
    return ""


def step_lines(text: str) -> tuple[str, ...]:
    """The numbered lines and boxes of a text, or each line where there is none of these."""
    stated = [line for line in text.splitlines() if line.strip()]
    numbered = [found[1] for line in stated if (found := _NUMBERED.fullmatch(line))]
    return tuple(" ".join(line.split()) for line in numbered or stated)


def _lines(act: Act, command: PlanSteps) -> tuple[tuple[str, ...], str | None]:
    text, version = command.text, None
    if command.document is not None:
        found = documents_at(act.ledger.store, act.at, [command.document])
        if not found or found[0].in_force is None:
            why = "no version of a document of this name is in force"
            raise Refusal(_NOT_PLANNED, where="document", why=why, cure="Write the steps here.")
        version = found[0].in_force.document_version
        text = act.ledger.text(found[0].in_force.text) or ""
    lines = step_lines(text)
    why = ""
    if not lines:
        why = "there is no step"
    elif len(lines) > MOST_STEPS:
        why = f"they are {len(lines)}; {MOST_STEPS} are taken"
    elif any(len(line) > LONGEST_STEP or not line.isprintable() for line in lines):
        why = f"one has more than {LONGEST_STEP} characters, or some that nobody can see"
    if why:
        where = "text" if command.document is None else "document"
        raise Refusal(_NOT_PLANNED, where=where, why=why, cure="Write a step a line.")
    return lines, version


def _require_turn(held: StepsStanding, command: ReportStep) -> None:
    number = command.step
    why, cure = "", "Look at its steps now."
    if not 1 <= number <= held.plan.steps:
        why = f"it has {held.plan.steps} steps"
    elif held.backs_out:
        why, cure = "it is being backed out", "Close it when the way back is done."
    elif held.failed:
        why = f"step {held.failed} failed, and nobody decided yet whether it goes on"
        cure = "Somebody who may authorize it decides: go on, or back out."
    elif held.steps[number - 1].outcome in ("done", "skipped"):
        why = f"it is {held.steps[number - 1].outcome} already"
    elif held.steps[number - 1].outcome == WAITS and number != held.current:
        why = f"step {held.current} comes first"
        cure = "Do it first, or report it as skipped with the reason."
    if why:
        raise Refusal(_NOT_REPORTED, where=f"step {number}", why=why, cure=cure)


def _require_yes(ledger: Ledger, actor: str, change: Change, held: StepsStanding, at: int) -> None:
    """Another person\'s yes to these steps, or what policy allows in its place: an emergency that
    runs, a standard change. Whether these held is judged."""
    store, name = ledger.store, change.change_id
    text = f"sha256:{held.plan.text}"
    why = lacks_approval(store, actor, name, text, at, held.plan.account)
    if not why:
        return
    emergencies = store.by(Emergency, "change_name", [name])
    if any(each.ends_at is None or each.ends_at > at for each in emergencies):
        return
    if store.by(TemplateClaim, "change_name", [name]):
        return
    raise Refusal(
        _NOT_REPORTED, where=name, why=why, cure=f"Have somebody else approve the steps of {name}."
    )


def _acted(act: Act, change: Change, held: StepsStanding) -> ProductionActed:
    [request] = act.ledger.store.by(ChangeRequest, "change_name", [change.change_id])
    return ProductionActed(
        **act.header,
        act=f"steps/{change.change_id}",
        system=change.system,
        environment=production_at(act.ledger.store, act.at),
        kind=request.kind,  # type: ignore[arg-type]  # the event's type saw to it
        item=_item(change.change_id),
        before_digest=sha256_hex(b""),
        after_digest=held.plan.text,
        change=change.change_id,
    )


def _requested(ledger: Ledger, name: str) -> Change:
    found = find_change(ledger, name)
    if not ledger.store.by(ChangeRequest, "change_name", [found]):
        raise Refusal(
            _NOT_PLANNED,
            where=found,
            why="nobody requested this change, so there is nothing to carry out by hand",
            cure="Request one.",
        )
    return ledger.store.by(Change, "change_id", [found])[0]


def _planned(ledger: Ledger, change: str, what: str) -> StepsStanding:
    held = steps_of(ledger.store, change)
    if held is None:
        why = "no steps of it are planned"
        raise UnknownName(what, where=change, why=why, cure="Plan them first.")
    return held


def _link(link: str | None) -> str | None:
    tidy = (link or "").strip()
    if not tidy:
        return None
    fits = tidy.startswith(("https://", "http://")) and len(tidy) <= LONGEST_LINK
    if not fits or not tidy.isprintable() or " " in tidy:
        why = f"it is no address of {LONGEST_LINK} characters or less"
        raise Refusal(_NOT_REPORTED, where="link", why=why, cure="Begin it with https://")
    return tidy


def _attached(ledger: Ledger, change: str, digest: str | None) -> str | None:
    tidy = (digest or "").strip()
    if not tidy:
        return None
    if tidy not in {row.digest for row in ledger.store.by(Attachment, "change_name", [change])}:
        raise Refusal(
            _NOT_REPORTED,
            where="attachment",
            why="no file beside this change has this digest",
            cure="Attach it first.",
        )
    return tidy


def _item(change: str) -> str:
    return f"steps/{change}"
