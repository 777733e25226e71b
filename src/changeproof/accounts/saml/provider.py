"""A SAML answer counts once, for us, and for the browser that asked (SAML Profiles, 4.1.4).

The library checks signature, times, issuer and the stated audience. It takes an assertion that
names no audience, and one that answers a question which only the unsigned envelope names: both
could be carried here from elsewhere, so here both are refused.
"""

from typing import Any

from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.http import HttpRequest
from onelogin.saml2.xmlparser import fromstring

from changeproof.accounts.single_sign_on import refused

_ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
_NAMES = {"saml": _ASSERTION}
_CONFIRMATION = (
    "//saml:Assertion/saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"
)
_AUDIENCE = "//saml:Assertion/saml:Conditions/saml:AudienceRestriction/saml:Audience"
_TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
_LONGEST_SUBJECT = 191  # what the table of the sign-in library holds


class AnswerToOurQuestion(SAMLProvider):  # type: ignore[misc]  # allauth ships no types
    """The library's provider for answers that are bound by their signed part."""

    def sociallogin_from_response(self, request: HttpRequest, response: Any) -> Any:
        """Raises Refusal for an answer that nobody asked for, or that is not bound to us."""
        asked = response.get_last_response_in_response_to()
        if not asked:
            raise refused(
                "the provider began by itself, and such an answer could be somebody else's",
                "Begin at this server's sign-in page.",
            )
        _require_bound(response, asked)
        if response.get_nameid_format() == _TRANSIENT:
            raise refused(
                "the provider gives you another name each time",
                "An administrator chooses a lasting NameID at the provider.",
            )
        return super().sociallogin_from_response(request, response)

    def extract_uid(self, data: Any) -> str:
        """The NameID: attributes can be edited by whoever they describe."""
        subject = data.get_nameid()
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
            raise refused("the provider's name for you is none, or too long", "Ask there.")
        return subject

    def extract_common_fields(self, data: Any) -> dict[str, Any]:  # noqa: ARG002
        """None: who comes in, and as whom, is single_sign_on's to say."""
        return {}


def _require_bound(response: Any, asked: str) -> None:
    # The library saw to it that there is one assertion, and that it is the signed one.
    document = fromstring(response.get_last_response_xml().encode())
    here = response.get_settings().get_sp_data()["assertionConsumerService"]["url"]
    confirmed = document.xpath(_CONFIRMATION, namespaces=_NAMES)
    bound = [
        each.get("InResponseTo") == asked
        and each.get("Recipient") == here
        and bool(each.get("NotOnOrAfter"))
        for each in confirmed
    ]
    if not bound or not all(bound):
        raise refused(
            "the signed part of the answer does not name our question, our address and its end",
            "An administrator compares the address for answers at the provider with this server's.",
        )
    if not document.xpath(_AUDIENCE, namespaces=_NAMES):
        raise refused(
            "the answer names no audience",
            "An administrator sets it at the provider to this server's entity id.",
        )
