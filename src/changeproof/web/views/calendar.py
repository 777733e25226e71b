"""The calendar of one month."""

import re
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.service import ledger, now
from changeproof.web.directory import directory_of
from changeproof.web.readings.desk.calendar import read_calendar
from changeproof.web.readings.desk.own_calendar import read_own_calendar
from changeproof.web.said import heard
from changeproof.web.times import moment as moment_of
from changeproof.web.visibility import signed_in, signed_in_user

_MONTH = re.compile(r"(20[0-9]{2}|1970)-(0[1-9]|1[0-2])", re.ASCII)


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def calendar(request: HttpRequest) -> HttpResponse:
    """Changes, freezes and maintenance windows of a month; this month unless another is asked."""
    return show_calendar(request)


def show_calendar(request: HttpRequest, made: str = "") -> HttpResponse:
    """The page; `made` is the viewer's new private address, shown this once."""
    moment = now()
    asked = _MONTH.fullmatch(request.GET.get("month", ""))
    today = moment_of(moment)
    year, month = (int(asked[1]), int(asked[2])) if asked else (today.year, today.month)
    system = request.GET.get("system", "")[:300]
    held, caller = ledger(), signed_in(request)
    with held.database.view():
        page = read_calendar(held, caller, year, month, system, moment)
    own = read_own_calendar(signed_in_user(request), made=made, done=heard(request).text)
    directory_of(request).expect((), [row.why for row in page.conflicts])
    return render(request, "calendar.html", {"page": replace(page, own=own)})
