"""The list of changes, and one change."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.middleware import HtmxDetails

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.joined import Change
from changeproof.ledger.service import ledger
from changeproof.web.directory import directory_of
from changeproof.web.numbers_asked import number_asked
from changeproof.web.pages.change_filter import Filter
from changeproof.web.readings.change.reading import find, mentioned, read_change_page
from changeproof.web.readings.changes_reading import read_changes_page
from changeproof.web.said import heard
from changeproof.web.visibility import signed_in
from changeproof.workflow.saved_views import View, views_known_to

LAST_PAGE = 100_000
MOST_IN_A_FILE = 10_000
"""Changes in one CSV; the population of a period is in its evidence pack."""
_DECISIONS = (
    Permission.CHANGE_AUTHORIZE,
    Permission.CHANGE_APPROVE,
    Permission.CHANGE_CLOSE,
    Permission.CHANGE_COMMENT,
    Permission.EMERGENCY_REVIEW,
)


class HtmxRequest(HttpRequest):
    """A request that passed htmx's middleware."""

    htmx: HtmxDetails


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True, seated=True)
@vary_on_headers("HX-Request")
def changes(request: HtmxRequest) -> HttpResponse:
    """The changes that the viewer may see, most recently deployed first."""
    asked = Filter.of(request.GET.dict())
    number = max(1, number_asked(request.GET.get("page", ""), LAST_PAGE) or 1)
    held, sight = ledger(), signed_in(request).sight()
    whole = request.GET.get("format") == "csv"
    with held.database.view():
        if whole:
            page = read_changes_page(held, asked, 1, sight, MOST_IN_A_FILE)
        else:
            page = read_changes_page(held, asked, number, sight)
    if whole and (page.is_more or page.total > len(page.rows)):
        return render(request, "changes_too_many.html", {"page": page}, status=422)
    directory_of(request).expect(
        (row.requested_by for row in page.rows), (row.reason for row in page.rows)
    )
    fragment = request.htmx and not request.htmx.history_restore_request
    template = "_change_rows.html" if fragment else "changes.html"
    shown: dict[str, object] = {"page": page}
    if not fragment:
        shown |= {"views": _views(request, page.systems), "done": heard(request)}
    return render(request, template, shown)


@dataclass(frozen=True)
class _Views:
    """The viewer's own views and those that others share."""

    account: str
    shown: Sequence[View]


def _views(request: HttpRequest, systems: Collection[str]) -> _Views:
    account = signed_in(request).account
    shown = views_known_to(account, systems)
    directory_of(request).expect(view.account for view in shown)
    return _Views(account, shown)


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True, seated=True)
def change(request: HttpRequest, change: str) -> HttpResponse:
    """One change: its state, content, life, verdicts and proof; other names lead to its id."""
    held, caller = ledger(), signed_in(request)
    sight = caller.sight()
    at_desk = any(caller.may_somewhere(each) for each in _DECISIONS)
    with held.database.view():
        page = read_change_page(
            held,
            change,
            at_desk=at_desk,
            visible=caller.systems(Permission.CHANGE_READ),
            server=_server(request) if caller.may_somewhere(Permission.GATE_ASK) else None,
        )
    if page is None:
        name = find(held, change)
        found = held.store.by(Change, "change_id", [name]) if name and name != change else []
        if not found or not sight.shows(held.store, found[0]):
            raise Http404
        return redirect("change", found[0].change_id)
    rows = held.store.by(Change, "change_id", [change])
    if not rows or not sight.shows(held.store, rows[0]):
        raise Http404
    directory_of(request).expect(*mentioned(page))
    return render(request, "change.html", {"page": page})


def _server(request: HttpRequest) -> str:
    """The server's address, as a pipeline reaches it: as it was set, else as the viewer does."""
    return settings.REACH.url or f"{request.scheme}://{request.get_host()}"
