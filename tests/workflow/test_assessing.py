"""Questions appear when policy, risk or the register asks; anybody entitled answers, later too."""

import pytest

from changeproof.accounts.people import operator
from changeproof.events.refusal import Refusal
from changeproof.events.systems import SystemRegistered
from changeproof.ledger.assessments import Assessment
from changeproof.ledger.service import now
from changeproof.workflow.assessing import Answer, AssessChange, assess
from changeproof.workflow.closing import CloseChange, close
from changeproof.workflow.contents_shown import ContentMoved
from changeproof.workflow.questions import answers_digest, questions_on
from changeproof.workflow.requesting import RequestChange, request_change
from changeproof.workflow.rulings import MayNot
from tests.support.own_policy import adopt
from tests.support.pull_requests import SYSTEM, WRITER

IN_SCOPE = {"categories": "[security, availability, confidentiality, privacy]"}


def request_of(company, risk=None):
    asked = RequestChange(title="Raise it", system=SYSTEM, reason="Sales asked", risk=risk)
    return request_change(company.ledger, company.requester, asked).change


def asked_of(company, change):
    return {one.topic for one in questions_on(company.ledger.store, change, now()) if one.because}


def answer(company, actor, change, *answers, seen=None):
    return assess(company.ledger, actor, AssessChange(change, answers, seen))


def test_without_a_reason_in_policy_or_register_nothing_is_asked(company):
    assert asked_of(company, request_of(company)) == set()


def test_what_policy_asks_depends_on_the_risk(company):
    assert asked_of(company, request_of(company, "high")) == {"design"}
    assert asked_of(company, request_of(company, "critical")) == {"design", "risk_after"}
    stages = "[request, assess, authorize, develop, approve, test, deploy]"
    adopt(company.forge, operator().account, {"  normal": stages})
    assert asked_of(company, request_of(company)) == {"objectives", "systems", "data", "risk"}


@pytest.mark.parametrize(
    ("registered", "expected"),
    [
        (None, {"availability", "confidentiality", "test_data", "design"}),
        ({"categories": ("availability",)}, {"availability", "design"}),
        (
            {"categories": ("privacy",), "data_classes": ("Personal data",)},
            {"privacy", "privacy_design", "design"},
        ),
        ({"categories": ("privacy",), "data_classes": ("orders",)}, {"design"}),
    ],
)
def test_what_is_committed_to_depends_on_the_register(company, registered, expected):
    adopt(company.forge, operator().account, IN_SCOPE)
    if registered is not None:
        company.forge.say(SystemRegistered, operator().account, system=SYSTEM, **registered)
    assert asked_of(company, request_of(company, "high")) == expected


def test_an_answer_about_systems_and_data_raises_further_questions(company):
    adopt(company.forge, operator().account, IN_SCOPE)
    by = operator().account
    company.forge.say(SystemRegistered, by, system=SYSTEM, categories=("availability",))
    company.forge.say(SystemRegistered, by, system="crm", categories=("privacy",))
    change = request_of(company)
    assert "privacy" not in asked_of(company, change)
    answer(
        company,
        company.approver,
        change,
        Answer("systems", "addressed", (SYSTEM, "crm")),
        Answer("data", "addressed", ("personal",)),
    )
    assert {"privacy", "privacy_design"} <= asked_of(company, change)


def test_answers_come_later_from_anybody_entitled_even_when_it_is_closed(company):
    change = request_of(company)
    close(company.ledger, company.manager, CloseChange(change, "implemented"))
    answer(company, company.approver, change, Answer("risk_after", "addressed", ("low",)))
    answer(company, company.manager, change, Answer("risk_after", "addressed", ("high",)))
    rows = company.ledger.store.by(Assessment, "change_name", [change])
    assert {row.account for row in rows} == {company.approver, company.manager}
    (stands,) = [
        one.given
        for one in questions_on(company.ledger.store, change, now())
        if one.topic == "risk_after"
    ]
    assert stands is not None
    assert stands.items == "high"


@pytest.mark.parametrize(
    ("said", "where", "why"),
    [
        (Answer("risk", "addressed", ("huge",)), "risk", "one of low, medium"),
        (Answer("privacy", "rejected"), "privacy", "what speaks against"),
        (Answer("privacy", "not_affected"), "privacy", "why it is not affected"),
        (Answer("data", "not_affected", ("orders",), "x"), "data", "says that nothing is"),
        (Answer("design", "addressed"), "design", "how it was addressed"),
    ],
)
def test_half_an_answer_is_refused(company, said, where, why):
    change = request_of(company)
    with pytest.raises(Refusal) as refused:
        answer(company, company.approver, change, said)
    assert refused.value.where == where
    assert why in refused.value.why
    assert not company.ledger.store.all(Assessment)


def test_none_twice_or_stale_is_refused(company):
    change = request_of(company)
    with pytest.raises(Refusal, match="no question"):
        answer(company, company.approver, change)
    said = Answer("design", "addressed", reason="As drawn.")
    with pytest.raises(Refusal, match="twice"):
        answer(company, company.approver, change, said, said)
    seen = answers_digest(questions_on(company.ledger.store, change, now()))
    answer(company, company.approver, change, said, seen=seen)
    with pytest.raises(ContentMoved):
        answer(company, company.manager, change, said, seen=seen)


def test_who_built_it_does_not_accept_it(company):
    pull, _ = company.forge.open(7, by=WRITER)
    company.forge.person(WRITER, company.approver)
    with pytest.raises(MayNot) as refused:
        answer(company, company.approver, pull, Answer("acceptance", "addressed", reason="Good"))
    assert "you pushed" in refused.value.why
    answer(company, company.manager, pull, Answer("acceptance", "addressed", reason="We use it"))
