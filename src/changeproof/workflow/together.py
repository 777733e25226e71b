"""Decide on several changes with one command: each is ruled on, recorded and refused by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from changeproof.events.refusal import Refusal
from changeproof.ledger.contents_read import shown_of
from changeproof.ledger.service import Ledger
from changeproof.workflow.closing import ResolveCase, resolve_case
from changeproof.workflow.decisions import ApproveChange, AuthorizeChange, approve, authorize
from changeproof.workflow.naming import find_change
from changeproof.workflow.recording import Done
from changeproof.workflow.rulings import may_approve, may_authorize

Act = Literal["approve", "authorize", "resolve"]
ACTS: tuple[Act, ...] = ("approve", "authorize", "resolve")
MOST = 50
"""Changes in one command."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A change and the digest of the content that was looked at; `seen` is needed to approve."""

    change: str
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one: what was recorded, or why not and what would cure that."""

    change: str
    done: Done | None = None
    why: str = ""
    cure: str = ""


def decide_together(
    ledger: Ledger, actor: str, act: Act, chosen: Sequence[Chosen], reason: str | None
) -> tuple[Outcome, ...]:
    """Do the act to each, in order; one that is refused stops no other.

    What asks for a look by itself is refused here: a second factor serves for one decision, and a
    review that counts as compensating alone is nothing to be given in passing. Raises Refusal
    where nothing can be done at all.
    """
    refuse_choice(act, len(chosen), reason, where="changes")
    unique = {each.change: each for each in chosen}
    return tuple(_one(ledger, actor, act, each, reason) for each in unique.values())


def _one(ledger: Ledger, actor: str, act: Act, each: Chosen, reason: str | None) -> Outcome:
    try:
        done = _record(ledger, actor, act, each, reason)
    except Refusal as refusal:
        return Outcome(each.change, why=refusal.why, cure=refusal.cure)
    return Outcome(each.change, done)


def _record(ledger: Ledger, actor: str, act: Act, each: Chosen, reason: str | None) -> Done:
    change = find_change(ledger, each.change)
    if act == "resolve":
        return resolve_case(ledger, actor, ResolveCase(change, "adopted_late", reason or ""))
    may = may_approve if act == "approve" else may_authorize
    if may(ledger, actor, change).compensating:
        raise _alone(change, "nobody else can, and it would count as a compensating review alone")
    if act == "authorize":
        return authorize(ledger, actor, AuthorizeChange(change, reason, each.seen))
    if each.seen is None:
        stands = shown_of(ledger.store, change).digest
        raise _alone(change, f"it says no content that was looked at; {stands} stands now")
    return approve(ledger, actor, ApproveChange(change, seen=each.seen, reason=reason))


def _alone(change: str, why: str) -> Refusal:
    return Refusal(
        "It was not recorded.", where=change, why=why, cure="Look at it, and decide on it alone."
    )


def refuse_choice(act: str, count: int, reason: str | None, *, where: str) -> None:
    """Raise Refusal where nothing can be done at all; `where` names the choice."""
    what = "Nothing was recorded."
    if not count:
        why = "none was chosen; an empty answer is never a verdict"
        raise Refusal(what, where=where, why=why, cure="Choose at least one.")
    if count > MOST:
        why = f"{count} were chosen, and {MOST} are taken at once"
        raise Refusal(what, where=where, why=why, cure="Choose fewer.")
    if act == "resolve" and not (reason or "").strip():
        why = "a case closes with what was found"
        raise Refusal(what, where="reason", why=why, cure="Write one reason that holds for all.")
