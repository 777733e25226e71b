"""Auditors' seats: given and ended by who manages accounts; and the page of whoever has one."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.web.directory import directory_of
from changeproof.web.pages.seats_page import SeatsPage, seat_fields
from changeproof.web.readings.seats_reading import read_engagements, read_seats
from changeproof.web.said import heard, named_entry, say_named
from changeproof.web.times import DAY
from changeproof.web.views.days import end_of_day
from changeproof.web.views.desk import status_of
from changeproof.web.visibility import signed_in
from changeproof.workflow.first_visits import MakeLink, make_link
from changeproof.workflow.recording import Done
from changeproof.workflow.requesting import Window
from changeproof.workflow.seats import EndSeat, GiveSeat, end_seat, give_seat, new_auditor

_FIELDS = ("email", "name", "engagement", "begins", "until", "systems", "ends", "reason")
_NOT_GIVEN = gettext_noop("The seat was not given.")
_WHERE = {"period": "until"}


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True, seated=True)
def engagement(request: HttpRequest) -> HttpResponse:
    """What an auditor's seats show, counted. Whoever reads by a role has the dashboard."""
    held, caller = ledger(), signed_in(request)
    if not caller.is_seated(Permission.CHANGE_READ):
        return redirect("dashboard")
    with held.database.view():
        page = read_engagements(held, caller.seats)
    return render(request, "engagement.html", {"page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.ACCOUNT_MANAGE)
def seats(request: HttpRequest) -> HttpResponse:
    """Those that hold; a POST gives one, and shows a new auditor's link in this answer alone."""
    typed = {name: request.POST.get(name, "") for name in _FIELDS}
    if request.method != "POST":
        return _shown(request, typed, None)
    try:
        done = give_seat(ledger(), signed_in(request).account, _command(typed))
    except Refusal as refusal:
        return _shown(request, typed, refusal)
    auditor = new_auditor(ledger(), done.name)
    if auditor is None:
        return _recorded(request, done)
    server = f"{request.scheme}://{request.get_host()}"
    try:
        command = MakeLink(auditor.account)
        made = make_link(ledger(), signed_in(request).account, command, server)
    except Refusal as refusal:
        return _shown(request, typed, refusal, done)
    told = replace(done, note=f"{done.note} {made.done.note}".strip())
    return _shown(request, dict.fromkeys(_FIELDS, ""), None, told, made.link)


@require_POST
@permission_required(Permission.ACCOUNT_MANAGE)
def seat_end(request: HttpRequest) -> HttpResponse:
    """End one before its time."""
    try:
        command = EndSeat(request.POST.get("seat", ""))
        return _recorded(request, end_seat(ledger(), signed_in(request).account, command))
    except Refusal as refusal:
        return _shown(request, dict.fromkeys(_FIELDS, ""), refusal)


def _command(typed: dict[str, str]) -> GiveSeat:
    begins = end_of_day("begins", typed["begins"], gettext(_NOT_GIVEN)) - DAY
    named = (each.strip() for each in typed["systems"].split(","))
    return GiveSeat(
        email=typed["email"],
        name=typed["name"],
        engagement=typed["engagement"],
        period=Window(begins, end_of_day("until", typed["until"], gettext(_NOT_GIVEN))),
        systems=tuple(each for each in named if each),
        ends_at=end_of_day("ends", typed["ends"], gettext(_NOT_GIVEN)),
        reason=typed["reason"] or None,
    )


def _recorded(request: HttpRequest, done: Done) -> HttpResponse:
    say_named(request, done)
    return redirect("seats")


def _shown(
    request: HttpRequest,
    typed: dict[str, str],
    refusal: Refusal | None,
    done: Done | None = None,
    link: str = "",
) -> HttpResponse:
    said = heard(request)
    wrong = {}
    if refusal is not None and (field := _WHERE.get(refusal.where, refusal.where)) in _FIELDS:
        wrong = {field: f"{refusal.why[:1].upper()}{refusal.why[1:]}."}
    page = SeatsPage(
        rows=read_seats(ledger(), now()),
        fields=seat_fields(typed, wrong),
        recorded_as=signed_in(request).account,
        link=link,
        refusal=refusal,
        done=said.text,
        done_entry=said.entry,
    )
    if done is not None:
        page = replace(page, done=named_entry(done), done_entry=done.entry)
    directory_of(request).expect(
        [*(row.account for row in page.rows), page.recorded_as], [page.done]
    )
    return render(request, "seats.html", {"page": page}, status=status_of(refusal))
