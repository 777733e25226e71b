"""API tokens: make one, see what they were used for last, revoke them."""

from dataclasses import replace
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from changeproof.accounts.callers import permission_required
from changeproof.accounts.tokens import create_token, end_token
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.web.directory import directory_of
from changeproof.web.pages.tokens_page import LIVES, TokensPage
from changeproof.web.readings.tokens_reading import read_tokens
from changeproof.web.said import heard, say
from changeproof.web.views.desk import status_of
from changeproof.web.visibility import signed_in, signed_in_user

_LONGEST_NUMBER = 18  # digits
_MOST_SCOPES = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.ACCOUNT_READ, somewhere=True)
def tokens(request: HttpRequest) -> HttpResponse:
    """The list and its form; a new token is shown in this answer and never again."""
    user, caller = signed_in_user(request), signed_in(request)
    chosen, days = request.POST.getlist("scope")[:_MOST_SCOPES], request.POST.get("days", "")
    known = next((each for each, _ in LIVES if str(each) == days), 30)
    made, refusal = "", None
    if request.method == "POST":
        try:
            if not chosen:
                raise Refusal(
                    gettext("The token was not made."),
                    where="scope",
                    why=gettext("no box says what it may be used for"),
                    cure=gettext("Choose the least that it needs."),
                )
            made = create_token(user, chosen, timezone.now() + timedelta(days=known))
        except Refusal as refused:
            refusal = refused
    page = read_tokens(user, caller, timezone.now(), () if made else chosen, known)
    return _shown(request, replace(page, made=made, refusal=refusal, done=heard(request).text))


@require_POST
@permission_required(Permission.ACCOUNT_READ, somewhere=True)
def revoke(request: HttpRequest) -> HttpResponse:
    """End one token: one's own, or anybody's by who manages accounts."""
    user, caller = signed_in_user(request), signed_in(request)
    stated = request.POST.get("token", "")
    whole = stated.isascii() and stated.isdecimal() and len(stated) <= _LONGEST_NUMBER
    try:
        sees_all = caller.may(Permission.ACCOUNT_MANAGE)
        ended = end_token(int(stated) if whole else 0, None if sees_all else user)
    except Refusal as refusal:
        page = replace(read_tokens(user, caller, timezone.now()), refusal=refusal)
        return _shown(request, page)
    say(
        request,
        gettext("The token %(prefix)s… is revoked: nothing gets in by it from now on.")
        % {"prefix": ended.prefix},
    )
    return redirect("tokens")


def _shown(request: HttpRequest, page: TokensPage) -> HttpResponse:
    directory_of(request).expect([row.account for row in page.rows], ())
    return render(request, "tokens.html", {"page": page}, status=status_of(page.refusal))
