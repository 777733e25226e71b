"""Answer the questions that a change raises: at its request or later, by anybody entitled."""

from dataclasses import dataclass
from typing import Literal

from changeproof.accounts.permissions import person_of
from changeproof.accounts.vocabulary import Permission
from changeproof.events.assessments import ChangeAssessed, Topic
from changeproof.events.refusal import Refusal
from changeproof.ledger.joined import Change
from changeproof.ledger.service import Ledger
from changeproof.workflow.contents_shown import ContentMoved
from changeproof.workflow.describing import names
from changeproof.workflow.naming import find_change
from changeproof.workflow.parts import parts_in
from changeproof.workflow.questions import answers_digest, questions_on
from changeproof.workflow.rating import LEVELS
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import require_permission
from changeproof.workflow.rulings import MayNot

Verdict = Literal["addressed", "not_affected", "rejected"]
_BUILT = ("wrote", "co-authored", "pushed", "planned", "runs")


@dataclass(frozen=True, slots=True)
class Answer:
    """How it stands with one topic. A no, and "not affected", need their reason."""

    topic: Topic
    answer: Verdict
    items: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AssessChange:
    """`seen` is the digest of the answers that were shown (`questions.answers_digest`)."""

    change: str
    answers: tuple[Answer, ...]
    seen: str | None = None


def may_assess(ledger: Ledger, actor: str, change: str, at: int) -> None:
    """Raise MayNot with who may, unless `actor` may answer questions about this change."""
    found = ledger.store.by(Change, "change_id", [change])
    system = found[0].system if found else None
    require_permission(ledger, actor, Permission.CHANGE_ASSESS, system, at)


def assess(ledger: Ledger, actor: str, command: AssessChange, *, at: int | None = None) -> Done:
    """Record answers, one event each. Raises Refusal, MayNot, ContentMoved."""
    with acting(ledger, actor, at) as act:
        change = find_change(ledger, command.change)
        may_assess(ledger, actor, change, act.at)
        shown = questions_on(ledger.store, change, act.at)
        if command.seen is not None and command.seen != answers_digest(shown):
            raise ContentMoved(
                "The answers were not recorded.",
                where="content",
                why="somebody answered since you opened the form",
                cure="Read the answers that stand now, then send yours.",
            )
        if not command.answers:
            raise Refusal(
                "Nothing was recorded.",
                where="content",
                why="no question was answered; an empty answer is never a verdict",
                cure="Answer at least one.",
            )
        topics = [each.topic for each in command.answers]
        if len(set(topics)) < len(topics):
            raise _refused("topic", "it is answered twice", "Answer each topic once.")
        events = [_assessed(act, change, each) for each in command.answers]
        return act.record(change, *events)


def _assessed(act: Act, change: str, said: Answer) -> ChangeAssessed:
    items = names(said.topic, said.items)
    if said.topic in ("risk", "risk_after"):
        if said.answer != "rejected" and (len(items) != 1 or items[0] not in LEVELS):
            why = "a risk is one of low, medium, high and critical"
            raise _refused(said.topic, why, "Name one of them.")
    elif said.answer == "not_affected" and items:
        why = "it names what is affected, and says that nothing is"
        raise _refused(said.topic, why, "Keep one of the two.")
    if said.topic == "acceptance":
        _other_than_builders(act, change)
    reason = act.keep(said.topic, said.reason)
    if reason is None and said.answer != "addressed":
        why = "nothing says why it is not affected"
        if said.answer == "rejected":
            why = "nothing says what speaks against the change"
        raise _refused(said.topic, why, "Give the reason: others rely on it.")
    if reason is None and not items:
        raise _refused(
            said.topic, "nothing says how it was addressed", "Say how, or name what it is about."
        )
    return ChangeAssessed(
        **act.header,
        change=change,
        topic=said.topic,
        answer=said.answer,
        items=items,
        reason=reason,
    )


def _other_than_builders(act: Act, change: str) -> None:
    """Users accept a change; whoever built it is not asked whether it is good."""
    parts = parts_in(act.ledger.store, change, act.at).of(person_of(act.actor, act.at))
    own = [each for each in parts if each.startswith(_BUILT)]
    if own:
        raise MayNot(
            "You may not accept this.",
            where=change,
            why=f"you {own[0]}",
            cure="Ask somebody who uses it and built none of it.",
        )


def _refused(field: str, why: str, cure: str) -> Refusal:
    return Refusal("The answers were not recorded.", where=field, why=why, cure=cure)
