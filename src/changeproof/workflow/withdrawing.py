"""Take back one's own yes or no, and say something about a change without deciding it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from changeproof.accounts.permissions import person_of, persons_of
from changeproof.accounts.vocabulary import Permission
from changeproof.events.decisions import ChangeCommented, DecisionWithdrawn
from changeproof.events.refusal import Refusal
from changeproof.ledger.decisions import Approval, ChangeAuthorization, DecisionWithdrawal, Decline
from changeproof.ledger.joined import Change, ChangeAlias
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store
from changeproof.workflow.naming import find_change
from changeproof.workflow.recording import Done, acting
from changeproof.workflow.requesting import refuse_closed, require_permission

Withdrawable = Literal["authorization", "approval"]
WITHDRAWABLE: tuple[Withdrawable, ...] = ("approval", "authorization")


@dataclass(frozen=True, slots=True)
class CommentChange:
    """Said about it; nothing is decided."""

    change: str
    text: str


@dataclass(frozen=True, slots=True)
class WithdrawDecision:
    """All that the actor said so far of one kind; the reason is needed."""

    change: str
    decision: Withdrawable
    reason: str


def comment(ledger: Ledger, actor: str, command: CommentChange, *, at: int | None = None) -> Done:
    """Record what somebody says. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        change = find_change(ledger, command.change)
        system = ledger.store.by(Change, "change_id", [change])[0].system
        require_permission(ledger, actor, Permission.CHANGE_COMMENT, system, act.at)
        text = act.needed("comment", command.text)
        return act.record(change, ChangeCommented(**act.header, change=change, text=text))


def withdraw(
    ledger: Ledger, actor: str, command: WithdrawDecision, *, at: int | None = None
) -> Done:
    """Record that somebody no longer stands by what they said. Raises Refusal."""
    with acting(ledger, actor, at) as act:
        change = find_change(ledger, command.change)
        refuse_closed(ledger, change)
        if command.decision not in standing_decisions(ledger.store, change, actor, act.at):
            raise Refusal(
                "Nothing was taken back.",
                where=change,
                why=f"no {command.decision} or objection of yours stands on it"
                if command.decision == "approval"
                else f"no {command.decision} of yours stands on it",
                cure="Read its life on its page; nobody takes back what another said.",
            )
        event = DecisionWithdrawn(
            **act.header,
            change=change,
            decision=command.decision,
            reason=act.needed("reason", command.reason, "Say what you see otherwise now."),
        )
        note = "What went live before stays judged by what was said then."
        return act.record(change, event, note=note)


def standing_decisions(store: Store, change: str, actor: str, at: int) -> tuple[Withdrawable, ...]:
    """What the person behind `actor` decided on a change at the desk and still stands by."""
    names = {change} | {row.alias for row in store.by(ChangeAlias, "change_id", [change])}
    withdrawn = store.by(DecisionWithdrawal, "change_name", names)
    said: dict[Withdrawable, list[Approval | Decline | ChangeAuthorization]] = {
        "approval": [
            *store.by(Approval, "change_name", names),
            *store.by(Decline, "change_name", names),
        ],
        "authorization": [*store.by(ChangeAuthorization, "change_name", names)],
    }
    accounts = {row.account for rows in said.values() for row in rows if row.account}
    accounts |= {row.account for row in withdrawn if row.account}
    person = person_of(actor, at)
    own = {each for each, theirs in persons_of(accounts, at).items() if theirs == person}
    return tuple(
        kind
        for kind in WITHDRAWABLE
        if _latest(said[kind], own)
        > _latest([row for row in withdrawn if row.decision == kind], own)
    )


def _latest(
    rows: Iterable[Approval | Decline | ChangeAuthorization | DecisionWithdrawal],
    own: set[str],
) -> int:
    """When the last of them was said by one of these accounts; before all time for none."""
    return max((row.stated_at for row in rows if row.account in own), default=-1)
