"""Steps by hand: planned, reported, decided after a failure; the same acts as on their page."""

from django.http import HttpRequest
from ninja import Router, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api import commands, shapes
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.asking import one_view
from changeproof.api.changes import named
from changeproof.ledger.service import ledger
from changeproof.ledger.steps_read import REPORTS, steps_of
from changeproof.workflow.naming import UnknownName
from changeproof.workflow.steps import (
    DecideFailure,
    PlanSteps,
    ReportStep,
    decide_failure,
    plan_steps,
    report_step,
)

router = Router(tags=["steps"])


@router.get(
    "/steps", response=shapes.StepsOut, auth=api_doors(Permission.CHANGE_READ, somewhere=True)
)
@one_view
def get_steps(request: HttpRequest, *, change: str) -> shapes.StepsOut:
    """How far the steps of a change came."""
    held = ledger()
    found = named(request, held, change)
    standing = steps_of(held.store, found)
    if standing is None:
        raise UnknownName(
            "The steps were not found.",
            where=found,
            why="no steps of it are planned",
            cure="Plan them: POST /api/step-plans.",
        )
    text = held.text(standing.plan.text)
    lines = text.split("\n") if text is not None else [None] * standing.plan.steps
    steps = []
    for step, line in zip(standing.steps, lines, strict=True):
        last = next((each for each in reversed(step.acts) if each.outcome in REPORTS), None)
        steps.append(
            shapes.StepOut(
                step=step.number,
                text=line,
                outcome=step.outcome,
                reported_by=last.account if last else None,
                reported_at=last.acted_at if last else None,
            )
        )
    return shapes.StepsOut(
        change=found,
        seen=standing.plan.text,
        document=standing.plan.document,
        document_version=standing.plan.document_version,
        current=standing.current,
        failed=standing.failed,
        backs_out=standing.backs_out,
        steps=steps,
    )


@router.post(
    "/step-plans", response=CREATED, auth=api_doors(Permission.CHANGE_REQUEST, somewhere=True)
)
def post_step_plan(request: HttpRequest, body: commands.StepPlanIn) -> Status[DoneOut]:
    """Say by which steps a change is carried out; whoever approves it approves them."""
    return recorded(request, plan_steps, PlanSteps(**body.model_dump()))


@router.post(
    "/step-reports", response=CREATED, auth=api_doors(Permission.CHANGE_COMMENT, somewhere=True)
)
def post_step_report(request: HttpRequest, body: commands.StepReportIn) -> Status[DoneOut]:
    """Say how the next step went."""
    return recorded(request, report_step, ReportStep(**body.model_dump()))


@router.post(
    "/step-decisions",
    response=CREATED,
    auth=api_doors(Permission.CHANGE_AUTHORIZE, somewhere=True),
)
def post_step_decision(request: HttpRequest, body: commands.StepDecisionIn) -> Status[DoneOut]:
    """After a failed step: go on, or back out."""
    return recorded(request, decide_failure, DecideFailure(**body.model_dump()))
