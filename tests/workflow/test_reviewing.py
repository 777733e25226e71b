"""A review afterwards: achieved against expected, incidents, the way back, what follows."""

from dataclasses import replace

import pytest

from changeproof.events.refusal import Refusal
from changeproof.ledger.incidents import IncidentChange
from changeproof.ledger.requests import PostReview
from changeproof.ledger.reviews_afterwards import PostReviewAnswer, PostReviewNaming
from changeproof.workflow.requesting import RequestChange, request_change
from changeproof.workflow.reviewing import HoldPostReview, hold_post_review
from changeproof.workflow.rulings import MayNot
from tests.support.pull_requests import SYSTEM


@pytest.fixture
def change(company):
    asked = RequestChange("Faster queue", SYSTEM, "Half the time")
    return request_change(company.ledger, company.requester, asked).change


def test_what_it_says_is_kept_and_an_incident_is_linked_once(company, change):
    next_one = request_change(
        company.ledger, company.requester, RequestChange("Again", SYSTEM, "It broke")
    ).change
    said = HoldPostReview(
        change,
        "follow_up",
        "A third faster",
        achieved="partly",
        back_out="used",
        incidents=("INC-7", " INC-7 ", ""),
        lessons="Measure before",
        follow_ups=(next_one.lower(),),
    )
    hold_post_review(company.ledger, company.approver, said)
    hold_post_review(company.ledger, company.manager, said)
    store = company.ledger.store
    answers = store.all(PostReviewAnswer)
    assert {(row.achieved, row.back_out) for row in answers} == {("partly", "used")}
    assert {company.ledger.text(row.lessons) for row in answers} == {"Measure before"}
    named = {(row.relation, row.named) for row in store.all(PostReviewNaming)}
    assert named == {("incident", "INC-7"), ("follow_up", next_one)}
    [caused] = store.all(IncidentChange)
    assert (caused.incident, caused.change_name, caused.relation) == ("INC-7", change, "caused")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"achieved": "not_achieved"}, "nothing follows from it"),
        ({"follow_ups": ("CHG-1900-0001",)}, "no change on record"),
        ({"incidents": tuple(f"INC-{n}" for n in range(21))}, "it names 21; 20 are taken"),
        ({"reason": " "}, "it is empty"),
    ],
)
def test_what_cannot_stand_is_refused_and_nothing_is_recorded(company, change, said, why):
    command = replace(HoldPostReview(change, "accepted", "Fine"), **said)
    with pytest.raises(Refusal) as caught:
        hold_post_review(company.ledger, company.approver, command)
    assert why in caught.value.why
    assert company.ledger.store.all(PostReview) == []
    assert company.ledger.store.all(IncidentChange) == []


def test_nobody_reviews_what_they_asked_for_nor_follows_a_change_by_itself(company, change):
    with pytest.raises(MayNot):
        hold_post_review(
            company.ledger, company.requester, HoldPostReview(change, "accepted", "Fine")
        )
    itself = HoldPostReview(change, "follow_up", "Fine", follow_ups=(change,))
    with pytest.raises(Refusal, match="not recorded"):
        hold_post_review(company.ledger, company.approver, itself)
