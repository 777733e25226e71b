"""Keep the filters of the list of changes under a name, and let go of them."""

from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger
from changeproof.web.pages.change_filter import Filter
from changeproof.web.said import say
from changeproof.web.visibility import signed_in
from changeproof.workflow.saved_views import remove_view, save_view


@require_POST
@permission_required(Permission.CHANGE_READ, somewhere=True, seated=True)
def view_save(request: HttpRequest) -> HttpResponse:
    """Keep what the form's page shows; then show it again."""
    asked = _asked(request)
    account, name = signed_in(request).account, request.POST.get("name", "")
    shared = request.POST.get("shared") == "on"
    try:
        saved = save_view(ledger(), account, name, asked.query(), shared=shared)
    except Refusal as refusal:
        page = {"refusal": refusal, "filter": asked, "name": name, "shared": shared}
        return render(request, "view_refused.html", page, status=422)
    kept = (
        gettext("“%(name)s” is kept for everybody.")
        if shared
        else gettext("“%(name)s” is kept for you.")
    )
    say(request, kept % {"name": saved.name})
    return redirect(reverse("changes") + asked.query())


@require_POST
@permission_required(Permission.CHANGE_READ, somewhere=True, seated=True)
def view_remove(request: HttpRequest) -> HttpResponse:
    """Let go of one's own view; its address goes on working, so saving it again undoes this."""
    asked, name = _asked(request), request.POST.get("name", "")
    if remove_view(signed_in(request).account, name):
        say(
            request,
            gettext("“%(name)s” is gone. These are its filters: save them again to have it back.")
            % {"name": name},
        )
    return redirect(reverse("changes") + asked.query())


def _asked(request: HttpRequest) -> Filter:
    query = request.POST.get("query", "")[:4_000].removeprefix("?")
    return Filter.of(dict(parse_qsl(query)))
