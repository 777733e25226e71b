"""Whoever said yes or no may take it back, and nobody else; words decide nothing."""

import pytest

from changeproof.accounts.people import add_user
from changeproof.events.people import AccountJoined
from changeproof.events.refusal import Refusal
from changeproof.ledger.decisions import ChangeComment, DecisionWithdrawal, Decline
from changeproof.ledger.joined import Finding
from changeproof.monitor.judging import judge_waiting
from changeproof.workflow.closing import CloseChange, close
from changeproof.workflow.decisions import (
    ApproveChange,
    AuthorizeChange,
    DeclineChange,
    approve,
    authorize,
    decline,
)
from changeproof.workflow.lapsing import lapsed_approvals
from changeproof.workflow.requesting import RequestChange, request_change
from changeproof.workflow.rulings import MayNot
from changeproof.workflow.withdrawing import (
    CommentChange,
    WithdrawDecision,
    comment,
    standing_decisions,
    withdraw,
)
from tests.support.pull_requests import SYSTEM


@pytest.fixture
def pull(company):
    return company.forge.open(7)


def approval_of(company, change):
    judge_waiting(company.ledger)
    rows = company.ledger.store.by(Finding, "subject", [change])
    return next(row for row in rows if row.check_id == "cc8_1/08_approval")


def test_an_approval_taken_back_counts_no_more(company, pull):
    change, _ = pull
    approve(company.ledger, company.approver, ApproveChange(change))
    assert "1 of 1" in approval_of(company, change).reason
    back = WithdrawDecision(change, "approval", "I had read another branch")
    withdraw(company.ledger, company.approver, back)
    assert "0 of 1" in approval_of(company, change).reason
    with pytest.raises(Refusal, match="stands on it"):
        withdraw(company.ledger, company.approver, back)
    approve(company.ledger, company.approver, ApproveChange(change))
    assert "1 of 1" in approval_of(company, change).reason


def test_nobody_takes_back_what_another_said(company, pull):
    change, _ = pull
    approve(company.ledger, company.approver, ApproveChange(change))
    with pytest.raises(Refusal, match="stands on it"):
        withdraw(company.ledger, company.manager, WithdrawDecision(change, "approval", "No"))
    assert company.ledger.store.all(DecisionWithdrawal) == []


def test_a_second_account_of_theirs_takes_it_back(company, pull):
    change, _ = pull
    approve(company.ledger, company.approver, ApproveChange(change))
    second = add_user("ada2@example.com", "Ada", ["approver"], by=company.operator).account
    for account in (company.approver, second):
        company.forge.say(AccountJoined, account=account, person="ada", effective_at=0)
    withdraw(company.ledger, second, WithdrawDecision(change, "approval", "Too early"))
    assert "0 of 1" in approval_of(company, change).reason


def test_each_kind_is_taken_back_by_itself_and_with_a_reason(company, pull):
    change, _ = pull
    approve(company.ledger, company.approver, ApproveChange(change))
    authorize(company.ledger, company.approver, AuthorizeChange(change))
    standing = company.ledger.store, change, company.approver, 2**60
    assert standing_decisions(*standing) == ("approval", "authorization")
    with pytest.raises(Refusal, match="empty"):
        withdraw(company.ledger, company.approver, WithdrawDecision(change, "authorization", " "))
    withdraw(company.ledger, company.approver, WithdrawDecision(change, "authorization", "Wait"))
    assert standing_decisions(*standing) == ("approval",)


def test_changes_asked_for_stand_in_the_way_until_taken_back(company, pull):
    change, _ = pull
    asked = DeclineChange(change, "Split it", asks="changes")
    decline(company.ledger, company.manager, asked)
    assert [row.asks for row in company.ledger.store.all(Decline)] == ["changes"]
    assert standing_decisions(company.ledger.store, change, company.manager, 2**60) == ("approval",)
    withdraw(company.ledger, company.manager, WithdrawDecision(change, "approval", "It is split"))
    assert standing_decisions(company.ledger.store, change, company.manager, 2**60) == ()


def test_a_closed_change_keeps_its_decisions(company):
    asked = RequestChange("Title", SYSTEM, "Reason")
    change = request_change(company.ledger, company.requester, asked).change
    authorize(company.ledger, company.approver, AuthorizeChange(change))
    close(company.ledger, company.requester, CloseChange(change, "cancelled"))
    with pytest.raises(Refusal, match="closed"):
        withdraw(company.ledger, company.approver, WithdrawDecision(change, "authorization", "x"))


def test_who_takes_part_comments_and_an_auditor_does_not(company, pull):
    change, _ = pull
    comment(company.ledger, company.requester, CommentChange(change, "Is the limit right?"))
    [row] = company.ledger.store.all(ChangeComment)
    assert company.ledger.text(row.text) == "Is the limit right?"
    auditor = add_user("olga@example.com", "Olga", ["auditor"], by=company.operator).account
    with pytest.raises(MayNot, match="change:comment"):
        comment(company.ledger, auditor, CommentChange(change, "Hm"))


def test_an_approval_of_content_that_moved_on_has_lapsed(company, pull):
    change, head = pull
    approve(company.ledger, company.approver, ApproveChange(change))
    assert lapsed_approvals(company.ledger.store, change) == ()
    company.forge.push(7, "fix", parent=head)
    [lapsed] = lapsed_approvals(company.ledger.store, change)
    assert (lapsed.account, lapsed.revision) == (company.approver, head)
    approve(company.ledger, company.approver, ApproveChange(change))
    assert lapsed_approvals(company.ledger.store, change) == ()
