"""Search over everything, from the field in the header of each page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.service import ledger
from changeproof.web.directory import directory_of
from changeproof.web.pages.change_filter import Filter
from changeproof.web.readings.search_reading import read_search_page
from changeproof.web.visibility import signed_in


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True, seated=True)
def search(request: HttpRequest) -> HttpResponse:
    """What the address asks for, among what the viewer may see."""
    held, sight = ledger(), signed_in(request).sight()
    with held.database.view():
        page = read_search_page(held, Filter.of(request.GET.dict()), sight)
    directory_of(request).expect(
        (row.requested_by for row in page.changes.rows), (row.reason for row in page.changes.rows)
    )
    return render(request, "search.html", {"page": page})
