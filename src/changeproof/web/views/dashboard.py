"""The first page: what is open, or the first steps where nothing is judged."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.web.directory import directory_of
from changeproof.web.pages.dashboard_page import Asked
from changeproof.web.readings.dashboard_reading import mentioned, read_dashboard
from changeproof.web.readings.first_steps_reading import judged_any, read_first_steps
from changeproof.web.visibility import signed_in


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True, seated=True)
def dashboard(request: HttpRequest) -> HttpResponse:
    """Until a change is judged it shows the first steps; an auditor has a page of their own."""
    held = ledger()
    if signed_in(request).is_seated(Permission.CHANGE_READ):
        return redirect("engagement")
    if not judged_any(held):
        return _first_steps(request, held)
    with held.database.view():
        page = read_dashboard(
            held,
            now(),
            signed_in(request).systems(Permission.CHANGE_READ),
            Asked(request.GET.get("until", "")[:7], request.GET.get("system", "")[:300]),
        )
    directory_of(request).expect(*mentioned(page))
    return render(request, "dashboard.html", {"page": page})


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def first_steps(request: HttpRequest) -> HttpResponse:
    """From the empty instance to the first judged change, as far as the record has come."""
    return _first_steps(request, ledger())


def _first_steps(request: HttpRequest, held: Ledger) -> HttpResponse:
    server = f"{request.scheme}://{request.get_host()}"
    with held.database.view():
        page = read_first_steps(held, signed_in(request), now(), server)
    return render(request, "first_steps.html", {"page": page})
