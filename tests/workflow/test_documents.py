"""A document's version is a change: approved by its digest, put in force, read, looked at again."""

from dataclasses import replace

import pytest

from changeproof.accounts.models import User
from changeproof.accounts.people import link_account
from changeproof.accounts.permissions import holder_of
from changeproof.accounts.readers import obliged_to_read
from changeproof.events.access import PersonLeft, PersonReturned
from changeproof.events.refusal import Refusal
from changeproof.ledger.documents_read import documents_at
from changeproof.ledger.joined import Finding
from changeproof.ledger.service import now
from changeproof.monitor.falling_due import falling_due
from changeproof.monitor.judging import judge_waiting
from changeproof.workflow.decisions import (
    ApproveChange,
    AuthorizeChange,
    approve,
    authorize,
)
from changeproof.workflow.documents import (
    Acknowledge,
    PutInForce,
    ReviewDocument,
    WriteVersion,
    acknowledge,
    put_in_force,
    review_document,
    write_version,
)
from changeproof.workflow.rulings import MayNot
from changeproof.workflow.withdrawing import WithdrawDecision, withdraw
from tests.support.pull_requests import SYSTEM

FIRST = WriteVersion(
    document="restore",
    title="How we restore",
    kind="runbook",
    system=SYSTEM,
    text="1. Stop the queue.\r\n2. Restore.",
    reason="Nobody knows how",
    review_days=180,
    roles=("approver",),
    acknowledge_days=7,
)


@pytest.fixture
def written(company):
    return write_version(company.ledger, company.requester, FIRST).change


def standing(company):
    [held] = documents_at(company.ledger.store, now())
    return held


def bring_in_force(company, change, number="1"):
    authorize(company.ledger, company.approver, AuthorizeChange(change))
    approve(company.ledger, company.approver, ApproveChange(change))
    put_in_force(company.ledger, company.requester, PutInForce("restore", number))


def test_its_life_is_a_change_of_kind_procedure_judged_like_others(company, written):
    assert standing(company).in_force is None
    bring_in_force(company, written)
    held = standing(company)
    assert held.in_force is not None
    assert company.ledger.text(held.in_force.text) == "1. Stop the queue.\n2. Restore."
    judge_waiting(company.ledger)
    found = {
        row.check_id: (row.verdict, row.reason)
        for row in company.ledger.store.by(Finding, "subject", [written])
    }
    for check in ("cc8_1/02_authorization", "cc8_1/08_approval"):
        assert found[check][0] == "met", found[check]
    assert found["cc8_1/06_configuration"][0] == "met", found["cc8_1/06_configuration"]


def test_who_is_to_read_it_is_told_until_they_did(company, written):
    bring_in_force(company, written)
    [waiting] = obliged_to_read(company.ledger.store, standing(company), now())
    assert (waiting.account, waiting.acknowledged_at) == (company.approver, None)
    due = {each.kind: each for each in falling_due(company.ledger, now())}
    assert due["acknowledgement"].due_at == waiting.due_at
    assert due["document review"].due_at == standing(company).review_due
    acknowledge(company.ledger, company.approver, Acknowledge("restore", "1"))
    [read] = obliged_to_read(company.ledger.store, standing(company), now())
    assert read.acknowledged_at is not None
    assert "acknowledgement" not in {each.kind for each in falling_due(company.ledger, now())}
    judge_waiting(company.ledger)
    [kept] = [
        row
        for row in company.ledger.store.by(Finding, "subject", ["organisation"])
        if row.check_id == "practices/documents_kept"
    ]
    assert (kept.verdict, "1 of 1 acknowledgements" in kept.reason) == ("met", True), kept.reason


def test_a_text_comes_into_force_only_by_another_persons_standing_yes(company, written):
    put = PutInForce("restore", "1")
    with pytest.raises(Refusal) as caught:
        put_in_force(company.ledger, company.requester, put)
    assert "nobody approved this text" in caught.value.why
    approve(company.ledger, company.manager, ApproveChange(written))
    with pytest.raises(Refusal) as caught:
        put_in_force(company.ledger, company.manager, put)
    assert "you alone approved it" in caught.value.why
    withdraw(company.ledger, company.manager, WithdrawDecision(written, "approval", "Wrong step"))
    with pytest.raises(Refusal) as caught:
        put_in_force(company.ledger, company.requester, put)
    assert "nobody approved this text" in caught.value.why
    approve(company.ledger, company.approver, ApproveChange(written))
    put_in_force(company.ledger, company.manager, put)
    with pytest.raises(Refusal) as caught:
        put_in_force(company.ledger, company.manager, put)
    assert "it is in force" in caught.value.why


def test_who_began_from_another_version_is_told_what_moved(company, written):
    second = write_version(company.ledger, company.manager, replace(FIRST, text="Other")).change
    bring_in_force(company, written)
    with pytest.raises(Refusal) as caught:
        write_version(company.ledger, company.manager, replace(FIRST, text="Third"))
    assert "version 1 is in force now" in caught.value.why
    bring_in_force(company, second, "2")
    with pytest.raises(Refusal) as caught:
        acknowledge(company.ledger, company.approver, Acknowledge("restore", "1"))
    assert "version 2 is in force" in caught.value.why
    bring = PutInForce("restore", "1")
    with pytest.raises(Refusal, match="not put in force"):
        put_in_force(company.ledger, company.requester, bring)


def test_it_is_looked_at_again_by_who_may_hold_reviews(company, written):
    bring_in_force(company, written)
    before = standing(company).review_due
    looked = ReviewDocument("restore", "1", "kept", "Tried it on Friday")
    with pytest.raises(MayNot):
        review_document(company.ledger, company.requester, looked)
    review_document(company.ledger, company.manager, looked)
    assert standing(company).review_due > before


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"document": "policy"}, "document"),
        ({"document": "a/b"}, "document"),
        ({"text": " "}, "text"),
        ({"review_days": 0}, "review_days"),
        ({"acknowledge_days": 9_999}, "acknowledge_days"),
        ({"text": "x" * 100_001}, "text"),
        ({"accounts": tuple(f"local:user/{n}" for n in range(201))}, "accounts"),
    ],
)
def test_what_cannot_stand_is_refused_and_nothing_is_recorded(company, said, where):
    with pytest.raises(Refusal) as caught:
        write_version(company.ledger, company.requester, replace(FIRST, **said))
    assert caught.value.where == where
    assert documents_at(company.ledger.store, now()) == []


def test_whose_reader_left_is_told_by_any_account_of_theirs(company, written):
    """As the view `leaver` finds it: the roster names the person, or an account elsewhere."""
    bring_in_force(company, written)
    ada = User.objects.get(email="ada@example.com")
    link_account(ada, "github:user/7", by=company.operator)

    def waiting():
        rows = obliged_to_read(company.ledger.store, standing(company), now())
        return [row.account for row in rows]

    company.forge.say(PersonLeft, person="github:user/8")
    assert waiting() == [company.approver]
    company.forge.say(PersonLeft, person="github:user/7")
    assert waiting() == []
    company.forge.say(PersonReturned, person=holder_of(ada.account))
    assert waiting() == [company.approver]
