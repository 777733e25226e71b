"""Incidents: the list, one of them with what people decide on it, the form that records one."""

from typing import cast, get_args

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from changeproof.accounts.callers import Caller, permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.incidents_read import Show
from changeproof.ledger.service import ledger, now
from changeproof.verifier.tabular import csv_bytes
from changeproof.web.directory import directory_of
from changeproof.web.pages.incidents_page import IncidentPage, incident_form
from changeproof.web.readings.desk.reading import may_not, may_systems
from changeproof.web.readings.incidents_reading import (
    COLUMNS,
    csv_rows,
    read_incident_page,
    read_incidents_page,
)
from changeproof.web.said import heard, say_named
from changeproof.web.views.days import time_typed
from changeproof.web.views.desk import status_of
from changeproof.web.views.desk_forms import shown_form
from changeproof.web.visibility import signed_in
from changeproof.workflow.incidents import (
    DecideIncident,
    LinkIncident,
    RecordIncident,
    Relation,
    ResolveIncident,
    Severity,
    decide_incident,
    link_incident,
    record_incident,
    resolve_incident,
)
from changeproof.workflow.recording import Done

_FIELDS = ("system", "severity", "opened_at", "key")
_REFUSED = gettext_noop("The incident was not recorded.")


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def incidents(request: HttpRequest) -> HttpResponse:
    """Which ones there were, the latest first; all of them as CSV."""
    held, caller, moment = ledger(), signed_in(request), now()
    asked = request.GET.get("show", "all")
    show = cast("Show", asked) if asked in get_args(Show) else "all"
    system = request.GET.get("system", "")[:500]
    with held.database.view():
        if request.GET.get("format") == "csv":
            rows = csv_rows(held, caller, moment, show, system)
            reply = HttpResponse(csv_bytes(COLUMNS, rows), content_type="text/csv; charset=utf-8")
            reply["Content-Disposition"] = 'attachment; filename="incidents.csv"'
            return reply
        after = request.GET.get("after", "")[:500]
        page = read_incidents_page(held, caller, moment, show, system, after)
    return render(request, "incidents.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def incident(request: HttpRequest) -> HttpResponse:
    """One incident, named in the query; what is decided on it comes back here."""
    caller = signed_in(request)
    name = request.GET.get("name", "")[:500]
    typed = {key: request.POST.get(key, "") for key in ("change", "reason")}
    refusal: Refusal | None = None
    if request.method == "POST":
        _page(caller, name, {})  # whoever may not see it is not told that it is there
        try:
            done = _done(request, caller, name)
            say_named(request, done)
            return redirect(f"{reverse('incident')}?{urlencode({'name': name})}")
        except Refusal as refused:
            refusal = refused
    said = heard(request)
    page = _page(caller, name, typed, said.text, said.entry)
    if refusal is not None:
        page = page.refused(refusal)
    row = page.incident
    people = [each.account for each in row.changes]
    people.append(row.decision.account if row.decision else None)
    texts = [page.reason, page.why, page.cure]
    if refusal is not None:
        texts += [refusal.where, refusal.why, refusal.cure]
    directory_of(request).expect(people, texts)
    return render(request, "incident.html", {"page": page}, status=status_of(refusal))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def incident_record(request: HttpRequest) -> HttpResponse:
    """Record one that no tool told of."""
    held, caller = ledger(), signed_in(request)
    typed = {name: request.POST.get(name, request.GET.get(name, "")) for name in _FIELDS}
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            done = record_incident(held, caller.account, _recorded(typed))
            say_named(request, done)
            return redirect(f"{reverse('incident')}?{urlencode({'name': done.name})}")
        except Refusal as refused:
            refusal = refused
    wrong = {}
    if refusal is not None and refusal.where in _FIELDS:
        wrong = {refusal.where: f"{refusal.why[:1].upper()}{refusal.why[1:]}."}
    page = incident_form(
        reverse("incident_record"),
        may_systems(held, caller, Permission.CHANGE_REQUEST),
        typed,
        wrong,
        caller.display_name,
    )
    barred = may_not(caller, Permission.CHANGE_REQUEST, gettext("You may not record an incident."))
    return shown_form(request, page, refusal, barred)


def _recorded(typed: dict[str, str]) -> RecordIncident:
    if typed["severity"] not in get_args(Severity):
        raise Refusal(
            gettext(_REFUSED),
            where="severity",
            why=gettext("no severity was chosen"),
            cure=gettext("Choose one of them."),
        )
    opened = typed["opened_at"].strip()
    return RecordIncident(
        system=typed["system"],
        severity=cast("Severity", typed["severity"]),
        opened_at=time_typed("opened_at", opened, gettext(_REFUSED)) if opened else None,
        key=typed["key"].strip() or None,
    )


def _done(request: HttpRequest, caller: Caller, name: str) -> Done:
    held, actor = ledger(), caller.account
    act, said = request.POST.get("act", ""), request.POST.get("reason", "")
    if act in ("needs_change", "needs_none"):
        return decide_incident(held, actor, DecideIncident(name, act == "needs_change", said))
    if act in get_args(Relation):
        change = request.POST.get("change", "")
        return link_incident(held, actor, LinkIncident(name, change, cast("Relation", act)))
    if act == "resolve":
        return resolve_incident(held, actor, ResolveIncident(name))
    raise Refusal(
        gettext("Nothing was recorded."),
        where=name[:100],
        why=gettext("no answer was chosen"),
        cure=gettext("Press one of the buttons."),
    )


def _page(
    caller: Caller,
    name: str,
    typed: dict[str, str],
    done: str = "",
    done_entry: int | None = None,
) -> IncidentPage:
    held = ledger()
    with held.database.view():
        page = read_incident_page(held, caller, now(), name, typed, done, done_entry)
    if page is None:
        raise Http404
    return page
