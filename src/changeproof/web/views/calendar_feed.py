"""The private address of a person's calendar: made, ended, and read by their calendar program."""

import hashlib

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from changeproof.accounts.calendar_addresses import (
    calendar_reader,
    end_calendar_address,
    make_calendar_address,
)
from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.service import ledger, now
from changeproof.web.readings.desk.calendar_feed import read_calendar_feed
from changeproof.web.said import say
from changeproof.web.views.calendar import show_calendar
from changeproof.web.visibility import signed_in_user


@never_cache
@require_POST
@permission_required(Permission.CHANGE_READ, somewhere=True)
def make_calendar_feed(request: HttpRequest) -> HttpResponse:
    """A new address, shown in this answer and never again; the one before it ends."""
    secret = make_calendar_address(signed_in_user(request))
    made = _base(request) + reverse("calendar_feed", args=[secret])
    return show_calendar(request, made)


@require_POST
@permission_required(Permission.CHANGE_READ, somewhere=True)
def end_calendar_feed(request: HttpRequest) -> HttpResponse:
    """End it at once."""
    ended = end_calendar_address(signed_in_user(request))
    text = gettext("Your address is ended: nothing reads your calendar by it any more.")
    say(request, text if ended else gettext("You had no address."))
    return redirect(reverse("calendar") + "#own")


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The calendar of the person whose address it is; 404 for every other, and for whoever may
    see no calendar any more."""
    caller = calendar_reader(secret)
    if caller is None:
        raise Http404("no such calendar")
    held = ledger()
    with held.database.view():
        body = read_calendar_feed(held, caller, _base(request), now())
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    made = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    made["ETag"] = tag
    made["Cache-Control"] = "private, no-cache"
    made["Content-Disposition"] = 'attachment; filename="changes.ics"'
    made["X-Robots-Tag"] = "noindex"
    return get_conditional_response(request, etag=tag, response=made) or made


calendar_feed.own_door = (  # type: ignore[attr-defined]
    "a person's private address, while they hold `change:read`"
)


def _base(request: HttpRequest) -> str:
    """The server's address as others reach it, without a slash at its end."""
    return (settings.REACH.url or request.build_absolute_uri("/")).rstrip("/")
