"""Nobody decides on their own change by a side way, and no scope reaches beyond itself."""

import pytest

from changeproof.accounts.models import User
from changeproof.accounts.people import add_user, declare_machine, grant_roles
from changeproof.alerts.asked_links import digest_asked
from changeproof.alerts.needed import AUTHORIZE
from changeproof.events.acts import CaseOpened
from changeproof.events.break_glass import BreakGlassUsed
from changeproof.events.people import AccountJoined
from changeproof.events.refusal import Refusal
from changeproof.ledger.incidents import IncidentChange
from changeproof.ledger.joined import Change, SubjectJudged
from changeproof.ledger.production_acts import AuthorizedItem
from changeproof.ledger.requests import RequestClosure, TimeWindow
from changeproof.ledger.service import now
from changeproof.monitor.judging import judge_waiting
from changeproof.workflow.closing import (
    CloseChange,
    ResolveCase,
    SetWindow,
    close,
    resolve_case,
    set_window,
)
from changeproof.workflow.contents_shown import ContentMoved
from changeproof.workflow.decisions import (
    ApproveChange,
    AuthorizeChange,
    DeclineChange,
    approve,
    authorize,
    decline,
)
from changeproof.workflow.group_roles import (
    AdoptGroupRole,
    EndGroupRole,
    ProposeGroupRole,
    adopt_group_role,
    end_group_role,
    propose_group_role,
)
from changeproof.workflow.incidents import (
    LinkIncident,
    RecordIncident,
    link_incident,
    record_incident,
)
from changeproof.workflow.membership import AddPerson, GiveRole, add_person, give_role
from changeproof.workflow.naming import UnknownName
from changeproof.workflow.policies import AdoptPolicy, ProposePolicy, adopt_policy, propose_policy
from changeproof.workflow.relating import MergeDuplicate, SplitChange, merge, split
from changeproof.workflow.requesting import RequestChange, Window, request_change
from changeproof.workflow.rulings import MayNot, may_approve, may_authorize
from changeproof.workflow.steps import PlanSteps, ReportStep, plan_steps, report_step
from changeproof.workflow.withdrawing import WithdrawDecision, withdraw
from tests.policy.policies import text_with
from tests.support.pull_requests import SYSTEM, WRITER

HOUR = 3_600_000_000


def asked(company, who=None, system=SYSTEM, title="Restore orders"):
    command = RequestChange(title, system, "Lost", kind="data")
    return request_change(company.ledger, who or company.requester, command).change


def steps_of_rosa(company):
    """A change whose steps its requester planned, allowed by Ada."""
    change = asked(company)
    plan_steps(company.ledger, company.requester, PlanSteps(change, "Stop it\nStart it"))
    authorize(company.ledger, company.approver, AuthorizeChange(change))
    approve(company.ledger, company.approver, ApproveChange(change))
    return change


def hindered(company, change, who=None):
    with pytest.raises(Refusal) as caught:
        report_step(company.ledger, who or company.requester, ReportStep(change, 1, "done"))
    return caught.value.why


def test_whoever_planned_the_steps_decides_on_them_no_more_than_who_asked(company):
    change = asked(company)
    plan_steps(company.ledger, company.manager, PlanSteps(change, "Stop it\nStart it"))
    for may in (may_authorize, may_approve):
        ruling = may(company.ledger, company.manager, change)
        assert (ruling.allowed, ruling.why) == (False, "you planned its steps")
    assert may_approve(company.ledger, company.approver, change).allowed


def test_a_part_and_a_duplicate_are_still_their_requesters(company):
    """Else a colleague's number is enough to decide on what one asked for oneself."""
    grant_roles(company.requester, ["change_manager"], by=company.operator)
    whole = asked(company)
    part = split(company.ledger, company.manager, SplitChange(whole, "Half", "Too large")).name
    twin = asked(company, company.manager, title="Restore orders too")
    merge(company.ledger, company.manager, MergeDuplicate(asked(company), twin, "The same"))
    for change, why in ((part, "of which it is a part"), (twin, "which asks for the same")):
        ruling = may_authorize(company.ledger, company.requester, change)
        assert (ruling.allowed, why in ruling.why) == (False, True)
        assert not may_authorize(company.ledger, company.manager, change).allowed
        assert may_authorize(company.ledger, company.approver, change).allowed


def test_a_yes_taken_back_by_a_second_account_and_a_no_stand_in_the_way_of_the_first_step(company):
    change = steps_of_rosa(company)
    second = add_user("ada2@example.com", "Ada", ["approver"], by=company.operator).account
    for account in (company.approver, second):
        company.forge.say(AccountJoined, account=account, person="person:ada", effective_at=0)
    withdraw(company.ledger, second, WithdrawDecision(change, "approval", "Not so sure"))
    assert hindered(company, change) == "nobody approved this text"
    approve(company.ledger, second, ApproveChange(change))
    decline(company.ledger, company.manager, DeclineChange(change, "Not on a Friday"))
    assert hindered(company, change).endswith("said no, and it stands")
    withdraw(company.ledger, company.manager, WithdrawDecision(change, "approval", "Monday then"))
    report_step(company.ledger, company.requester, ReportStep(change, 1, "done"))


