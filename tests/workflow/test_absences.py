"""Whoever is away may have somebody decide for them, for a time, and no further than they could."""

import pytest

from changeproof.accounts.people import add_user, grant_roles
from changeproof.events.people import AccountJoined
from changeproof.events.refusal import Refusal
from changeproof.ledger.decisions import Approval, ChangeAuthorization
from changeproof.ledger.joined import Finding
from changeproof.ledger.service import now
from changeproof.monitor.judging import judge_waiting
from changeproof.workflow.absences import EndAbsence, StateAbsence, end_absence, state_absence
from changeproof.workflow.decisions import ApproveChange, AuthorizeChange, approve, authorize
from changeproof.workflow.requesting import Window
from changeproof.workflow.rulings import MayNot, may_approve
from tests.support.pull_requests import WRITER

DAY = 86_400_000_000


@pytest.fixture
def pull(company):
    return company.forge.open(7)


@pytest.fixture
def deputy(company):
    """Takes part in changes, and decides nothing of their own."""
    return add_user("dora@example.com", "Dora", ["requester"], by=company.operator).account


def away(company, account, deputy=None, days=3):
    window = Window(now(), now() + days * DAY)
    return state_absence(company.ledger, account, StateAbsence(window, deputy)).name


def approval_of(company, change):
    judge_waiting(company.ledger)
    rows = company.ledger.store.by(Finding, "subject", [change])
    return next(row for row in rows if row.check_id == "cc8_1/08_approval")


def test_a_deputy_decides_and_the_record_names_both(company, pull, deputy):
    change, _ = pull
    assert not may_approve(company.ledger, deputy, change).allowed
    away(company, company.approver, deputy)
    assert may_approve(company.ledger, deputy, change).on_behalf_of == company.approver
    done = approve(company.ledger, deputy, ApproveChange(change))
    assert company.approver in done.note
    authorize(company.ledger, deputy, AuthorizeChange(change))
    rows = [*company.ledger.store.all(Approval), *company.ledger.store.all(ChangeAuthorization)]
    assert {(row.account, row.on_behalf_of) for row in rows} == {(deputy, company.approver)}
    assert "1 of 1" in approval_of(company, change).reason


def test_it_ends_when_they_are_back(company, pull, deputy):
    name = away(company, company.approver, deputy)
    with pytest.raises(Refusal, match="no absence of this name"):
        end_absence(company.ledger, company.manager, EndAbsence(name))
    end_absence(company.ledger, company.approver, EndAbsence(name))
    with pytest.raises(MayNot):
        approve(company.ledger, deputy, ApproveChange(pull[0]))
    with pytest.raises(Refusal, match="over already"):
        end_absence(company.ledger, company.approver, EndAbsence(name))


def test_a_deputy_of_the_writer_may_not(company, pull, deputy):
    company.forge.say(AccountJoined, account=WRITER, person=company.approver, effective_at=0)
    away(company, company.approver, deputy)
    with pytest.raises(MayNot):
        approve(company.ledger, deputy, ApproveChange(pull[0]))


def test_a_deputy_who_wrote_it_may_not(company, pull, deputy):
    company.forge.say(AccountJoined, account=WRITER, person=deputy, effective_at=0)
    away(company, company.approver, deputy)
    with pytest.raises(MayNot, match="pull request"):
        approve(company.ledger, deputy, ApproveChange(pull[0]))


def test_a_deputy_passes_nothing_on(company, pull, deputy):
    away(company, company.approver, deputy)
    with pytest.raises(MayNot, match="decide nothing"):
        away(company, deputy, company.manager)
    third = add_user("theo@example.com", "Theo", ["deployer"], by=company.operator).account
    assert not may_approve(company.ledger, third, pull[0]).allowed


def test_a_deputy_reaches_no_further_than_whoever_is_away(company, pull, deputy):
    elsewhere = add_user("pia@example.com", "Pia", [], by=company.operator).account
    grant_roles(elsewhere, ["approver"], by=company.operator, system="playground")
    away(company, elsewhere, deputy)
    assert not may_approve(company.ledger, deputy, pull[0]).allowed


def test_whoever_is_away_is_not_asked(company, pull, deputy):
    change, _ = pull
    cure = may_approve(company.ledger, deputy, change).cure
    assert company.approver in cure
    away(company, company.approver, deputy)
    asked = may_approve(company.ledger, company.requester, change)
    assert company.approver not in asked.cure
    assert deputy in asked.cure
    assert company.approver in asked.who_may


@pytest.mark.parametrize("roles", [["auditor"], []])
def test_a_deputy_takes_part_in_changes(company, roles):
    reads = add_user("olga@example.com", "Olga", roles, by=company.operator).account
    with pytest.raises(Refusal, match="auditor"):
        away(company, company.approver, reads)


def test_nobody_is_their_own_deputy_nor_away_for_ever(company):
    with pytest.raises(Refusal, match="your own"):
        away(company, company.approver, company.approver)
    with pytest.raises(Refusal, match="half a year"):
        away(company, company.approver, days=181)
    with pytest.raises(Refusal, match="nobody who may sign in"):
        away(company, company.approver, "github:user/1")
