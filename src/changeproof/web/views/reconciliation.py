"""Reconciliation: the page, and every leftover as CSV."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.moments import read_moment
from changeproof.ledger.reconciliation.described import standing_findings
from changeproof.ledger.reconciliation.reconcile import reconcile
from changeproof.ledger.service import ledger, now
from changeproof.verifier.spans_listed import leftovers_csv
from changeproof.web.directory import directory_of
from changeproof.web.pages.reconciliation_page import Asked
from changeproof.web.readings.population import default_period
from changeproof.web.readings.reconciliation_reading import read_reconciliation_page
from changeproof.web.times import DAY, iso_day
from changeproof.web.visibility import signed_in


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def reconciliation(request: HttpRequest) -> HttpResponse:
    """From asked for to running: what matches, and what is left over."""
    held, visible = ledger(), signed_in(request).systems(Permission.CHANGE_READ)
    with held.database.view():
        standing = default_period(held, now())
        since = _day(request.GET.get("from", "")) or standing.start
        until = _day(request.GET.get("to", ""))
        # The last day is part of the period: people write 30 June and mean all of it.
        end = until + DAY if until is not None else max(standing.end, since + DAY)
        asked = Asked(
            system=request.GET.get("system", "")[:500],
            since=iso_day(since) if request.GET.get("from") else "",
            until=iso_day(until) if until is not None else "",
            verdict=request.GET.get("verdict", "")[:20],
        )
        if request.GET.get("format") == "csv" and "table" not in request.GET:
            systems = visible
            if asked.system:
                systems = frozenset({asked.system}) if visible is None else visible & {asked.system}
            found = reconcile(held.store, standing_findings(held.store), since, end, systems)
            response = HttpResponse(leftovers_csv(found), content_type="text/csv; charset=utf-8")
            response["Content-Disposition"] = 'attachment; filename="leftovers.csv"'
            return response
        page = read_reconciliation_page(held, asked, since, end, visible)
    directory_of(request).expect(
        (), (*(row.reason for row in page.rows), *(row.reason for row in page.groups))
    )
    return render(request, "reconciliation.html", {"page": page})


def _day(text: str) -> int | None:
    """Midnight of a day; what cannot be read counts as not asked for."""
    try:
        return read_moment(text.strip()[:40]) if text.strip() else None
    except ValueError:
        return None
