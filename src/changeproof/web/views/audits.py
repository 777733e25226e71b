"""The audits: periods, and the packs of them, made in the background and fetched when ready."""

from dataclasses import replace
from datetime import date

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from changeproof.accounts.callers import Caller, permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.audits.models import PackOrder
from changeproof.audits.orders import file_of, order_again, order_pack
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.web.directory import directory_of
from changeproof.web.readings.audits_reading import day_of, read_audits_page, start_of
from changeproof.web.times import DAY
from changeproof.web.visibility import signed_in


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def audits(request: HttpRequest) -> HttpResponse:
    """Periods with their figures, and the packs that were made."""
    return _shown(request)


@require_POST
@permission_required(Permission.AUDIT_PACK)
def pack(request: HttpRequest) -> HttpResponse:
    """Ask for the pack of a period, or for a failed one again; the watch makes it."""
    again = request.POST.get("again", "")
    typed = (request.POST.get("first_day", ""), request.POST.get("last_day", ""))
    try:
        if again:
            order_again(again)
        else:
            first, last = (_day(text) for text in typed)
            actor = signed_in(request).account
            order_pack(ledger(), start_of(first), start_of(last) + DAY, actor)
    except Refusal as refusal:
        return _shown(request, refusal, typed)
    return redirect(f"{reverse('audits')}#packs")


@require_safe
@permission_required(Permission.AUDIT_PACK, seated=True)
def pack_file(request: HttpRequest, order: str) -> HttpResponseBase:
    """The pack of an order that is ready; to an auditor by seat, of their engagement alone."""
    held = ledger()
    found = PackOrder.objects.filter(order=order, state="ready").first()
    if found is None or not _reads(signed_in(request), found):
        raise Http404
    try:
        file = file_of(held, found.order).open("rb")
    except OSError as error:
        raise Http404 from error
    first, last = day_of(found.period_from), day_of(found.period_until - DAY)
    kind = "-interim" if found.interim else ""
    name = f"changeproof-{first.isoformat()}-{last.isoformat()}{kind}.zip"
    return FileResponse(file, as_attachment=True, filename=name)


def _reads(caller: Caller, order: PackOrder) -> bool:
    if not caller.is_seated(Permission.AUDIT_PACK):
        return True
    period = (order.period_from, order.period_until)
    return any(seat.covers_period(*period) for seat in caller.seats)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
        if day == date.max:  # the day after it, where the period would end, is no day
            raise ValueError("the calendar ends")
        return day
    except ValueError as error:
        raise Refusal(
            gettext("The pack was not made."),
            where="period",
            why=gettext("“%(text)s” is no day") % {"text": text[:40]}
            if text
            else gettext("a day is missing"),
            cure=gettext("Give both days as YYYY-MM-DD."),
        ) from error


def _shown(
    request: HttpRequest, refusal: Refusal | None = None, typed: tuple[str, str] = ("", "")
) -> HttpResponse:
    held, caller = ledger(), signed_in(request)
    systems, can_download = (
        caller.systems(Permission.CHANGE_READ),
        caller.may(Permission.AUDIT_PACK),
    )
    with held.database.view():
        page = read_audits_page(
            held,
            now(),
            systems,
            can_download=can_download,
            first_day=typed[0],
            last_day=typed[1],
        )
    directory_of(request).expect(
        [*(row.by for row in page.packs), *(row.by for row in page.orders)]
    )
    gives_seats = caller.may(Permission.ACCOUNT_MANAGE)
    told = replace(page, refusal=refusal, gives_seats=gives_seats)
    return render(request, "audits.html", {"page": told}, status=422 if refusal else 200)
