"""Who may decide about what: on resolved persons, and on the content that was shown."""

from dataclasses import replace

import pytest

from changeproof.accounts.people import add_user, grant_roles, revoke_role
from changeproof.events.people import AccountDeclared, AccountJoined
from changeproof.events.refusal import Refusal
from changeproof.ledger.contents_read import shown_of
from changeproof.ledger.decisions import Approval, ChangeAuthorization, Decline
from changeproof.ledger.requests import PostReview
from changeproof.workflow.closing import CloseChange, close
from changeproof.workflow.decisions import (
    ApproveChange,
    AuthorizeChange,
    DeclineChange,
    approve,
    authorize,
    decline,
)
from changeproof.workflow.requesting import RequestChange, request_change
from changeproof.workflow.rulings import MayNot, may_approve, may_authorize
from tests.support.pull_requests import SYSTEM, WRITER


@pytest.fixture
def pull(company):
    return company.forge.open(7)


def join(company, local, account):
    company.forge.say(AccountJoined, account=account, person=local, effective_at=0)


def test_somebody_else_approves_the_content_they_saw(company, pull):
    change, head = pull
    assert may_approve(company.ledger, company.approver, change).allowed
    seen = shown_of(company.ledger.store, change).digest
    done = approve(company.ledger, company.approver, ApproveChange(change, seen=seen))
    [row] = company.ledger.store.all(Approval)
    assert (row.revision, row.account, row.event) == (head, company.approver, done.event)
    assert head[:12] in done.note


def test_content_that_moved_meanwhile_is_not_approved(company, pull):
    change, head = pull
    seen = shown_of(company.ledger.store, change).digest
    newer = company.forge.push(7, "fix", parent=head)
    for command in (ApproveChange(change, seen=seen), ApproveChange(change, revision=head[:7])):
        with pytest.raises(Refusal) as caught:
            approve(company.ledger, company.approver, command)
        assert newer[:12] in caught.value.why
    approve(company.ledger, company.approver, ApproveChange(change, revision=newer[:7]))
    assert [row.revision for row in company.ledger.store.all(Approval)] == [newer]


def test_the_merged_commit_names_the_content_that_it_merged(company, pull):
    change, head = pull
    merged = company.forge.merge(change, head)
    approve(company.ledger, company.approver, ApproveChange(change, revision=merged))
    assert [row.revision for row in company.ledger.store.all(Approval)] == [merged]


def test_whoever_pushed_or_wrote_may_not_approve_under_any_account(company, pull):
    change, _ = pull
    join(company, company.approver, WRITER)
    ruling = may_approve(company.ledger, company.approver, change)
    assert not ruling.allowed
    assert "pull request" in ruling.why
    assert company.approver not in ruling.who_may
    assert company.manager in ruling.who_may
    assert company.manager in ruling.cure
    with pytest.raises(MayNot):
        approve(company.ledger, company.approver, ApproveChange(change))
    with pytest.raises(MayNot):
        authorize(company.ledger, company.approver, AuthorizeChange(change))


def test_the_last_pusher_may_not_approve(company, pull):
    change, head = pull
    join(company, company.approver, "github:user/9")
    company.forge.push(7, "reviewer's fix", by="github:user/9", parent=head)
    assert "pushed" in may_approve(company.ledger, company.approver, change).why


def test_merging_is_not_writing(company, pull):
    change, head = pull
    join(company, company.approver, "github:user/9")
    company.forge.merge(change, head, by="github:user/9")
    assert may_approve(company.ledger, company.approver, change).allowed


def test_whoever_runs_the_agent_may_not_approve_its_work(company):
    agent = "github:user/77"
    company.forge.say(AccountDeclared, account=agent, kind="agent", run_by=company.approver)
    change, _ = company.forge.open(8, by=agent)
    ruling = may_approve(company.ledger, company.approver, change)
    assert not ruling.allowed
    assert f"{{{agent}}}" in ruling.why


def test_an_agent_decides_nothing(company, pull):
    agent = "github:user/77"
    grant_roles(agent, ["approver"], by=company.operator)
    company.forge.say(AccountDeclared, account=agent, kind="agent")
    assert "human" in may_approve(company.ledger, agent, pull[0]).why


def test_a_requester_does_not_authorize_their_own(company):
    grant_roles(company.requester, ["approver"], by=company.operator)
    done = request_change(
        company.ledger, company.requester, RequestChange("Title", SYSTEM, "Reason")
    )
    ruling = may_authorize(company.ledger, company.requester, done.change)
    assert not ruling.allowed
    assert ruling.why == "you requested it"
    authorize(company.ledger, company.approver, AuthorizeChange(done.change, "On the roadmap"))
    assert [row.account for row in company.ledger.store.all(ChangeAuthorization)] == [
        company.approver
    ]


