"""Sign-in by a company's own provider: who comes in, as whom, with which roles.

An account is found by the provider's subject, or once by an address that the provider says it
verified; a name that is shown never counts. Somebody new comes in only as a member of a group
that gives a role.
"""

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from changeproof.accounts.mapped_roles import keep_roles_as_mapped
from changeproof.accounts.models import User
from changeproof.accounts.people import add_user
from changeproof.accounts.trusted_issuers import PeopleIssuer
from changeproof.events.refusal import Refusal

logger = logging.getLogger(__name__)

MOST_GROUPS = 2_000
_LONGEST_SUBJECT = 191  # what the table of the sign-in library holds


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Joins the provider's answer to a user of ours, before the library looks for a sign-up."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find or make the user, keep roles as its groups say. Raises ImmediateHttpResponse."""
        try:
            if sociallogin.state.get("process") != "login":
                raise _refused(
                    "an account here is joined to one there by signing in",
                    "Sign out, and sign in by it.",
                )
            with transaction.atomic():
                _let_in(request, sociallogin)
        except Refusal as refusal:
            raise ImmediateHttpResponse(_page(request, refusal, 403)) from refusal

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,  # noqa: ARG002
    ) -> None:
        """One page for all that goes wrong over there; what it was is no browser's matter."""
        cancelled = str(error) == "cancelled"
        if not cancelled:
            logger.warning("sign-in by %s failed: %s", provider.id, type(exception).__name__)
        refusal = _refused(
            "it was cancelled at the provider"
            if cancelled
            else "the provider's answer was not one to this browser's question, or did not come",
            "Begin again. If it stays so, an administrator finds the address, the client and its"
            " secret in issuers.yaml.",
        )
        raise ImmediateHttpResponse(_page(request, refusal, 401)) from exception


def _let_in(request: HttpRequest, login: Any) -> None:
    issuer: PeopleIssuer | None = settings.ISSUERS.people_issuer(login.account.provider)
    if issuer is None:
        raise _refused("the provider is no longer trusted here", "Sign in another way.")
    claims = _claims(login.account.extra_data)
    login.account.extra_data = {}  # names and addresses stay where they are kept to be forgotten
    login.email_addresses = []
    wanted = issuer.holdings(_groups(claims.get(issuer.groups_claim)))
    if login.is_existing:
        login.account.save(update_fields=["extra_data"])
        user = login.user
    else:
        user = _user_of(issuer, claims, is_member=bool(wanted))
        if SocialAccount.objects.filter(user=user, provider=issuer.id).exists():
            # A second subject under a known address: the address was given to somebody else.
            raise _refused(
                f"this address belongs to another account of {issuer.name}",
                "An administrator adds you under an address of your own.",
            )
        login.connect(request, user)
    if user.is_active:  # the library tells who is not
        keep_roles_as_mapped(user.account, wanted, by=issuer.account)


def _user_of(issuer: PeopleIssuer, claims: dict[str, Any], *, is_member: bool) -> User:
    """The user with the verified address; made for a member of a group that gives a role."""
    address = claims.get("email")
    if not isinstance(address, str) or claims.get("email_verified") is not True:
        raise _refused(
            f"{issuer.name} does not say that it verified your e-mail address",
            "Have it verified there, or sign in another way.",
        )
    user = User.objects.filter(email=address.strip().lower()).first()
    if user is not None:
        if user.is_operator or not user.is_active:
            raise _refused("this account does not sign in so", "Ask an administrator.")
        return user
    if not is_member:
        raise _refused(
            f"you are in no group of {issuer.name} that gives a role here",
            "Ask for a group, or have an administrator add you.",
        )
    return add_user(address, str(claims.get("name") or "")[:200], (), by=issuer.account)


def _claims(extra: dict[str, Any]) -> dict[str, Any]:
    """One set of claims, the signed ones first. Raises Refusal where two subjects speak."""
    signed, told = extra.get("id_token") or {}, extra.get("userinfo") or {}
    subjects = {claims.get("sub") for claims in (signed, told) if claims}
    if len(subjects) != 1 or not all(isinstance(each, str) and each for each in subjects):
        # OpenID Connect Core 1.0, section 5.3.2: such an answer must not be used.
        raise _refused("the provider spoke of two people", "Begin again.")
    if any(len(str(each)) > _LONGEST_SUBJECT for each in subjects):
        raise _refused("the provider's name for you is too long", "Sign in another way.")
    return {**told, **signed}


def _groups(stated: object) -> frozenset[str]:
    """The groups that a claim lists; another shape is no group."""
    if not isinstance(stated, list):
        return frozenset()
    return frozenset(each for each in stated[:MOST_GROUPS] if isinstance(each, str))


def _refused(why: str, cure: str) -> Refusal:
    return Refusal("You are not signed in.", why=why, cure=cure)


def _page(request: HttpRequest, refusal: Refusal, status: int) -> HttpResponse:
    return render(request, "accounts/sign_in_link.html", {"refusal": refusal}, status=status)
