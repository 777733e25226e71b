"""Cancel, reopen, split, merge and link changes: each with its reason."""

from dataclasses import dataclass
from typing import Literal

from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.events.requests import ChangeClosed, ChangeRelated, Relation, TicketMoved
from changeproof.ledger.joined import Change, Implementation
from changeproof.ledger.requests import ChangeRelation
from changeproof.ledger.service import Ledger
from changeproof.workflow.closed import REOPENED, closure_of, refuse_in_production
from changeproof.workflow.naming import find_change, next_change
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import (
    RequestChange,
    other_change,
    refuse_closed,
    requested,
    require_permission,
)
from changeproof.workflow.rulings import may_close, may_reopen

Link = Literal["causes", "blocks", "relates", "reverts"]
_ONE_WAY = frozenset({"causes", "blocks", "reverts"})
_WHY = "Say why: whoever reads the change later relies on it."


@dataclass(frozen=True, slots=True)
class RelateChanges:
    """`change` causes, blocks, relates to or reverts `other`."""

    change: str
    other: str
    relation: Link
    reason: str


@dataclass(frozen=True, slots=True)
class CancelChange:
    """It will not be done."""

    change: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReopenChange:
    """A cancelled or rejected one is wanted after all; its decisions stay on record."""

    change: str
    reason: str


@dataclass(frozen=True, slots=True)
class SplitChange:
    """A part of `change` becomes a request of its own, which nobody has authorized yet."""

    change: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class MergeDuplicate:
    """`change` asks for what `into` asks for: it is cancelled, and says which one goes on."""

    change: str
    into: str
    reason: str


def relate(ledger: Ledger, actor: str, command: RelateChanges, *, at: int | None = None) -> Done:
    """Record how two changes stand to each other. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        change, other = _two(ledger, act, command.change, command.other)
        require_permission(
            ledger, actor, Permission.CHANGE_REQUEST, _change(ledger, change).system, act.at
        )
        known = ledger.store.by(ChangeRelation, "change_name", [change, other])
        pairs = {(row.change_name, row.other_name, row.relation) for row in known}
        if (change, other, command.relation) in pairs:
            raise _refused(other, "that is on record already", "Read it on the change's page.")
        if command.relation in _ONE_WAY and (other, change, command.relation) in pairs:
            why = f"{other} {command.relation} {change} already, and both cannot be"
            raise _refused(other, why, "Relate the two, and say what holds.")
        return act.record(change, _related(act, change, other, command.relation, command.reason))


def cancel(ledger: Ledger, actor: str, command: CancelChange, *, at: int | None = None) -> Done:
    """Record that a change will not be done. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        change = find_change(ledger, command.change)
        may_close(ledger, actor, change, act.at).require(change)
        refuse_in_production(ledger, change)
        return act.record(change, _cancelled(act, change, command.reason))


def reopen(ledger: Ledger, actor: str, command: ReopenChange, *, at: int | None = None) -> Done:
    """Record that a cancelled or rejected change is wanted after all. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        change = find_change(ledger, command.change)
        may_reopen(ledger, actor, change, act.at).require(change)
        ended = closure_of(ledger.store, change)
        if ended is None:
            raise _refused(change, "it is open", "Go on with it.")
        if ended.outcome == "implemented":
            why = "it was implemented, and what was done stays done"
            raise _refused(change, why, "Request a new change, and link the two.")
        moved = TicketMoved(
            **act.header,
            change=change,
            transition=f"{change}/{act.delivery}",
            from_status=ended.outcome,
            to_status=REOPENED,
            reason=act.needed("reason", command.reason, _WHY),
        )
        return act.record(change, moved, note="Its earlier decisions stay on record.")


def split(ledger: Ledger, actor: str, command: SplitChange, *, at: int | None = None) -> Done:
    """Request a part of a change by itself, under a number of its own. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        change = find_change(ledger, command.change)
        whole = _change(ledger, change)
        require_permission(ledger, actor, Permission.CHANGE_REQUEST, whole.system, act.at)
        refuse_closed(ledger, change)
        part = next_change(ledger.store, act.year)
        asked = RequestChange(
            title=command.title,
            system=whole.system,
            reason=command.reason,
            kind=whole.kind,  # type: ignore[arg-type]  # the column holds the event's words
        )
        events = (
            requested(act, part, asked),
            _related(act, part, change, "split_from", command.reason),
        )
        return act.record(part, *events, name=part, note=f"Split from {change}.")


def merge(ledger: Ledger, actor: str, command: MergeDuplicate, *, at: int | None = None) -> Done:
    """Cancel a duplicate in favour of another change. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        change, into = _two(ledger, act, command.change, command.into)
        may_close(ledger, actor, change, act.at).require(change)
        refuse_closed(ledger, into)
        if ledger.store.by(Implementation, "change_id", [change]):
            raise _refused(
                change,
                "it carries work, which would be left without its request",
                f"Merge {into} into it, or link the two.",
            )
        events = (
            _related(act, change, into, "duplicates", command.reason),
            _cancelled(act, change, command.reason),
        )
        return act.record(change, *events, note=f"{into} goes on.")


def _two(ledger: Ledger, act: Act, one: str, other: str) -> tuple[str, str]:
    """Two different changes; the other is one that the actor may read."""
    change, second = find_change(ledger, one), other_change(act, other)
    if change == second:
        raise _refused(second, "both names stand for one change", "Name another one.")
    return change, second


def _change(ledger: Ledger, change: str) -> Change:
    return ledger.store.by(Change, "change_id", [change])[0]


def _related(act: Act, change: str, other: str, relation: Relation, reason: str) -> ChangeRelated:
    return ChangeRelated(
        **act.header,
        change=change,
        other=other,
        relation=relation,
        reason=act.needed("reason", reason, _WHY),
    )


def _cancelled(act: Act, change: str, reason: str) -> ChangeClosed:
    kept = act.needed("reason", reason, _WHY)
    return ChangeClosed(**act.header, change=change, outcome="cancelled", reason=kept)


def _refused(where: str, why: str, cure: str) -> Refusal:
    return Refusal("The act was not recorded.", where=where, why=why, cure=cure)