def test_what_is_in_production_is_not_closed_as_cancelled(company):
    change = steps_of_rosa(company)
    report_step(company.ledger, company.requester, ReportStep(change, 1, "done"))
    judge_waiting(company.ledger)
    [row] = company.ledger.store.by(SubjectJudged, "subject", [change])
    assert row.deployed_at is not None
    for outcome in ("cancelled", "rejected"):
        with pytest.raises(Refusal, match="not recorded"):
            close(company.ledger, company.requester, CloseChange(change, outcome))
    assert not company.ledger.store.all(RequestClosure)
    close(company.ledger, company.requester, CloseChange(change, "implemented"))


def test_an_authorization_is_of_what_was_shown_with_all_that_it_sets(company):
    change = asked(company)
    plan_steps(company.ledger, company.requester, PlanSteps(change, "Stop it"))
    [row] = company.ledger.store.by(Change, "change_id", [change])
    seen = digest_asked(company.ledger.store, row, AUTHORIZE)
    plan_steps(company.ledger, company.requester, PlanSteps(change, "Drop it"))
    with pytest.raises(ContentMoved):
        authorize(company.ledger, company.approver, AuthorizeChange(change, seen=seen))
    assert not company.ledger.store.all(AuthorizedItem)
    seen = digest_asked(company.ledger.store, row, AUTHORIZE)
    authorize(company.ledger, company.approver, AuthorizeChange(change, seen=seen))


def test_a_manager_of_one_system_moves_no_freeze_of_all(company):
    by, window = company.operator, Window(now(), now() + 10 * HOUR)
    frozen = SetWindow("freeze", window, "The sale", name="sale")
    set_window(company.ledger, company.manager, frozen)
    toy = add_user("toy@example.com", "Toy", [], by=by).account
    grant_roles(toy, ["change_manager"], by=by, system="playground")
    moved = SetWindow("maintenance", Window(now(), now() + 1), "Fun", "playground", "sale")
    with pytest.raises(MayNot):
        set_window(company.ledger, toy, moved)
    [row] = company.ledger.store.all(TimeWindow)
    assert (row.kind, row.system, row.ends_at) == ("freeze", None, window.ends_at)


def test_nobody_writes_into_the_record_of_a_change_that_they_may_not_see(company):
    by = company.operator
    toy = add_user("toy@example.com", "Toy", [], by=by).account
    grant_roles(toy, ["requester"], by=by, system="playground")
    asked(company, toy, "playground")
    incident = record_incident(company.ledger, toy, RecordIncident("playground", "high")).name
    secret = asked(company)
    for name in (secret, "CHG-2026-9999"):
        with pytest.raises(UnknownName):
            link_incident(company.ledger, toy, LinkIncident(incident, name, "caused"))
    assert not company.ledger.store.all(IncidentChange)


def test_nobody_says_how_a_case_about_their_own_work_ended(company):
    pull, _ = company.forge.open(7)
    company.forge.say(CaseOpened, case=f"case:{pull}", subject=pull, check="signs/x")
    company.forge.say(AccountJoined, account=WRITER, person=company.manager, effective_at=0)
    alarm = ResolveCase(pull, "false_alarm", "It was me")
    with pytest.raises(MayNot, match="may not resolve"):
        resolve_case(company.ledger, company.manager, alarm)
    resolve_case(company.ledger, company.approver, alarm)


def administrators_of_three_kinds(company):
    """A human, a program, and whoever broke the glass."""
    sam = add_user("sam@example.com", "Sam", ["administrator"], by=company.operator).account
    bot = add_user("bot@example.com", "Bot", ["administrator"], by=company.operator).account
    broken = add_user("bg@example.com", "Glass", ["administrator"], by=company.operator).account
    declare_machine(bot, "service", User.objects.get(email="sam@example.com"), by=company.operator)
    company.forge.say(
        BreakGlassUsed, use="BG-1", account=broken, ends_at=now() + HOUR, reason="a" * 64
    )
    return sam, bot, broken


def test_the_second_person_of_a_policy_is_a_human_whom_somebody_knows(company):
    sam, bot, broken = administrators_of_three_kinds(company)
    command = ProposePolicy(text_with(version=2), now() + HOUR)
    propose_policy(company.ledger, company.operator, command)
    for who, why in ((bot, "a human decides"), (broken, "nobody's second person")):
        with pytest.raises(MayNot) as caught:
            adopt_policy(company.ledger, who, AdoptPolicy(2))
        assert why in caught.value.why
    propose_policy(company.ledger, broken, command)
    with pytest.raises(MayNot):
        adopt_policy(company.ledger, sam, AdoptPolicy(2))
    propose_policy(company.ledger, company.operator, command)
    adopt_policy(company.ledger, sam, AdoptPolicy(2))


def test_who_broke_the_glass_or_is_a_program_says_nobody_may_decide(company):
    sam, bot, broken = administrators_of_three_kinds(company)
    for act, command in (
        (add_person, AddPerson("nora@example.com", "Nora", ("approver",))),
        (give_role, GiveRole(company.requester, "approver")),
    ):
        with pytest.raises(MayNot, match="a human decides"):
            act(company.ledger, bot, command)
    asked = ProposeGroupRole("scim:directory", "payments", "approver")
    for first, second in ((sam, broken), (broken, sam)):
        waits = propose_group_role(company.ledger, first, asked).name
        with pytest.raises(MayNot, match="nobody's second person"):
            adopt_group_role(company.ledger, second, AdoptGroupRole(waits))
        end_group_role(company.ledger, sam, EndGroupRole(waits))
