"""The first page: what is open, or what to connect where nothing is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.service import ledger, now
from changeproof.web.directory import directory_of
from changeproof.web.pages.dashboard_page import Asked, WelcomePage
from changeproof.web.readings.dashboard_reading import mentioned, read_dashboard
from changeproof.web.readings.log_reading import data_words
from changeproof.web.visibility import signed_in


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True, seated=True)
def dashboard(request: HttpRequest) -> HttpResponse:
    """Without any change on record it shows what to connect; an auditor has a page of their own."""
    held = ledger()
    if signed_in(request).is_seated(Permission.CHANGE_READ):
        return redirect("engagement")
    if not held.database.execute("SELECT 1 FROM change LIMIT 1"):
        server = f"{request.scheme}://{request.get_host()}"
        return render(request, "welcome.html", {"page": WelcomePage(server, data_words(held))})
    with held.database.view():
        page = read_dashboard(
            held,
            now(),
            signed_in(request).systems(Permission.CHANGE_READ),
            Asked(request.GET.get("until", "")[:7], request.GET.get("system", "")[:300]),
        )
    directory_of(request).expect(*mentioned(page))
    return render(request, "dashboard.html", {"page": page})
