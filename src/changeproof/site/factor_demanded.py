"""Where the company asks everybody for a second factor: without one, nothing opens but the page
on which it is set up (NIST SP 800-63B, AAL2)."""

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from changeproof.accounts.second_factor import has_factor
from changeproof.api.problems import CONTENT_TYPE, problem_bytes
from changeproof.events.refusal import Refusal

WHERE_IT_IS_SET_UP = "/account/"
_OPEN = (WHERE_IT_IS_SET_UP, "/sign-out/", "/sign-in/", settings.STATIC_URL)
_HELD = "second_factor_held"


class FactorDemanded:
    """Middleware, after the one for messages. Tokens are made inside, so they are not asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR_FROM_EVERYBODY and not _holds_one(request):
            if request.path.startswith("/api/"):
                return HttpResponse(problem_bytes(403, _refusal()), CONTENT_TYPE, 403)
            messages.warning(request, _("Set up a second factor first: everybody here has one."))
            return redirect("mfa_index")
        return self.get_response(request)


def _holds_one(request: HttpRequest) -> bool:
    """Whether this session may go on: remembered in it until the person opens their account."""
    user = request.user
    if not user.is_authenticated:
        return True
    if request.path.startswith(_OPEN):
        request.session.pop(_HELD, None)  # it may be taken away there
        return True
    if not request.session.get(_HELD):
        records = get_authentication_records(request, user)
        # Who comes by the company's provider was asked there, as the company wants it.
        by_provider = any(record["method"].startswith("socialaccount") for record in records)
        if not by_provider and not has_factor(user):
            return False
        request.session[_HELD] = True
    return True


def _refusal() -> Refusal:
    return Refusal(
        "Nothing is answered yet.",
        where="session",
        why="everybody here has a second factor, and this account has none",
        cure=f"Set one up under {WHERE_IT_IS_SET_UP}2fa/, or use a token.",
    )
