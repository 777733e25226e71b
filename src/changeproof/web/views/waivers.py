"""Rules set aside: the list, the form that asks, the answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.web.counting import count
from changeproof.web.directory import directory_of
from changeproof.web.pages.waivers_page import WaiversPage, waiver_form
from changeproof.web.readings.desk.reading import may_not
from changeproof.web.readings.desk.waivers import longest_days, read_waivers, waivable
from changeproof.web.said import heard, say_named
from changeproof.web.views.days import end_of_day
from changeproof.web.views.desk import status_of
from changeproof.web.views.desk_forms import shown_form
from changeproof.web.visibility import signed_in
from changeproof.workflow.recording import Done
from changeproof.workflow.requesting import Window
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

_FIELDS = ("check", "subject", "ends", "reason", "compensation", "control")
_REFUSED = gettext_noop("The waiver was not recorded.")
_CALLED = {"end": "ends"}  # what the acts call a field, and what the form calls it


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def waivers(request: HttpRequest) -> HttpResponse:
    """What waits, what is in force, what ended."""
    said = heard(request)
    page = read_waivers(ledger(), signed_in(request), now(), done=said.text, done_entry=said.entry)
    return _shown(request, page)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def waiver_request(request: HttpRequest) -> HttpResponse:
    """Ask that a rule be set aside."""
    held, caller, moment = ledger(), signed_in(request), now()
    # A check's page may lead here with its name.
    typed = {name: request.POST.get(name, request.GET.get(name, "")) for name in _FIELDS}
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            command = RequestWaiver(
                check=typed["check"],
                subject=typed["subject"],
                window=Window(moment, end_of_day("end", typed["ends"], gettext(_REFUSED))),
                reason=typed["reason"],
                compensation=typed["compensation"],
                control=typed["control"] or None,
            )
            return _recorded(request, request_waiver(held, caller.account, command))
        except Refusal as refused:
            refusal = refused
    wrong = {}
    if refusal is not None and _CALLED.get(refusal.where, refusal.where) in _FIELDS:
        said = f"{refusal.why[:1].upper()}{refusal.why[1:]}."
        wrong = {_CALLED.get(refusal.where, refusal.where): said}
    page = waiver_form(
        reverse("waiver_request"),
        waivable(held, moment),
        count(longest_days(held, moment), "day"),
        typed,
        wrong,
        caller.display_name,
    )
    barred = may_not(caller, Permission.WAIVER_REQUEST, gettext("You may not ask for a waiver."))
    return shown_form(request, page, refusal, barred or page.may_not)


@require_POST
@permission_required(Permission.WAIVER_GRANT, somewhere=True)
def waiver_answer(request: HttpRequest) -> HttpResponse:
    """Grant, refuse or take back one waiver."""
    held, caller = ledger(), signed_in(request)
    name, reason = request.POST.get("waiver", ""), request.POST.get("reason", "")
    answer = request.POST.get("answer", "")
    try:
        if answer == "grant":
            done = grant_waiver(held, caller.account, GrantWaiver(name, reason or None))
        elif answer == "refuse":
            done = refuse_waiver(held, caller.account, RefuseWaiver(name, reason))
        elif answer == "end":
            done = end_waiver(held, caller.account, EndWaiver(name))
        else:
            raise Refusal(
                gettext("Nothing was recorded."),
                where=name[:100],
                why=gettext("no answer was chosen"),
                cure=gettext("Press one of the buttons."),
            )
    except Refusal as refusal:
        page = read_waivers(held, caller, now()).refused(refusal)
        return _shown(request, page, status_of(refusal))
    return _recorded(request, done)


def _recorded(request: HttpRequest, done: Done) -> HttpResponse:
    say_named(request, done)
    return redirect("waivers")


def _shown(request: HttpRequest, page: WaiversPage, status: int = 200) -> HttpResponse:
    rows = (*page.waiting, *page.in_force, *page.past)
    people = [who for row in rows for who in (row.requested_by, row.decided_by) if who]
    told = [row.may_not for row in rows]
    if page.refusal is not None:
        told += [page.refusal.why, page.refusal.cure]
    directory_of(request).expect(people, told)
    return render(request, "waivers.html", {"page": page}, status=status)
