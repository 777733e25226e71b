"""Steps by hand: approved as a text, done in order by name, a failure decided, a review owed."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from changeproof.events.refusal import Refusal
from changeproof.ledger.joined import Finding
from changeproof.ledger.production_acts import ProductionAct
from changeproof.ledger.steps import StepAct, StepPlan
from changeproof.ledger.steps_read import WAITS, standing, steps_of
from changeproof.monitor.judging import judge_waiting
from changeproof.workflow.attaching import AttachFile, attach
from changeproof.workflow.decisions import (
    ApproveChange,
    AuthorizeChange,
    approve,
    authorize,
)
from changeproof.workflow.requesting import RequestChange, request_change
from changeproof.workflow.rulings import MayNot
from changeproof.workflow.steps import (
    DecideFailure,
    PlanSteps,
    ReportStep,
    decide_failure,
    plan_steps,
    report_step,
    step_lines,
)
from tests.support.pull_requests import SYSTEM

TEXT = "Before you begin:\n1. Stop the queue\n2) Restore\n- [ ] Start it"


@pytest.fixture
def change(company):
    asked = RequestChange("Restore orders", SYSTEM, "Lost", kind="data")
    name = request_change(company.ledger, company.requester, asked).change
    plan_steps(company.ledger, company.requester, PlanSteps(name, TEXT))
    return name


@pytest.fixture
def allowed(company, change):
    authorize(company.ledger, company.approver, AuthorizeChange(change))
    approve(company.ledger, company.approver, ApproveChange(change))
    return change


def refusal_of(act, *said):
    with pytest.raises(Refusal) as caught:
        act(*said)
    return caught.value.why


def test_steps_are_done_in_order_with_evidence_and_the_change_is_judged(company, allowed):
    ledger, who = company.ledger, company.requester
    attach(ledger, who, AttachFile(allowed, "count.txt", b"42 rows"))
    [file] = {row.digest for row in _attachments(company, allowed)}
    assert "step 1 comes first" in refusal_of(
        report_step, ledger, who, ReportStep(allowed, 2, "done")
    )
    report_step(ledger, who, ReportStep(allowed, 1, "done", "42", "https://x.example/1", file))
    assert refusal_of(report_step, ledger, who, ReportStep(allowed, 1, "done")) == (
        "it is done already"
    )
    assert "it is empty" in refusal_of(report_step, ledger, who, ReportStep(allowed, 2, "skipped"))
    report_step(ledger, who, ReportStep(allowed, 2, "skipped", "Nothing was lost"))
    report_step(ledger, who, ReportStep(allowed, 3, "done"))
    assert [each.outcome for each in steps_of(ledger.store, allowed).steps] == [
        "done",
        "skipped",
        "done",
    ]
    assert len(ledger.store.all(ProductionAct)) == 1
    judge_waiting(ledger)
    found = {row.check_id: row for row in ledger.store.by(Finding, "subject", [allowed])}
    for check in ("cc8_1/02_authorization", "cc8_1/06_configuration", "cc8_1/08_approval"):
        assert found[check].verdict == "met", found[check].reason


def _attachments(company, change):
    from changeproof.ledger.assessments import Attachment

    return company.ledger.store.by(Attachment, "change_name", [change])


def test_a_failed_step_stops_it_until_somebody_entitled_decides(company, allowed):
    ledger, who = company.ledger, company.requester
    report_step(ledger, who, ReportStep(allowed, 1, "failed", "It hangs"))
    assert "nobody decided yet" in refusal_of(
        report_step, ledger, who, ReportStep(allowed, 2, "done")
    )
    with pytest.raises(MayNot):
        decide_failure(ledger, who, DecideFailure(allowed, 1, "go_on", "Fine"))
    decide_failure(ledger, company.approver, DecideFailure(allowed, 1, "go_on", "Try again"))
    report_step(ledger, who, ReportStep(allowed, 1, "done"))
    report_step(ledger, who, ReportStep(allowed, 2, "failed", "Disk is full"))
    decide_failure(ledger, company.manager, DecideFailure(allowed, 2, "back_out", "Too late"))
    assert "backed out" in refusal_of(report_step, ledger, who, ReportStep(allowed, 3, "done"))
    judge_waiting(ledger)
    found = {row.check_id: row for row in ledger.store.by(Finding, "subject", [allowed])}
    owed = found["practices/post_implementation_review"]
    assert (owed.verdict, "A step of it failed" in owed.reason) == ("pending", True)


def test_nobody_begins_on_their_own_yes_or_on_other_steps_than_approved(company, change):
    ledger = company.ledger
    first = ReportStep(change, 1, "done")
    assert "nobody approved" in refusal_of(report_step, ledger, company.requester, first)
    approve(ledger, company.approver, ApproveChange(change))
    assert "you alone" in refusal_of(report_step, ledger, company.approver, first)
    plan_steps(ledger, company.requester, PlanSteps(change, "Only one"))
    assert "nobody approved" in refusal_of(report_step, ledger, company.requester, first)
    approve(ledger, company.approver, ApproveChange(change))
    report_step(ledger, company.requester, first)
    anew = PlanSteps(change, "Another")
    assert "under way" in refusal_of(plan_steps, ledger, company.requester, anew)


def test_whoever_plans_what_they_approved_is_its_author_from_then_on(company, change):
    ledger, first = company.ledger, ReportStep(change, 1, "done")
    approve(ledger, company.manager, ApproveChange(change))
    plan_steps(ledger, company.manager, PlanSteps(change, TEXT))
    assert "nobody approved" in refusal_of(report_step, ledger, company.requester, first)
    approve(ledger, company.approver, ApproveChange(change))
    report_step(ledger, company.requester, first)


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https://x.example/a b"}, "link"),
        ({"attachment": "0" * 64}, "attachment"),
        ({"outcome": "failed"}, "reason"),
        ({"step": 4}, "step 4"),
    ],
)
def test_what_cannot_stand_is_refused_and_nothing_is_recorded(company, allowed, said, where):
    with pytest.raises(Refusal) as caught:
        report_step(
            company.ledger,
            company.requester,
            ReportStep(**{"change": allowed, "step": 1, "outcome": "done", **said}),
        )
    assert caught.value.where == where
    assert company.ledger.store.all(StepAct) == []


@pytest.mark.parametrize("text", ["", " \n ", "x" * 501, "\n".join(map(str, range(101)))])
def test_a_plan_needs_steps_that_can_be_read(company, change, text):
    assert refusal_of(plan_steps, company.ledger, company.requester, PlanSteps(change, text))


def test_numbered_lines_are_the_steps_or_else_every_line():
    assert step_lines(TEXT) == ("Stop the queue", "Restore", "Start it")
    assert step_lines("Stop\n\n  Start ") == ("Stop", "Start")


acts = some.lists(
    some.tuples(
        some.integers(1, 4), some.sampled_from(["done", "failed", "skipped", "go_on", "back_out"])
    ),
    max_size=12,
)


@given(acts)
def test_at_every_moment_there_is_one_way_on_or_none(said):
    """Nothing comes next while a failure waits or it is backed out; else the first that waits."""
    rows = [
        StepAct("C", step, "p", outcome, None, None, None, "a", at, at, f"e{at}")
        for at, (step, outcome) in enumerate(said)
    ]
    plan = StepPlan("C", "p", 4, None, None, "a", 0, 0, "plan")
    held = standing(plan, rows)
    assert standing(plan, reversed(rows)) == held
    assert not (held.current and (held.failed or held.backs_out))
    if held.current:
        assert held.steps[held.current - 1].outcome == WAITS
        assert all(each.outcome != WAITS for each in held.steps[: held.current - 1])
    elif not held.failed and not held.backs_out:
        assert all(each.outcome != WAITS for each in held.steps)
