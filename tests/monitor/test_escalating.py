"""A decision that nobody gave in time is asked of the next whom policy names, once."""

import pytest

from changeproof.accounts.people import add_user, operator
from changeproof.alerts.needed import APPROVE, AUTHORIZE, read_needed
from changeproof.ledger.escalations import Escalation
from changeproof.ledger.service import ledger, now
from changeproof.monitor.escalating import Step, escalate_late
from changeproof.monitor.judging import judge_waiting
from changeproof.policy.calendar import OpenTime
from changeproof.workflow.decisions import AuthorizeChange, authorize
from changeproof.workflow.requesting import RequestChange, request_change
from tests.policy.policies import adopted, policy_with

HOUR = 3_600_000_000
STEPS = "escalation: [{after: 2 hours, to: change_manager}, {after: 5 hours, to: administrator}]"


@pytest.fixture
def asked(instance):
    """A change that Rosa, a manager herself, asked for; Max manages too."""
    held, by = ledger(), operator().account
    held.record_events(
        [adopted(policy_with(("escalation: []", STEPS), version=2), 1)], collector="t"
    )
    rosa = add_user("rosa@example.com", "Rosa", ["requester", "change_manager"], by=by).account
    manager = add_user("max@example.com", "Max", ["change_manager"], by=by).account
    command = RequestChange(title="New gateway", system="shop", reason="Cards fail")
    change = request_change(held, rosa, command).change
    judge_waiting(held)
    return held, change, manager


def rows_of(held):
    return sorted(held.store.all(Escalation), key=lambda row: (row.step, row.account))


def test_each_step_once_and_the_requester_is_not_asked(asked):
    held, change, manager = asked
    moment = now()
    assert escalate_late(held, moment) == 0
    assert escalate_late(held, moment + 3 * HOUR) == 1
    assert escalate_late(held, moment + 3 * HOUR) == 0
    [row] = [row for row in rows_of(held) if row.account != operator().account]
    assert (row.change_name, row.decision, row.step, row.account) == (
        change,
        "authorization",
        1,
        manager,
    )
    [late] = read_needed(held, [AUTHORIZE, APPROVE], 10)[AUTHORIZE]
    assert late.is_late
    assert manager in late.asked
    assert escalate_late(held, moment + 6 * HOUR) == 1
    assert {row.step for row in rows_of(held)} == {1, 2}


def test_what_was_decided_is_asked_of_nobody(asked):
    held, change, manager = asked
    authorize(held, manager, AuthorizeChange(change))
    judge_waiting(held)
    assert escalate_late(held, now() + 9 * HOUR) == 0
    assert not rows_of(held)


@pytest.mark.parametrize(
    ("asked_at", "due"),
    [(2 * HOUR, 4 * HOUR), (5 * HOUR, 25 * HOUR), (9 * HOUR, 26 * HOUR), (99 * HOUR, 179 * HOUR)],
)
def test_business_time_runs_while_it_is_open(asked_at, due):
    calendar = [
        OpenTime(0, 6 * HOUR, 24 * HOUR, 0),
        OpenTime(24 * HOUR, 30 * HOUR, 48 * HOUR, 6 * HOUR),
    ]
    assert Step(1, 80 * HOUR, 2 * HOUR, "approver").due_at(asked_at, calendar) == due
