"""The steps of a change by hand: planned, reported, decided after a failure."""

from dataclasses import replace
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.web.counting import thousands
from changeproof.web.directory import directory_of
from changeproof.web.pages.steps_page import DECISIONS, OUTCOMES
from changeproof.web.readings.steps_reading import read_steps
from changeproof.web.said import heard, say
from changeproof.web.views.assessing import visible_change
from changeproof.web.views.desk import status_of
from changeproof.web.visibility import signed_in
from changeproof.workflow.recording import Done
from changeproof.workflow.steps import (
    DecideFailure,
    PlanSteps,
    ReportStep,
    decide_failure,
    plan_steps,
    report_step,
)

_FIELDS = ("text", "document", "outcome", "reason", "link", "attachment", "decision")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def steps(request: HttpRequest, change: str) -> HttpResponse:
    """How far they came; a POST does what its button says."""
    held, caller = ledger(), signed_in(request)
    found = visible_change(request, held, change)
    typed = {name: request.POST.get(name, "") for name in _FIELDS}
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            done = _performed(request, found.change_id, typed)
            say(
                request,
                gettext("%(note)s Entry %(entry)s of the log.")
                % {"note": done.note, "entry": thousands(done.entry)},
                done.entry,
            )
            return redirect("steps", found.change_id)
        except Refusal as refused:
            refusal = refused
    wrong = {}
    if refusal is not None and refusal.where in _FIELDS:
        wrong = {refusal.where: f"{refusal.why[:1].upper()}{refusal.why[1:]}."}
    said = heard(request)
    page = replace(
        read_steps(held, caller, now(), found, typed, wrong),
        done=said.text,
        done_entry=said.entry,
        refusal=refusal,
    )
    people = {act.account for row in page.rows for act in row.acts}
    directory_of(request).expect([*people, page.recorded_as], [page.hindrance])
    return render(request, "steps.html", {"page": page}, status=status_of(refusal))


def _performed(request: HttpRequest, change: str, typed: dict[str, str]) -> Done:
    held, actor, act = ledger(), signed_in(request).account, request.POST.get("act", "")
    if act == "plan":
        return plan_steps(held, actor, PlanSteps(change, typed["text"], typed["document"] or None))
    step = _number(request.POST.get("step", ""))
    if act == "decide":
        decision = _chosen("decision", typed["decision"], dict(DECISIONS))
        command = DecideFailure(change, step, cast(Any, decision), typed["reason"])
        return decide_failure(held, actor, command)
    outcome = _chosen("outcome", typed["outcome"], dict(OUTCOMES))
    said = {name: typed[name] or None for name in ("reason", "link", "attachment")}
    return report_step(held, actor, ReportStep(change, step, cast(Any, outcome), **said))


def _chosen(field: str, value: str, choices: dict[str, Any]) -> str:
    if value not in choices:
        raise Refusal(
            gettext("The act was not recorded."),
            where=field,
            why=gettext("it was not chosen"),
            cure=gettext("Choose one."),
        )
    return value


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
