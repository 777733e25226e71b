"""The addresses of SAML sign-in: away, back, and what a provider is told of us.

Single logout is not offered: the library follows wherever an unsigned answer points.
"""

import logging

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.saml import views as library
from allauth.socialaccount.providers.saml.utils import build_saml_config
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from lxml.etree import LxmlError
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from changeproof.accounts.single_sign_on import refusal_page, refused
from changeproof.events.refusal import Refusal

logger = logging.getLogger(__name__)

LARGEST = 300_000
"""Bytes of an answer; one with two thousand groups has 200,000."""


@login_not_required
@require_GET
def away(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """To the provider, with a question that this browser's session remembers."""
    _known(organization_slug)
    answer: HttpResponse = library.login(request, organization_slug=organization_slug)
    return answer


@csrf_exempt  # the provider's page sends it, and its signature says whose it is
@login_not_required
@require_POST
def back(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """The answer, set aside until the browser comes with its session's cookie."""
    _known(organization_slug)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        too_large = refused(f"the answer has more than {LARGEST:,} bytes", "Send fewer groups.")
        return refusal_page(request, too_large, 413)
    answer: HttpResponse = library.acs(request, organization_slug=organization_slug)
    return answer


@login_not_required
@never_cache
@require_GET
def finish(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Judge the answer; one page tells why it was refused."""
    _known(organization_slug)
    try:
        answer: HttpResponse = library.finish_acs(request, organization_slug=organization_slug)
    except ImmediateHttpResponse as decided:
        held: HttpResponse = decided.response
        return held
    except Refusal as refusal:
        return _told(request, organization_slug, refusal)
    except PermissionDenied:
        unasked = refused(
            "this browser asked no such question, or had its answer already", "Begin again."
        )
        return _told(request, organization_slug, unasked)
    except (LxmlError, ValueError) as error:
        logger.warning("an answer of saml:%s: %s", organization_slug, type(error).__name__)
        unread = refused("the answer is no SAML response that can be read", "Begin again.")
        return _told(request, organization_slug, unread)
    return answer


@login_not_required
@require_GET
def metadata(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Our entity id and address for answers, for the provider's form."""
    _known(organization_slug)
    app = get_adapter().get_app(request, provider="saml", client_id=organization_slug)
    description = build_saml_config(request, app.settings, organization_slug)
    del description["sp"]["singleLogoutService"]
    body = OneLogin_Saml2_Settings(description, sp_validation_only=True).get_sp_metadata()
    return HttpResponse(body, content_type="application/samlmetadata+xml")


@login_not_required
def no_logout(request: HttpRequest, organization_slug: str) -> HttpResponse:  # noqa: ARG001
    """Its name is all that the library needs."""
    raise Http404


def _known(name: str) -> None:
    if settings.ISSUERS.saml_issuer(name) is None:
        raise Http404


def _told(request: HttpRequest, name: str, refusal: Refusal) -> HttpResponse:
    logger.warning("sign-in by saml:%s refused: %s", name, refusal.why)
    return refusal_page(request, refusal, 401)
