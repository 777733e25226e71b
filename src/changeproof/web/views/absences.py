"""Who is away and who decides meanwhile: the list, the form, and being back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.web.directory import directory_of
from changeproof.web.readings.desk.absences import read_absences
from changeproof.web.said import heard, say_named
from changeproof.web.times import DAY
from changeproof.web.views.days import end_of_day
from changeproof.web.views.desk import status_of
from changeproof.web.visibility import signed_in
from changeproof.workflow.absences import (
    EndAbsence,
    StateAbsence,
    end_absence,
    state_absence,
)
from changeproof.workflow.recording import Done
from changeproof.workflow.requesting import Window

_FIELDS = ("begins", "until", "deputy", "reason")
_NOT_RECORDED = gettext_noop("The absence was not recorded.")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def absences(request: HttpRequest) -> HttpResponse:
    """Who is away; a POST says that the viewer is."""
    held, caller = ledger(), signed_in(request)
    typed = {name: request.POST.get(name, "") for name in _FIELDS}
    if request.method != "POST":
        return _shown(request, typed, None)
    try:
        window = Window(
            end_of_day("begins", typed["begins"], gettext(_NOT_RECORDED)) - DAY,
            end_of_day("until", typed["until"], gettext(_NOT_RECORDED)),
        )
        command = StateAbsence(window, typed["deputy"] or None, typed["reason"] or None)
        return _recorded(request, state_absence(held, caller.account, command))
    except Refusal as refusal:
        return _shown(request, typed, refusal)


@require_POST
@permission_required(Permission.CHANGE_READ, somewhere=True)
def absence_end(request: HttpRequest) -> HttpResponse:
    """The viewer is back."""
    held, caller = ledger(), signed_in(request)
    try:
        command = EndAbsence(request.POST.get("absence", ""))
        return _recorded(request, end_absence(held, caller.account, command))
    except Refusal as refusal:
        return _shown(request, dict.fromkeys(_FIELDS, ""), refusal)


def _recorded(request: HttpRequest, done: Done) -> HttpResponse:
    say_named(request, done)
    return redirect("absences")


def _shown(request: HttpRequest, typed: dict[str, str], refusal: Refusal | None) -> HttpResponse:
    said = heard(request) if refusal is None else None
    wrong = {}
    if refusal is not None and refusal.where in _FIELDS:
        wrong = {refusal.where: f"{refusal.why[:1].upper()}{refusal.why[1:]}."}
    page = read_absences(
        ledger(),
        signed_in(request),
        now(),
        typed=typed,
        wrong=wrong,
        done=said.text if said else "",
        done_entry=said.entry if said else None,
    )
    texts = [page.done]
    if refusal is not None:
        page = page.refused(refusal)
        texts += [refusal.why, refusal.cure]
    people = [who for row in page.rows for who in (row.account, row.deputy) if who]
    directory_of(request).expect([*people, page.recorded_as], texts)
    return render(request, "absences.html", {"page": page}, status=status_of(refusal))
