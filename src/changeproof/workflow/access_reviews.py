"""Look again at who may reach production: a review of a system, keep or revoke, grant by grant.

Nobody decides about their own access. Whoever leaves nothing undecided but their own has reviewed
the list: that is the review which `practices/production_access` asks for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from changeproof.accounts.permissions import person_of, persons_of
from changeproof.accounts.vocabulary import Permission
from changeproof.events.access import AccessReviewed, AccessReviewOpened
from changeproof.events.event import Event
from changeproof.events.oversight import ReviewHeld
from changeproof.events.refusal import Refusal
from changeproof.ledger.access_read import HeldAccess, StandingReview, held_access, reviews_at
from changeproof.ledger.access_reviews import AccessReview
from changeproof.ledger.service import Ledger
from changeproof.workflow.access import DAY, REMOVE, ended, may_grant, named_by
from changeproof.workflow.naming import next_name
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import require_permission, short_name
from changeproof.workflow.rulings import MayNot

PREFIX = "ACR-"
DEFAULT_LENGTH = 14 * DAY
LONGEST = 92 * DAY
Outcome = Literal["keep", "revoke"]


@dataclass(frozen=True, slots=True)
class OpenAccessReview:
    """Of one system; two weeks unless said."""

    system: str
    due_at: int | None = None


@dataclass(frozen=True, slots=True)
class DecideAccess:
    """By the event of each access's first grant: does it stay? `reason` is needed to revoke."""

    review: str
    decisions: Mapping[str, Outcome]
    reason: str | None = None


def open_access_review(
    ledger: Ledger, actor: str, command: OpenAccessReview, *, at: int | None = None
) -> Done:
    """Record a review under the next free `ACR-<year>-<number>`. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        system = short_name("system", command.system)
        require_permission(ledger, actor, Permission.ACCESS_REVIEW, system, act.at)
        _refuse_needless(act, system)
        due = act.at + DEFAULT_LENGTH if command.due_at is None else command.due_at
        if not act.at < due <= act.at + LONGEST:
            raise Refusal(
                "The review was not opened.",
                where="due",
                why="it is past" if due <= act.at else "it is more than 92 days away",
                cure="Name a day within three months.",
            )
        name = next_name(ledger.store, f"{PREFIX}{act.year}-", 4, (AccessReview, "review"))
        event = AccessReviewOpened(**act.header, review=name, system=system, due_at=due)
        return act.record("", event, name=name, note="Each access in it is kept or revoked.")


def decide_access(
    ledger: Ledger, actor: str, command: DecideAccess, *, at: int | None = None
) -> Done:
    """Record what stays and what ends; all of it or nothing. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        review = _open_review(act, command.review)
        system = review.stated.system
        require_permission(ledger, actor, Permission.ACCESS_REVIEW, system, act.at)
        chosen = _chosen(act, review, command.decisions)
        revoked = [held for held, outcome in chosen if outcome == "revoke"]
        reason = (
            act.needed("reason", command.reason, "Say why it is revoked.")
            if revoked
            else act.keep("reason", command.reason)
        )
        events: list[Event] = [
            AccessReviewed(
                **act.header,
                review=review.stated.review,
                account=held.account,
                access=held.access,  # type: ignore[arg-type]  # a row of the same closed list
                system=held.system,
                environment=held.environment or None,
                outcome=outcome,
                reason=reason,
            )
            for held, outcome in chosen
        ]
        events += [ended(act, held, reason) for held in revoked]
        left = _left(act, review, chosen)
        if not left:
            events.append(_held(act, review, bool(revoked)))
        note = _note(review, chosen, left)
        return act.record("", *events, name=review.stated.review, note=note)


def _chosen(
    act: Act, review: StandingReview, decisions: Mapping[str, Outcome]
) -> list[tuple[HeldAccess, Outcome]]:
    """What was decided, each on an access that waits and is another's. Raises Refusal, MayNot."""
    waiting = {name: named_by(review.waiting, name) for name in decisions}
    gone = sorted(name for name, held in waiting.items() if held is None)
    if gone or not decisions:
        raise Refusal(
            "Nothing was recorded.",
            where=gone[0][:100] if gone else "decisions",
            why="it was decided already, or is held no longer, since you read the list"
            if gone
            else "nothing was decided; an empty answer is never a verdict",
            cure="Read the list again, then decide what still waits."
            if gone
            else "Choose keep or revoke for one access at least.",
        )
    chosen = [(held, decisions[name]) for name, held in sorted(waiting.items()) if held is not None]
    for held, _ in chosen:
        why = may_grant(act.ledger, act.actor, held.account, act.at)
        if why:
            raise MayNot(
                "You may not decide about this access.",
                where=held.account,
                why=why,
                cure="Leave it out; somebody else who may review access decides about it.",
            )
    return chosen


def _left(
    act: Act, review: StandingReview, chosen: list[tuple[HeldAccess, Outcome]]
) -> list[HeldAccess]:
    """What is undecided after this, but for the actor's own."""
    done = {held.event for held, _ in chosen}
    rest = [held for held in review.waiting if held.event not in done]
    persons = persons_of({held.account for held in rest}, act.at)
    own = person_of(act.actor, act.at)
    return [held for held in rest if persons[held.account] != own]


def _held(act: Act, review: StandingReview, changed: bool) -> ReviewHeld:
    changed = changed or any(row.outcome == "revoke" for row in review.decided)
    return ReviewHeld(
        **act.header,
        topic="access",
        system=review.stated.system,
        outcome="changed" if changed else "kept",
        reason=act.needed("reason", f"Review {review.stated.review}, grant by grant."),
    )


def _note(
    review: StandingReview, chosen: list[tuple[HeldAccess, Outcome]], left: list[HeldAccess]
) -> str:
    revoked = sum(1 for _, outcome in chosen if outcome == "revoke")
    rest = len(review.waiting) - len(chosen)
    parts = [f"{len(chosen) - revoked} kept, {revoked} revoked."]
    if left:
        parts.append(f"{rest} still to be decided.")
    else:
        parts.append("The list is reviewed, and stands so on record.")
        if rest:
            parts.append("Your own access waits for somebody else.")
    if revoked:
        parts.append(REMOVE)
    return " ".join(parts)


def _refuse_needless(act: Act, system: str) -> None:
    store = act.ledger.store
    running = [
        each.stated.review
        for each in reviews_at(store, act.at)
        if each.stated.system.lower() == system.lower() and each.waiting
    ]
    held = any(each.system.lower() == system.lower() for each in held_access(store, act.at))
    if running:
        why, cure = f"{running[0]} is under way", f"Decide what waits in {running[0]}."
    elif not held:
        why = f"nobody's access to “{system[:100]}” is on record"
        cure = "Record who holds it first: changeproof access grant"
    else:
        return
    raise Refusal("The review was not opened.", where="system", why=why, cure=cure)


def _open_review(act: Act, name: str) -> StandingReview:
    wanted = short_name("review", name)
    for each in reviews_at(act.ledger.store, act.at):
        if each.stated.review == wanted.upper():
            if each.waiting:
                return each
            why, cure = "everything in it is decided", "Open another one when it is due."
            break
    else:
        why, cure = "no review of access has this name", "Name one that is open."
    raise Refusal("Nothing was recorded.", where=wanted[:100], why=why, cure=cure)
