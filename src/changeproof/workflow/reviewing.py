"""Look at a change afterwards: what it achieved against what was expected, and what follows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from changeproof.events.event import Event
from changeproof.events.incidents import IncidentLinked
from changeproof.events.refusal import Refusal
from changeproof.events.requests import Achieved, BackOut, PostReviewHeld
from changeproof.ledger.incidents import IncidentChange
from changeproof.ledger.service import Ledger
from changeproof.workflow.naming import find_change
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import other_change, short_name
from changeproof.workflow.rulings import may_review

MOST = 20
"""Incidents, and follow-up changes, that one review names."""


@dataclass(frozen=True, slots=True)
class HoldPostReview:
    """`reason` says what was achieved against the aim. `incidents` are those that the change
    caused, `follow_ups` changes on record that were requested because of it."""

    change: str
    outcome: Literal["accepted", "follow_up"]
    reason: str
    achieved: Achieved | None = None
    back_out: BackOut | None = None
    incidents: tuple[str, ...] = ()
    lessons: str | None = None
    follow_ups: tuple[str, ...] = ()


def hold_post_review(
    ledger: Ledger, actor: str, command: HoldPostReview, *, at: int | None = None
) -> Done:
    """Record the review, and each incident that it names as caused. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        change = find_change(ledger, command.change)
        ruling = may_review(ledger, actor, change, act.at)
        ruling.require(change)
        held = _held(act, change, command)
        linked = {
            row.incident
            for row in ledger.store.by(IncidentChange, "change_name", [change])
            if row.relation == "caused"
        }
        events: list[Event] = [held]
        events += [
            IncidentLinked(**act.header, incident=incident, change=change, relation="caused")
            for incident in held.incidents
            if incident not in linked
        ]
        note = (
            "Recorded; but a review of one's own work does not count as another person's."
            if ruling.compensating
            else ""
        )
        return act.record(change, *events, note=note)


def _held(act: Act, change: str, command: HoldPostReview) -> PostReviewHeld:
    follow_ups = _each("follow_ups", command.follow_ups, lambda name: other_change(act, name))
    if change in follow_ups:
        raise _refused("follow_ups", "a change does not follow up itself", "Name another change.")
    if command.outcome == "accepted" and command.achieved == "not_achieved" and not follow_ups:
        raise _refused(
            "achieved",
            "what was expected was not achieved, and nothing follows from it",
            "Name the change that follows, or choose “Accept with a follow-up” and say what does.",
        )
    return PostReviewHeld(
        **act.header,
        change=change,
        outcome=command.outcome,
        reason=act.needed("reason", command.reason, "Say what was achieved against the aim."),
        achieved=command.achieved,
        back_out=command.back_out,
        incidents=_each("incidents", command.incidents, lambda name: short_name("incident", name)),
        lessons=act.keep("lessons", command.lessons),
        follow_ups=follow_ups,
    )


def _each(field: str, names: Iterable[str], read: Callable[[str], str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(read(name) for name in names if name.strip()))
    if len(found) > MOST:
        raise _refused(field, f"it names {len(found)}; {MOST} are taken", "Name the chief ones.")
    return found


def _refused(field: str, why: str, cure: str) -> Refusal:
    return Refusal("The review was not recorded.", where=field, why=why, cure=cure)
