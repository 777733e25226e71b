"""Access is granted by another, for a reason and a time; a review keeps or revokes each grant."""

import pytest

from changeproof.accounts.people import add_user
from changeproof.checks.judge import judge
from changeproof.events.access import AccessGranted
from changeproof.events.refusal import Refusal
from changeproof.ledger.access import AccessEnd, AccessGrant
from changeproof.ledger.access_read import held_access, reviews_at
from changeproof.ledger.access_reviews import AccessReview, AccessReviewDecision
from changeproof.ledger.oversight import HeldReview
from changeproof.ledger.service import now
from changeproof.workflow.access import DAY, EndAccess, GrantAccess, end_access, grant_access
from changeproof.workflow.access_reviews import (
    DecideAccess,
    OpenAccessReview,
    decide_access,
    open_access_review,
)
from changeproof.workflow.rulings import MayNot
from tests.support.pull_requests import SYSTEM, WRITER

PRACTICE = "practices/production_access"


def deploying(account=WRITER, days=30, **said):
    told = {"reason": "On call", **said}
    return GrantAccess(account, "deploy", SYSTEM, now() + days * DAY, **told)


@pytest.fixture
def other(company):
    """A second change manager."""
    by = company.operator
    return add_user("mia@example.com", "Mia", ["change_manager"], by=by).account


def held(company):
    return {each.account: each for each in held_access(company.ledger.store, now())}


def finding(company):
    subject = f"system:{SYSTEM}"
    [row] = [
        row
        for row in judge(company.ledger.store, [subject], now())
        if (row.subject, row.check_id) == (subject, PRACTICE)
    ]
    return row


def test_granted_by_another_and_ended(company):
    done = grant_access(company.ledger, company.manager, deploying())
    [row] = company.ledger.store.all(AccessGrant)
    assert (row.granted_by, row.approved_by, row.event) == (*[company.manager] * 2, done.event)
    assert held(company)[WRITER].event == done.event
    end_access(company.ledger, company.manager, EndAccess(done.event[:12], "Moved on"))
    assert held(company) == {}
    with pytest.raises(Refusal, match="Nothing was recorded"):
        end_access(company.ledger, company.manager, EndAccess(done.event, "Again"))
    assert len(company.ledger.store.all(AccessEnd)) == 1


def test_an_address_stands_for_who_signs_in_with_it(company):
    grant_access(company.ledger, company.manager, deploying("rosa@example.com"))
    assert list(held(company)) == [company.requester]


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"days": 0}, "end"),
        ({"days": 400}, "end"),
        ({"reason": " "}, "reason"),
        ({"account": "somebody"}, "account"),
    ],
)
def test_without_a_reason_an_end_or_an_account_nothing_is_granted(company, said, where):
    with pytest.raises(Refusal) as caught:
        grant_access(company.ledger, company.manager, deploying(**said))
    assert caught.value.where == where
    assert held(company) == {}


def test_nobody_grants_their_own_nor_without_the_right(company):
    with pytest.raises(MayNot, match="may not grant"):
        grant_access(company.ledger, company.manager, deploying(company.manager))
    with pytest.raises(MayNot):
        grant_access(company.ledger, company.approver, deploying())


def test_a_review_keeps_and_revokes_and_the_practice_reads_it(company):
    kept = grant_access(company.ledger, company.manager, deploying()).event
    gone = grant_access(company.ledger, company.manager, deploying(company.requester)).event
    assert finding(company).verdict == "not_verifiable"
    name = open_access_review(company.ledger, company.manager, OpenAccessReview(SYSTEM)).name
    with pytest.raises(Refusal, match="not opened"):
        open_access_review(company.ledger, company.manager, OpenAccessReview(SYSTEM.upper()))
    some = decide_access(company.ledger, company.approver, DecideAccess(name, {kept: "keep"}))
    assert "1 still to be decided." in some.note
    assert not company.ledger.store.all(HeldReview)
    with pytest.raises(Refusal) as caught:  # why it is revoked is needed
        decide_access(company.ledger, company.approver, DecideAccess(name, {gone: "revoke"}))
    assert caught.value.where == "reason"
    revoking = DecideAccess(name, {gone[:12]: "revoke"}, "Left the team")
    done = decide_access(company.ledger, company.approver, revoking)
    assert "0 kept, 1 revoked." in done.note
    [review] = company.ledger.store.all(HeldReview)
    assert (review.topic, review.system, review.outcome) == ("access", SYSTEM, "changed")
    assert list(held(company)) == [WRITER]
    row = finding(company)
    assert row.verdict == "met"
    assert f"last reviewed by {{{company.approver}}}" in row.reason
    assert review.event in row.evidence
    with pytest.raises(Refusal, match="Nothing was recorded"):
        decide_access(company.ledger, company.approver, revoking)


def test_ones_own_access_waits_for_somebody_else(company, other):
    own = grant_access(company.ledger, other, deploying(company.manager)).event
    rest = grant_access(company.ledger, company.manager, deploying(other)).event
    name = open_access_review(company.ledger, company.manager, OpenAccessReview(SYSTEM)).name
    both = {own: "keep", rest: "keep"}
    with pytest.raises(MayNot, match="may not decide"):
        decide_access(company.ledger, company.manager, DecideAccess(name, both))
    assert company.ledger.store.all(AccessReviewDecision) == []
    done = decide_access(company.ledger, company.manager, DecideAccess(name, {rest: "keep"}))
    assert "Your own access waits for somebody else." in done.note
    decide_access(company.ledger, other, DecideAccess(name, {own: "keep"}))
    reviewers = {row.account for row in company.ledger.store.all(HeldReview)}
    assert reviewers == {company.manager, other}
    assert finding(company).verdict == "met"
    assert [each.waiting for each in reviews_at(company.ledger.store, now())] == [()]


def test_what_came_after_the_opening_or_ended_is_not_in_it(company):
    first = grant_access(company.ledger, company.manager, deploying()).event
    name = open_access_review(company.ledger, company.manager, OpenAccessReview(SYSTEM)).name
    later = grant_access(company.ledger, company.manager, deploying(company.requester)).event
    with pytest.raises(Refusal):
        decide_access(company.ledger, company.approver, DecideAccess(name, {later: "keep"}))
    end_access(company.ledger, company.manager, EndAccess(first, "Gone"))
    with pytest.raises(Refusal) as caught:
        decide_access(company.ledger, company.approver, DecideAccess(name, {first: "keep"}))
    assert "everything in it is decided" in caught.value.why


def test_there_is_no_review_of_nothing_and_no_empty_decision(company):
    with pytest.raises(Refusal) as caught:
        open_access_review(company.ledger, company.manager, OpenAccessReview(SYSTEM))
    assert "on record" in caught.value.why
    assert company.ledger.store.all(AccessReview) == []
    grant_access(company.ledger, company.manager, deploying())
    name = open_access_review(company.ledger, company.manager, OpenAccessReview(SYSTEM)).name
    with pytest.raises(Refusal) as caught:
        decide_access(company.ledger, company.approver, DecideAccess(name, {}))
    assert "empty answer" in caught.value.why


def test_a_grant_stated_again_continues_the_access(company):
    first = grant_access(company.ledger, company.manager, deploying(days=5)).event
    grant_access(company.ledger, company.manager, deploying(days=9))
    company.forge.say(AccessGranted, account="x:1", access="prover", system=SYSTEM)
    [row] = held_access(company.ledger.store, now())
    assert row.event == first
    assert row.ends_at > now() + 8 * DAY
