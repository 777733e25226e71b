"""Where the company asks everybody for a second factor: before it was shown in a session, nothing
opens but the page on which it is shown, or set up (NIST SP 800-63B, AAL2). By whatever door the
session began: a one-time link shows none.
"""

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from changeproof.accounts.second_factor import has_factor, shown_here
from changeproof.api.problems import CONTENT_TYPE, problem_bytes
from changeproof.events.refusal import Refusal

WHERE_IT_IS_SET_UP = "/account/"
_OPEN = ("/sign-out/", "/sign-in/", settings.STATIC_URL)
_SHOWING = ("mfa_reauthenticate", "mfa_reauthenticate_webauthn")
_HELD = "second_factor_held"


class FactorDemanded:
    """Middleware, after the one for messages. Tokens are made inside, so they are not asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR_FROM_EVERYBODY and (wanted := _wanted(request)):
            if request.path.startswith("/api/"):
                return HttpResponse(problem_bytes(403, _refusal(wanted)), CONTENT_TYPE, 403)
            if wanted == "mfa_index":
                told = _("Set up a second factor first: everybody here has one.")
                messages.warning(request, told)
                return redirect(wanted)
            following = request.get_full_path() if request.method == "GET" else "/"
            return redirect(f"{reverse(wanted)}?{urlencode({'next': following})}")
        return self.get_response(request)


def _wanted(request: HttpRequest) -> str:
    """Where this session goes before anything else; empty where it may go on, which is remembered
    in it until the person opens their account."""
    user = request.user
    if not user.is_authenticated or request.path.startswith(_OPEN):
        return ""
    at_account = request.path.startswith(WHERE_IT_IS_SET_UP)
    if at_account:
        request.session.pop(_HELD, None)  # it may be taken away there
    elif request.session.get(_HELD):
        return ""
    records = get_authentication_records(request, user)
    # Who comes by the company's provider was asked there, as the company wants it.
    if not any(record["method"].startswith("socialaccount") for record in records):
        if not has_factor(user):
            return "" if at_account else "mfa_index"
        if not shown_here(request):
            return "" if request.path in map(reverse, _SHOWING) else "mfa_reauthenticate"
    if not at_account:
        request.session[_HELD] = True
    return ""


def _refusal(wanted: str) -> Refusal:
    if wanted == "mfa_index":
        why = "everybody here has a second factor, and this account has none"
        cure = f"Set one up under {WHERE_IT_IS_SET_UP}2fa/, or use a token."
    else:
        why = "everybody here shows a second factor, and none was shown since this sign-in"
        cure = f"Show it under {reverse(wanted)}, or use a token."
    return Refusal("Nothing is answered yet.", where="session", why=why, cure=cure)
