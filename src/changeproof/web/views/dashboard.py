"""The first page: what is open, or what to connect where nothing is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from changeproof.ledger.service import ledger
from changeproof.web.pages.dashboard_page import WelcomePage
from changeproof.web.readings.log_reading import data_words


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """An empty log shows what to connect."""
    held = ledger()
    if held.log.size() == 0:
        server = f"{request.scheme}://{request.get_host()}"
        return render(request, "welcome.html", {"page": WelcomePage(server, data_words(held))})
    return redirect("log")
