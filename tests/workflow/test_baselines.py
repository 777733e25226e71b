"""An item is meant to be as somebody proposed and somebody else approved, by its digest."""

import pytest

from changeproof.accounts.people import add_user
from changeproof.checks.judge import judge
from changeproof.events.baselines import BaselineApproved
from changeproof.events.deployments import StateObserved
from changeproof.events.people import AccountDeclared, AccountJoined
from changeproof.events.refusal import Refusal
from changeproof.ledger.baselines import Baseline
from changeproof.ledger.service import now
from changeproof.workflow.baselines import (
    ApproveBaseline,
    ProposeBaseline,
    approve_baseline,
    find_item,
    propose_baseline,
)
from changeproof.workflow.naming import UnknownName
from changeproof.workflow.rulings import MayNot
from tests.support.pull_requests import MINUTE, SYSTEM, WRITER

ITEM = f"{SYSTEM}/production/limits"
FIRST, SECOND = "a" * 64, "b" * 64


def seen(company, digest):
    company.forge.clock = now() - MINUTE  # it says so a minute later
    place = {"system": SYSTEM, "environment": "Production", "item": "limits"}
    company.forge.say(StateObserved, None, **place, digest=digest)


def verdict(company):
    found = judge(company.ledger.store, [f"item:{ITEM}"], now() + 1)
    return next(each.verdict for each in found if each.check_id == "cc8_1/12_baseline")


def test_observed_proposed_approved_by_another_and_drift_is_seen(company):
    seen(company, FIRST)
    assert verdict(company) == "not_verifiable"
    propose_baseline(company.ledger, company.requester, ProposeBaseline(ITEM, reason="As built."))
    assert not company.ledger.store.all(Baseline), "a proposal holds nothing"
    done = approve_baseline(company.ledger, company.approver, ApproveBaseline(ITEM, FIRST))
    [row] = company.ledger.store.all(Baseline)
    assert (row.item, row.digest, row.event) == (ITEM, FIRST, done.event)
    assert (row.proposed_by, row.approved_by) == (company.requester, company.approver)
    assert find_item(company.ledger, ITEM).proposal is None
    seen(company, FIRST)
    assert find_item(company.ledger, ITEM).differs_since is None
    assert verdict(company) != "deviation"
    seen(company, SECOND)
    drifted = company.forge.clock
    seen(company, SECOND)
    held = find_item(company.ledger, f"item:{ITEM}")
    assert (held.observed, held.differs_since) == (SECOND, drifted)
    assert [turn.digest for turn in held.turns] == [FIRST, SECOND], "a turn is a new content"
    assert verdict(company) == "deviation"


def test_nobody_approves_what_they_proposed_whatever_account_they_use(company):
    seen(company, FIRST)
    propose_baseline(company.ledger, company.manager, ProposeBaseline(ITEM))
    by, approve = company.operator, ApproveBaseline(ITEM, FIRST)
    other = add_user("mia@example.com", "Mia", ["change_manager"], by=by).account
    with pytest.raises(MayNot, match="you proposed it"):
        approve_baseline(company.ledger, company.manager, approve)
    with pytest.raises(MayNot, match="change:approve"):
        approve_baseline(company.ledger, company.requester, approve)
    for account in (company.manager, other):
        company.forge.say(AccountJoined, account=account, person="person:max", effective_at=0)
    with pytest.raises(MayNot, match="you proposed it"):
        approve_baseline(company.ledger, other, approve)
    company.forge.say(AccountDeclared, account=company.approver, kind="bot")
    with pytest.raises(MayNot, match="a human decides"):
        approve_baseline(company.ledger, company.approver, approve)
    assert not company.ledger.store.all(Baseline)


def test_what_came_in_between_is_not_approved(company):
    seen(company, FIRST)
    with pytest.raises(Refusal, match="no proposal of it waits"):
        approve_baseline(company.ledger, company.approver, ApproveBaseline(ITEM, FIRST))
    propose_baseline(company.ledger, company.requester, ProposeBaseline(ITEM))
    seen(company, SECOND)
    propose_baseline(company.ledger, company.requester, ProposeBaseline(ITEM))
    with pytest.raises(Refusal, match="not of what you saw"):
        approve_baseline(company.ledger, company.approver, ApproveBaseline(ITEM, FIRST))
    propose_baseline(company.ledger, company.requester, ProposeBaseline(ITEM, FIRST))
    approve_baseline(company.ledger, company.approver, ApproveBaseline(ITEM, FIRST))
    assert find_item(company.ledger, ITEM).approved.digest == FIRST


def test_what_cannot_be_proposed_is_refused_with_why(company):
    with pytest.raises(UnknownName, match="nothing was seen"):
        propose_baseline(company.ledger, company.requester, ProposeBaseline(ITEM))
    place = {"system": SYSTEM, "environment": "production", "item": "limits"}
    company.forge.say(BaselineApproved, WRITER, **place, digest=FIRST)
    with pytest.raises(Refusal, match="nothing was seen of it by its digest"):
        propose_baseline(company.ledger, company.requester, ProposeBaseline(ITEM))
    seen(company, FIRST)
    with pytest.raises(Refusal, match="approved baseline already"):
        propose_baseline(company.ledger, company.requester, ProposeBaseline(ITEM))
    with pytest.raises(Refusal, match="never seen with"):
        propose_baseline(company.ledger, company.requester, ProposeBaseline(ITEM, SECOND))
