"""The list of changes, and one change."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.middleware import HtmxDetails

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.service import ledger
from changeproof.web.directory import directory_of
from changeproof.web.pages.changes_page import Filter
from changeproof.web.readings.changes_reading import read_changes_page
from changeproof.web.visibility import signed_in, visible_systems

LAST_PAGE = 100_000


class HtmxRequest(HttpRequest):
    """A request that passed htmx's middleware."""

    htmx: HtmxDetails


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
@vary_on_headers("HX-Request")
def changes(request: HtmxRequest) -> HttpResponse:
    """The changes that the viewer may see, most recently deployed first."""
    asked = Filter(
        system=request.GET.get("system", ""),
        verdict=request.GET.get("verdict", ""),
        origin=request.GET.get("origin", ""),
        text=request.GET.get("text", "").strip()[:200],
    )
    number = request.GET.get("page", "1")
    page = read_changes_page(
        ledger(),
        asked,
        min(max(1, int(number)), LAST_PAGE) if number.isdecimal() else 1,
        visible_systems(signed_in(request)),
    )
    directory_of(request).expect(
        (row.requested_by for row in page.rows), (row.reason for row in page.rows)
    )
    fragment = request.htmx and not request.htmx.history_restore_request
    template = "_change_rows.html" if fragment else "changes.html"
    return render(request, template, {"page": page})
