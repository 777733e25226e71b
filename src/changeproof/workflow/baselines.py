"""Say how a configuration item is meant to be: proposed as it was observed, approved by another.

What is approved names the content by its digest, so that nobody approves what came in between.
"""

from collections.abc import Collection
from dataclasses import dataclass

from changeproof.accounts.permissions import person_of
from changeproof.accounts.vocabulary import Permission
from changeproof.events.baselines import BaselineApproved, BaselineProposed
from changeproof.events.refusal import Refusal
from changeproof.ledger.baselines_read import StandingItem, place_of, standing_items
from changeproof.ledger.service import Ledger
from changeproof.workflow.naming import UnknownName
from changeproof.workflow.parts import not_human
from changeproof.workflow.recording import Done, acting
from changeproof.workflow.requesting import require_permission, short_name
from changeproof.workflow.rulings import MayNot


@dataclass(frozen=True, slots=True)
class ProposeBaseline:
    """`item` is `system/environment/name`; `digest` is what it was seen with (None: at last)."""

    item: str
    digest: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ApproveBaseline:
    """Yes to the proposal that waits, if it still proposes this digest."""

    item: str
    digest: str


def propose_baseline(
    ledger: Ledger, actor: str, command: ProposeBaseline, *, at: int | None = None
) -> Done:
    """Record that the item is meant to be as it was observed. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        held = find_item(ledger, command.item)
        require_permission(ledger, actor, Permission.CHANGE_ASSESS, held.place.system, act.at)
        digest = _seen(held, command.digest)
        event = BaselineProposed(
            **act.header,
            system=held.place.system,
            environment=held.place.environment,
            item=held.place.name,
            digest=digest,
            reason=act.keep("reason", command.reason),
        )
        note = "It counts when somebody else approves it."
        return act.record(_subject(held), event, name=held.place.item, note=note)


def approve_baseline(
    ledger: Ledger, actor: str, command: ApproveBaseline, *, at: int | None = None
) -> Done:
    """Record how the item is meant to be from now on. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        held = find_item(ledger, command.item)
        _require_other(ledger, actor, held, act.at)
        proposal, why = held.proposal, ""
        if proposal is None:
            why = "no proposal of it waits"
        elif proposal.digest != command.digest:
            why = f"the proposal that waits is of {proposal.digest[:12]}, not of what you saw"
        if proposal is None or why:
            raise Refusal(
                "The baseline was not recorded.",
                where=held.place.item,
                why=why,
                cure="Look at the item again, and approve what waits there.",
            )
        event = BaselineApproved(
            **act.header,
            system=held.place.system,
            environment=held.place.environment,
            item=held.place.name,
            digest=proposal.digest,
            proposed_by=proposal.proposed_by,
        )
        note = "What is seen of it from now on is held against this."
        return act.record(_subject(held), event, name=held.place.item, note=note)


def may_approve(ledger: Ledger, actor: str, held: StandingItem, at: int) -> str:
    """Why `actor` may not approve the proposal that waits; empty if they may."""
    try:
        _require_other(ledger, actor, held, at)
    except MayNot as refusal:
        return refusal.why
    return ""


def find_item(ledger: Ledger, name: str) -> StandingItem:
    """The item of this full name. Raises Refusal (404) where nothing on record is called so."""
    wanted = short_name("item", name.removeprefix("item:"))
    place = place_of(ledger.store, wanted)
    if place is None:
        raise _unknown(wanted)
    return standing_items(ledger.store, [place])[0]


def require_sight(systems: Collection[str] | None, held: StandingItem) -> None:
    """Raise Refusal (404) for an item of a system that is not among those (None: all)."""
    if systems is not None and held.place.system not in systems:
        raise _unknown(held.place.item)


def _unknown(name: str) -> UnknownName:
    return UnknownName(
        "The configuration item was not found.",
        where=name[:200],
        why="nothing was seen of an item of this name, nor approved",
        cure="List them: changeproof baseline list. A name is system/environment/item.",
    )


def _seen(held: StandingItem, digest: str | None) -> str:
    """The digest to propose. Raises Refusal where the item was never seen so."""
    wanted = digest or held.observed
    why = ""
    if wanted is None:
        why = "nothing was seen of it by its digest"
    elif all(turn.digest != wanted for turn in held.turns):
        why = f"it was never seen with {wanted[:80]}"
    elif held.approved is not None and held.approved.digest == wanted:
        why = "this is its approved baseline already"
    if wanted is None or why:
        raise Refusal(
            "The baseline was not proposed.",
            where=held.place.item,
            why=why,
            cure="Propose what was observed of it: let a source report the item first.",
        )
    return wanted


def _require_other(ledger: Ledger, actor: str, held: StandingItem, at: int) -> None:
    """Raise MayNot unless the actor is a human who may, and another than who proposed it."""
    require_permission(ledger, actor, Permission.CHANGE_APPROVE, held.place.system, at)
    proposed_by = held.proposal.proposed_by if held.proposal else None
    why = ""
    if proposed_by and person_of(actor, at) == person_of(proposed_by, at):
        why = "you proposed it"
    why = why or not_human(ledger.store, actor)
    if why:
        raise MayNot(
            "You may not approve this baseline.",
            where=held.place.item,
            why=why,
            cure="Ask somebody else who may approve changes of this system.",
        )


def _subject(held: StandingItem) -> str:
    return f"item:{held.place.item}"
