"""A decision that nobody gave in time is asked of whom policy names next, each step once.

An authorization is asked for when the change is, an approval when its last content came. Nothing
passes by itself: the desk and the alerts call it late, to those who decide and to whom it was
asked of.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from changeproof.accounts.holdings import EVERYWHERE
from changeproof.accounts.permissions import accounts_of_users, holdings_of, persons_of
from changeproof.alerts.needed import APPROVE, AUTHORIZE, Needed, deciding, read_needed
from changeproof.events.acts import DecisionEscalated
from changeproof.ledger.escalations import Escalation
from changeproof.ledger.joined import Change, Implementation
from changeproof.ledger.policies import BusinessTime
from changeproof.ledger.policy_read import in_force_at, rules_at
from changeproof.ledger.pulls import PullHead
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store
from changeproof.policy.calendar import OpenTime, due_at

SOURCE = "monitor"
_MOST = 300
"""Of each kind of decision, the newest."""
_MOST_ASKED = 50
_DECISIONS: dict[str, Literal["authorization", "approval"]] = {
    AUTHORIZE: "authorization",
    APPROVE: "approval",
}


@dataclass(frozen=True, slots=True)
class Step:
    """After so long (microseconds; `business`: of business time) it is asked of `called`."""

    number: int
    after: int
    business: int | None
    called: str

    def due_at(self, asked_at: int, calendar: Collection[OpenTime]) -> int:
        """When it falls due; outside the calendar in plain time, as checks count it."""
        due = due_at(asked_at, self.business, list(calendar)) if self.business else None
        return asked_at + self.after if due is None else due


def escalate_late(ledger: Ledger, moment: int) -> int:
    """Record each step that fell due and was not recorded yet; how many."""
    steps = read_steps(ledger.store, moment)
    if not steps:
        return 0
    calendar = _calendar(ledger.store, moment)
    needed = read_needed(ledger, (AUTHORIZE, APPROVE), _MOST)
    known = deciding(ledger, needed)
    waits = [each for group in needed.values() for each in group if each.change in known.changes]
    done = {
        (row.change_name, row.decision, row.step, row.asked_at)
        for row in ledger.store.by(Escalation, "change_name", {each.change for each in waits})
    }
    events = []
    for each in waits:
        change = known.changes[each.change]
        asked_at = _asked_at(ledger.store, each, change)
        for step in steps if asked_at is not None else ():
            decision = _DECISIONS[each.act]
            due = step.due_at(asked_at or 0, calendar)
            if due > moment or (each.change, decision, step.number, asked_at) in done:
                continue
            asked = _asked(step.called, change.system, known.requesters.get(each.change), moment)
            events.append(
                DecisionEscalated(
                    source=SOURCE,
                    delivery=f"escalation:{each.change}:{decision}:{step.number}:{asked_at}"[:500],
                    occurred_at=moment,
                    change=each.change,
                    decision=decision,
                    step=step.number,
                    called=step.called,
                    asked=asked,
                    asked_at=asked_at or 0,
                )
            )
    if events:
        ledger.record_events(events, collector=SOURCE)
    return len(events)


def read_steps(store: Store, at: int) -> list[Step]:
    """The steps of the policy in force at `at`, in order."""
    return [
        Step(
            number,
            int(parts["after"][0]),
            int(parts["business"][0]) if "business" in parts else None,
            parts["called"][0],
        )
        for number, parts in rules_at(store, at, "escalation")
    ]


def _calendar(store: Store, at: int) -> list[OpenTime]:
    current = in_force_at(store, at)
    versions = [current.policy_version] if current else []
    rows = store.by(BusinessTime, "policy_version", versions)
    return [
        OpenTime(row.opens_at, row.closes_at, row.next_opens_at, row.open_before)
        for row in sorted(rows, key=lambda row: row.opens_at)
    ]


def _asked_at(store: Store, each: Needed, change: Change) -> int | None:
    """When the decision was asked for; None where no source tells."""
    if each.act == APPROVE:
        works = [row.implementation for row in store.by(Implementation, "change_id", [each.change])]
        heads = [row.revised_at for row in store.by(PullHead, "pull", works) if row.revised_at]
        if heads:
            return max(heads)
    return change.opened_at


def _asked(called: str, system: str, requester: str | None, at: int) -> tuple[str, ...]:
    """The accounts that `called` stands for, an account or a role, but for who asked for it."""
    accounts = accounts_of_users()
    holdings = holdings_of(accounts, at)
    persons = persons_of(accounts, at)
    found = [
        each
        for each in accounts
        if each == called
        or any(
            held.role == called and held.system in (EVERYWHERE, system) for held in holdings[each]
        )
    ]
    return tuple(each for each in found if persons[each] != requester)[:_MOST_ASKED]