def test_who_requested_another_change_of_the_same_work_decides_about_neither(company, pull):
    """Else two people would decide for one another, with one pull request in two requests."""
    both = ["requester", "approver"]
    first, second = (
        add_user(f"{name}@example.com", name, roles, by=company.operator).account
        for name, roles in (("Uta", both), ("Veit", both))
    )
    link = (pull[0],)
    changes = [
        request_change(company.ledger, who, RequestChange("Do", SYSTEM, "Why", links=link)).change
        for who in (first, second)
    ]
    for change in changes:
        for who in (first, second):
            ruling = may_approve(company.ledger, who, change)
            assert not ruling.allowed
            assert "requested" in ruling.why
            assert not may_authorize(company.ledger, who, change).allowed
        assert may_approve(company.ledger, company.approver, change).allowed


def test_a_role_on_another_system_does_not_reach(company, pull):
    revoke_role(company.approver, "approver", by=company.operator)
    grant_roles(company.approver, ["approver"], by=company.operator, system="other")
    assert not may_approve(company.ledger, company.approver, pull[0]).allowed
    grant_roles(company.approver, ["approver"], by=company.operator, system=SYSTEM)
    assert may_approve(company.ledger, company.approver, pull[0]).allowed


def test_a_request_without_work_has_nothing_to_approve(company):
    done = request_change(
        company.ledger, company.requester, RequestChange("Title", SYSTEM, "Reason")
    )
    with pytest.raises(Refusal, match="not recorded") as caught:
        approve(company.ledger, company.approver, ApproveChange(done.change))
    assert "Link" in caught.value.cure


def test_a_no_needs_its_reason_and_is_recorded(company, pull):
    change, head = pull
    with pytest.raises(Refusal):
        decline(company.ledger, company.approver, DeclineChange(change, " "))
    decline(company.ledger, company.approver, DeclineChange(change, "No way back", head))
    assert [row.revision for row in company.ledger.store.all(Decline)] == [head]


def test_no_decision_after_closing(company):
    done = request_change(
        company.ledger, company.requester, RequestChange("Title", SYSTEM, "Reason")
    )
    close(company.ledger, company.requester, CloseChange(done.change, "cancelled"))
    for act, command in (
        (authorize, AuthorizeChange(done.change)),
        (approve, ApproveChange(done.change)),
        (close, CloseChange(done.change, "implemented")),
    ):
        with pytest.raises(MayNot, match="closed"):
            act(company.ledger, company.manager, command)


def alone(company, change):
    """Leave the operator as the only one who could approve, and as the change's writer."""
    revoke_role(company.approver, "approver", by=company.operator)
    revoke_role(company.manager, "change_manager", by=company.operator)
    join(company, company.operator, WRITER)


def test_the_only_person_is_refused_with_the_cure(company, pull):
    alone(company, pull[0])
    with pytest.raises(MayNot) as caught:
        approve(company.ledger, company.operator, ApproveChange(pull[0]))
    assert "second person" in caught.value.cure


def test_a_small_team_records_a_compensating_review_and_no_approval(company, pull):
    alone(company, pull[0])
    company.ledger.instance = replace(company.ledger.instance, profile="small_team")
    done = approve(company.ledger, company.operator, ApproveChange(pull[0]))
    assert "compensating" in done.note
    assert company.ledger.store.all(Approval) == []
    assert [row.account for row in company.ledger.store.all(PostReview)] == [company.operator]


def test_work_linked_to_a_request_elsewhere_keeps_its_own_approvers(company):
    """A request on a playground gives the playground's approvers no say over payments."""
    pull, _ = company.forge.open(7)
    by = company.operator
    asking = add_user("pia@example.com", "Pia", [], by=by).account
    deciding = add_user("quin@example.com", "Quin", [], by=by).account
    grant_roles(asking, ["requester"], by=by, system="playground")
    grant_roles(deciding, ["approver"], by=by, system="playground")
    said = RequestChange("Try it", "playground", "To see", links=(pull,))
    asked = request_change(company.ledger, asking, said)
    ruling = may_approve(company.ledger, deciding, asked.change)
    assert not ruling.allowed
    assert SYSTEM in ruling.why
    assert deciding not in ruling.who_may
    grant_roles(deciding, ["approver"], by=by, system=SYSTEM)
    assert may_approve(company.ledger, deciding, asked.change).allowed
