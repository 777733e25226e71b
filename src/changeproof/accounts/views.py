"""The page behind a one-time link."""

from allauth.account.views import LogoutView
from allauth.usersessions.models import UserSession
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from changeproof.accounts.links import use_link, waiting_link
from changeproof.events.refusal import Refusal

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_out(request: HttpRequest) -> HttpResponse:
    """The library's page; whoever has left leaves nothing of it in this browser."""
    response: HttpResponse = LogoutView.as_view()(request)
    if request.method == "POST" and not request.user.is_authenticated:
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response


sign_out.login_required = False  # type: ignore[attr-defined]  # who is out already is told so


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Asks for one more click, so that a mail scanner's look does not use the link up."""
    if request.method == "POST":
        user = use_link(secret)
        if user is not None:
            login(request, user, backend=_BACKEND)
            UserSession.objects.create_from_request(request)  # the list of sessions has it too
            return redirect("/")
    else:
        link = waiting_link(secret)
        if link is not None:
            return render(request, "accounts/sign_in_link.html", {"name": link.user.display_name})
    refusal = Refusal(
        "The link does not sign in.",
        why="it was used before, or its time is over: it works once, within 30 minutes",
        cure="Ask an administrator for another; changeproof serve prints one as it starts.",
    )
    return render(request, "accounts/sign_in_link.html", {"refusal": refusal}, status=410)
