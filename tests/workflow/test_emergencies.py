"""Emergencies, the lock until the review, windows and cases."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from changeproof.accounts.people import grant_roles
from changeproof.alerts.channels import add_channel
from changeproof.alerts.messages import message_of
from changeproof.alerts.models import Outgoing
from changeproof.alerts.outbox import notice_of
from changeproof.events.acts import CaseOpened
from changeproof.events.refusal import Refusal
from changeproof.ledger.judgements import CaseResolution
from changeproof.ledger.requests import ChangeRequest, Emergency, PostReview, TimeWindow
from changeproof.ledger.service import now
from changeproof.workflow.closing import ResolveCase, SetWindow, resolve_case, set_window
from changeproof.workflow.decisions import AuthorizeChange, authorize
from changeproof.workflow.emergencies import (
    DeclareEmergency,
    declare_emergency,
    may_declare,
)
from changeproof.workflow.naming import find_change
from changeproof.workflow.requesting import RequestChange, Window, request_change
from changeproof.workflow.reviewing import HoldPostReview, hold_post_review
from changeproof.workflow.rulings import MayNot
from tests.support.pull_requests import MINUTE, SYSTEM

YEAR = datetime.now(UTC).year


def outage(**said):
    return DeclareEmergency(SYSTEM, "Payments are down", **{"incident": "INC-1", **said})


def test_an_emergency_brings_its_change_and_says_what_is_owed(company):
    done = declare_emergency(company.ledger, company.requester, outage())
    assert done.name == f"EMG-{YEAR}-1"
    assert done.change == f"CHG-{YEAR}-0001"
    assert "owed" in done.note
    assert find_change(company.ledger, done.name) == done.change
    [row] = company.ledger.store.all(Emergency)
    assert row.ends_at - row.declared_at == 240 * MINUTE
    [request] = company.ledger.store.all(ChangeRequest)
    assert company.ledger.text(request.title) == "Payments are down"


def test_an_emergency_names_a_change_that_stands(company):
    pull, head = company.forge.open(7)
    done = declare_emergency(company.ledger, company.requester, outage(change=head[:8]))
    assert done.change == pull
    assert company.ledger.store.all(ChangeRequest) == []


def test_a_role_elsewhere_lets_no_change_through(company):
    """Else a role on a playground would pass a freeze of production."""
    _, head = company.forge.open(7)
    grant_roles(company.approver, ["requester"], by=company.operator, system="playground")
    said = DeclareEmergency("playground", "Payments are down", incident="INC-1", change=head[:8])
    with pytest.raises(Refusal, match="not declared") as caught:
        declare_emergency(company.ledger, company.approver, said)
    assert SYSTEM in caught.value.cure
    assert company.ledger.store.all(Emergency) == []


def test_without_an_incident_it_is_no_emergency(company):
    with pytest.raises(Refusal) as caught:
        declare_emergency(company.ledger, company.requester, outage(incident=None))
    assert "incident" in caught.value.cure


@pytest.mark.parametrize("minutes", [-1, 0, 8 * 24 * 60])
def test_an_end_must_be_near_and_ahead(company, minutes):
    with pytest.raises(Refusal):
        declare_emergency(
            company.ledger, company.requester, outage(ends_at=now() + minutes * MINUTE)
        )


def test_nobody_authorizes_their_own_and_the_authorizer_must_be_entitled(company):
    for account in (company.requester, "github:user/1"):
        with pytest.raises(MayNot):
            declare_emergency(company.ledger, company.requester, outage(authorized_by=account))
    done = declare_emergency(
        company.ledger, company.requester, outage(authorized_by=company.approver)
    )
    assert "Authorization" in done.note
    assert "whom you asked" in done.note


def test_the_second_emergency_waits_for_the_review_of_the_first(company):
    """Hard case 50."""
    first = declare_emergency(company.ledger, company.requester, outage())
    ruling = may_declare(company.ledger, company.requester, SYSTEM, now())
    assert not ruling.allowed
    assert first.name in ruling.why
    assert company.approver in ruling.cure
    with pytest.raises(MayNot, match="still owed"):
        declare_emergency(company.ledger, company.requester, outage())
    with pytest.raises(MayNot):  # naming somebody is not their word
        declare_emergency(company.ledger, company.requester, outage(authorized_by=company.manager))
    asked = RequestChange("Again", SYSTEM, "Down again")
    change = request_change(company.ledger, company.requester, asked).change
    for who in (company.approver, company.manager):
        with pytest.raises(MayNot):  # an approver who commands no incidents does not open the lock
            declare_emergency(company.ledger, company.requester, outage(change=change))
        authorize(company.ledger, who, AuthorizeChange(change))
    with pytest.raises(MayNot):  # their word is for that change only
        declare_emergency(company.ledger, company.requester, outage())
    declare_emergency(company.ledger, company.requester, outage(change=change))
    assert may_declare(company.ledger, company.manager, SYSTEM, now()).allowed


def test_somebody_elses_review_opens_the_lock(company):
    first = declare_emergency(company.ledger, company.manager, outage())
    with pytest.raises(MayNot):
        hold_post_review(
            company.ledger, company.manager, HoldPostReview(first.name, "accepted", "Fine")
        )
    hold_post_review(
        company.ledger, company.approver, HoldPostReview(first.name, "accepted", "It held")
    )
    assert [row.change_name for row in company.ledger.store.all(PostReview)] == [first.change]
    assert declare_emergency(company.ledger, company.manager, outage()).name == f"EMG-{YEAR}-2"


def test_a_freeze_is_set_by_somebody_who_may_and_moved_by_its_name(company):
    window = Window(now(), now() + MINUTE)
    with pytest.raises(MayNot):
        set_window(company.ledger, company.requester, SetWindow("freeze", window, "Sale"))
    done = set_window(company.ledger, company.manager, SetWindow("freeze", window, "Sale"))
    later = Window(window.begins_at, window.ends_at + MINUTE)
    set_window(company.ledger, company.manager, SetWindow("freeze", later, "Sale", name=done.name))
    assert [row.ends_at for row in company.ledger.store.all(TimeWindow)] == [later.ends_at]


def test_a_case_is_resolved_once_with_a_reason(company):
    pull, _ = company.forge.open(7)
    company.forge.say(CaseOpened, case=f"case:{pull}", subject=pull, check="signs/x")
    resolved = ResolveCase(pull, "reverted", "Taken back the same hour")
    with pytest.raises(Refusal):
        resolve_case(company.ledger, company.manager, replace(resolved, reason=""))
    resolve_case(company.ledger, company.manager, resolved)
    assert [row.outcome for row in company.ledger.store.all(CaseResolution)] == ["reverted"]
    with pytest.raises(Refusal, match="resolved before"):
        resolve_case(company.ledger, company.manager, resolved)


def test_who_is_passed_by_is_told_in_the_same_act(company):
    add_channel("mail", "ops@example.com")
    done = declare_emergency(company.ledger, company.requester, outage())
    [waiting] = Outgoing.objects.all()
    assert waiting.case_id == f"emergency:{done.name}"
    told = message_of([notice_of(waiting)], "https://proof.example.com")
    assert f"emergency {done.name} was declared" in told.title
    assert f"{done.name} on {SYSTEM}, incident INC-1 holds until" in told.text
    assert "It passes by 3 people who could authorize or approve there." in told.text
    assert f"https://proof.example.com/changes/{done.name}" in told.text
    assert f"{{{company.approver}}}" in done.note
    assert f"{{{company.requester}}}" not in done.note


def test_a_refused_emergency_tells_nobody(company):
    add_channel("mail", "ops@example.com")
    with pytest.raises(Refusal):
        declare_emergency(company.ledger, company.requester, outage(incident=None))
    assert not Outgoing.objects.exists()


def test_who_takes_part_is_not_passed_by(company):
    declared = declare_emergency(company.ledger, company.manager, outage())
    assert f"{{{company.manager}}}" not in declared.note
    assert f"{{{company.approver}}}" in declared.note
