"""Sign-in by a company's own provider: who comes in, as whom, with which roles.

An account is found by the provider's subject, or once by an address that the provider says it
verified (OpenID Connect) or that is of a domain for which it speaks (SAML); a name that is shown
never counts. Somebody new comes in only as a member of a group that gives a role.
"""

import logging
from dataclasses import dataclass
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from changeproof.accounts.group_roles import given_by_groups, standing_group_roles
from changeproof.accounts.mapped_roles import keep_roles_as_mapped
from changeproof.accounts.models import User
from changeproof.accounts.people import add_user
from changeproof.accounts.trusted_issuers import PeopleIssuer, SamlIssuer
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger

logger = logging.getLogger(__name__)

MOST_GROUPS = 2_000
_LONGEST_REASON = 300
_LONGEST_SUBJECT = 191  # what the table of the sign-in library holds


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Joins the provider's answer to a user of ours, before the library looks for a sign-up."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find or make the user, keep roles as its groups say. Raises ImmediateHttpResponse."""
        try:
            if sociallogin.state.get("process") != "login":
                raise refused(
                    "an account here is joined to one there by signing in",
                    "Sign out, and sign in by it.",
                )
            with transaction.atomic():
                _let_in(request, sociallogin)
        except Refusal as refusal:
            raise ImmediateHttpResponse(refusal_page(request, refusal, 403)) from refusal

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """One page for all that goes wrong over there. Of a SAML answer it says what it was: who
        sets up a provider needs the word, and it tells nothing that the answer did not hold."""
        cancelled = str(error) == "cancelled"
        reason = str((extra_context or {}).get("saml_last_error_reason") or "")[:_LONGEST_REASON]
        if not cancelled:
            failure = reason or type(exception).__name__
            logger.warning("sign-in by %s failed: %r", provider.sub_id, failure)
        refusal = refused(
            "it was cancelled at the provider"
            if cancelled
            else f"the provider's answer was refused: {reason}"
            if reason
            else "the provider's answer was not one to this browser's question, or did not come",
            "Begin again. If it stays so, an administrator finds the address, the client and its"
            " secret in issuers.yaml.",
        )
        raise ImmediateHttpResponse(refusal_page(request, refusal, 401)) from exception


@dataclass(frozen=True, slots=True)
class _Arrival:
    """What a provider says of whoever comes. `address` is None where it vouches for none."""

    issuer: PeopleIssuer | SamlIssuer
    address: str | None
    name: str
    groups: frozenset[str]
    why_no_address: str


def _let_in(request: HttpRequest, login: Any) -> None:
    arrival = _arrival(login.account)
    issuer = arrival.issuer
    login.account.extra_data = {}  # names and addresses stay where they are kept to be forgotten
    login.email_addresses = []
    wanted = given_by_groups(
        standing_group_roles(ledger().store), issuer.account, issuer, arrival.groups
    )
    if login.is_existing:
        login.account.save(update_fields=["extra_data"])
        user = login.user
    else:
        user = _user_of(arrival, is_member=bool(wanted))
        if SocialAccount.objects.filter(user=user, provider=issuer.id).exists():
            # A second subject under a known address: the address was given to somebody else.
            raise refused(
                f"this address belongs to another account of {issuer.name}",
                "An administrator adds you under an address of your own.",
            )
        login.connect(request, user)
    if user.is_active:  # the library tells who is not
        keep_roles_as_mapped(user.account, wanted, by=issuer.account)


def _user_of(arrival: _Arrival, *, is_member: bool) -> User:
    """The user with the verified address; made for a member of a group that gives a role."""
    issuer = arrival.issuer
    if arrival.address is None:
        raise refused(arrival.why_no_address, "Have it mended there, or sign in another way.")
    user = User.objects.filter(email=arrival.address).first()
    if user is not None:
        if user.is_operator or not user.is_active:
            raise refused("this account does not sign in so", "Ask an administrator.")
        return user
    if not is_member:
        raise refused(
            f"you are in no group of {issuer.name} that gives a role here",
            "Ask for a group, or have an administrator add you.",
        )
    return add_user(arrival.address, arrival.name[:200], (), by=issuer.account)


def _arrival(account: Any) -> _Arrival:
    """Raises Refusal for a provider that is gone, or that contradicts itself."""
    by_openid = settings.ISSUERS.people_issuer(account.provider)
    if by_openid is not None:
        return _by_openid(by_openid, _claims(account.extra_data))
    by_saml = settings.ISSUERS.saml_issuer(account.provider)
    if by_saml is not None:
        return _by_saml(by_saml, account.extra_data)
    raise refused("the provider is no longer trusted here", "Sign in another way.")


def _by_openid(issuer: PeopleIssuer, claims: dict[str, Any]) -> _Arrival:
    address = claims.get("email")
    vouched = isinstance(address, str) and claims.get("email_verified") is True
    return _Arrival(
        issuer,
        address.strip().lower() if vouched and isinstance(address, str) else None,
        str(claims.get("name") or ""),
        _groups(claims.get(issuer.groups_claim)),
        f"{issuer.name} does not say that it verified your e-mail address",
    )


def _by_saml(issuer: SamlIssuer, attributes: dict[str, list[str]]) -> _Arrival:
    """One address and one name; two of either are none."""
    addresses = attributes.get(issuer.address_attribute, [])
    names = attributes.get(issuer.name_attribute, [])
    address = str(addresses[0]).strip().lower() if len(addresses) == 1 else ""
    return _Arrival(
        issuer,
        address if address and issuer.speaks_for(address) else None,
        str(names[0]) if len(names) == 1 else "",
        _groups(attributes.get(issuer.groups_attribute)),
        f"{issuer.name} tells no e-mail address of a domain for which it speaks here",
    )


def _claims(extra: dict[str, Any]) -> dict[str, Any]:
    """One set of claims, the signed ones first. Raises Refusal where two subjects speak."""
    signed, told = extra.get("id_token") or {}, extra.get("userinfo") or {}
    subjects = {claims.get("sub") for claims in (signed, told) if claims}
    if len(subjects) != 1 or not all(isinstance(each, str) and each for each in subjects):
        # OpenID Connect Core 1.0, section 5.3.2: such an answer must not be used.
        raise refused("the provider spoke of two people", "Begin again.")
    if any(len(str(each)) > _LONGEST_SUBJECT for each in subjects):
        raise refused("the provider's name for you is too long", "Sign in another way.")
    return {**told, **signed}


def _groups(stated: object) -> frozenset[str]:
    """The groups that a claim lists; another shape is no group."""
    if not isinstance(stated, list):
        return frozenset()
    return frozenset(each for each in stated[:MOST_GROUPS] if isinstance(each, str))


def refused(why: str, cure: str) -> Refusal:
    """Somebody stays out."""
    return Refusal("You are not signed in.", why=why, cure=cure)


def refusal_page(request: HttpRequest, refusal: Refusal, status: int) -> HttpResponse:
    """The page that tells them why."""
    return render(request, "accounts/sign_in_link.html", {"refusal": refusal}, status=status)
