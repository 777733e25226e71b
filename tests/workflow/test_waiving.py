"""A rule is set aside by somebody else than who asked, for a time, and the finding says so."""

import pytest

from changeproof.accounts.people import add_user
from changeproof.checks.judge import judge
from changeproof.events.deployments import DeploymentFinished
from changeproof.events.people import AccountDeclared, AccountJoined
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import now
from changeproof.ledger.waivers import Waiver, WaiverEnd
from changeproof.ledger.waivers_read import waivers_at
from changeproof.workflow.requesting import RequestChange, Window, request_change
from changeproof.workflow.rulings import MayNot
from changeproof.workflow.waiving import (
    EndWaiver,
    GrantWaiver,
    RefuseWaiver,
    RequestWaiver,
    end_waiver,
    grant_waiver,
    refuse_waiver,
    request_waiver,
)
from tests.policy.policies import adopted, policy_with
from tests.support.pull_requests import REPOSITORY, SYSTEM, WRITER

PATCHES = "cc8_1/14_patches"
DAY = 86_400_000_000


def asking(subject="organisation", check=PATCHES, days=30, **said):
    window = Window(now(), now() + days * DAY)
    told = {"reason": "The vendor is late.", "compensation": "The port is closed.", **said}
    return RequestWaiver(check, subject, window, **told)


@pytest.fixture
def other(company):
    """A second change manager."""
    by = company.operator
    return add_user("mia@example.com", "Mia", ["change_manager"], by=by).account


def standing(company):
    return {each.name: each.outcome for each in waivers_at(company.ledger.store, now())}


def test_asking_sets_nothing_aside_and_another_grants_it(company, other):
    asked = request_waiver(company.ledger, company.manager, asking())
    assert standing(company) == {asked.name: "waits"}
    assert not company.ledger.store.all(Waiver)
    granted = grant_waiver(company.ledger, other, GrantWaiver(asked.name))
    [row] = company.ledger.store.all(Waiver)
    assert (row.waiver, row.requested_by, row.granted_by) == (asked.name, company.manager, other)
    assert row.event == granted.event
    assert row.ends_at - row.begins_at <= 30 * DAY
    assert standing(company) == {asked.name: "in force"}


def test_nobody_grants_what_they_asked_for_whatever_account_they_use(company, other):
    asked = request_waiver(company.ledger, company.manager, asking())
    with pytest.raises(MayNot, match="you asked for it"):
        grant_waiver(company.ledger, company.manager, GrantWaiver(asked.name))
    for account in (company.manager, other):
        company.forge.say(AccountJoined, account=account, person="person:max", effective_at=0)
    with pytest.raises(MayNot, match="you asked for it"):
        grant_waiver(company.ledger, other, GrantWaiver(asked.name))
    assert standing(company) == {asked.name: "waits"}


def test_whoever_wrote_the_change_does_not_grant_it_and_a_bot_decides_nothing(company, other):
    pull, _ = company.forge.open(7)
    asked = request_waiver(company.ledger, company.manager, asking(pull))
    for account in (other, WRITER):
        company.forge.say(AccountJoined, account=account, person="person:mia", effective_at=0)
    with pytest.raises(MayNot, match="you "):
        grant_waiver(company.ledger, other, GrantWaiver(asked.name))
    third = add_user("bo@example.com", "Bo", ["change_manager"], by=company.operator).account
    company.forge.say(AccountDeclared, account=third, kind="bot")
    with pytest.raises(MayNot, match="a human decides"):
        grant_waiver(company.ledger, third, GrantWaiver(asked.name))


def test_who_may_only_ask_does_not_grant(company):
    asked = request_waiver(company.ledger, company.requester, asking())
    with pytest.raises(MayNot, match="waiver:grant"):
        grant_waiver(company.ledger, company.approver, GrantWaiver(asked.name))


@pytest.mark.parametrize(
    ("wrong", "where", "why"),
    [
        ({"check": "cc8_1/08_approval"}, "check", "does not let"),
        ({"days": 91}, "end", "90 days at most"),
        ({"days": -1}, "end", "ends before it begins"),
        ({"reason": "  "}, "reason", "empty"),
        ({"compensation": ""}, "compensation", "empty"),
        ({"subject": "system:nowhere"}, "subject", "nothing on record"),
        ({"subject": "vulnerability:CVE-1"}, "subject", "nothing on record"),
    ],
)
def test_what_policy_does_not_allow_is_refused_before_it_is_on_record(company, wrong, where, why):
    with pytest.raises(Refusal) as caught:
        request_waiver(company.ledger, company.manager, asking(**wrong))
    assert why in caught.value.why
    assert where in caught.value.where or caught.value.where == "window"
    assert not standing(company)


def test_a_refusal_needs_its_reason_and_stays(company, other):
    asked = request_waiver(company.ledger, company.manager, asking())
    with pytest.raises(Refusal, match="empty"):
        refuse_waiver(company.ledger, other, RefuseWaiver(asked.name, " "))
    refuse_waiver(company.ledger, other, RefuseWaiver(asked.name, "Close the port first."))
    assert standing(company) == {asked.name: "refused"}
    with pytest.raises(Refusal, match="it was refused"):
        grant_waiver(company.ledger, other, GrantWaiver(asked.name))


def test_what_is_taken_back_ends_once(company, other):
    asked = request_waiver(company.ledger, company.manager, asking())
    with pytest.raises(Refusal, match="no waiver of this name was granted"):
        end_waiver(company.ledger, other, EndWaiver(asked.name))
    grant_waiver(company.ledger, other, GrantWaiver(asked.name))
    with pytest.raises(Refusal, match="granted already"):
        grant_waiver(company.ledger, other, GrantWaiver(asked.name))
    end_waiver(company.ledger, other, EndWaiver(asked.name))
    with pytest.raises(Refusal, match="ended already"):
        end_waiver(company.ledger, other, EndWaiver(asked.name))
    assert len(company.ledger.store.all(WaiverEnd)) == 1
    assert standing(company) == {asked.name: "taken back"}


def test_names_count_on_through_the_year(company):
    names = [request_waiver(company.ledger, company.manager, asking()).name for _ in range(2)]
    year = names[0].split("-")[1]
    assert names == [f"WVR-{year}-0001", f"WVR-{year}-0002"]


def test_what_is_deployed_under_a_waiver_is_met_and_says_by_whom(company, other):
    """From the request to the verdict: an approval that policy lets be waived."""
    policy = policy_with(("[cc8_1/14_patches]", "[cc8_1/08_approval]"), version=2)
    company.ledger.record_events([adopted(policy, 1)], collector="test")
    pull, head = company.forge.open(7)
    asked = request_waiver(company.ledger, company.manager, asking(pull, "cc8_1/08_approval"))
    grant_waiver(company.ledger, other, GrantWaiver(asked.name))
    company.forge.clock = now()
    merged = company.forge.merge(pull, head)
    company.forge.say(
        DeploymentFinished,
        WRITER,
        deployment=f"{REPOSITORY}/deployment/7",
        outcome="succeeded",
        repository=REPOSITORY,
        environment="production",
        revision=merged,
    )
    found = judge(company.ledger.store, [pull], company.forge.clock + DAY)
    [approval] = [each for each in found if each.check_id == "cc8_1/08_approval"]
    assert (approval.verdict, approval.basis) == ("met", "waived")
    assert asked.name in approval.reason
    assert f"{{{other}}}" in approval.reason


def test_a_waiver_of_one_system_is_its_managers_affair(company):
    change = request_change(
        company.ledger, company.manager, RequestChange("Move", SYSTEM, "They asked")
    ).change
    asked = request_waiver(company.ledger, company.manager, asking(change))
    by = company.operator
    away = add_user("lee@example.com", "Lee", [], by=by).account
    with pytest.raises(MayNot):
        grant_waiver(company.ledger, away, GrantWaiver(asked.name))
