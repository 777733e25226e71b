"""SAML messages: somebody signs in somewhere. No change to production follows from one.

They are recognised so that a folder with them can be taken in, and are never believed: whoever
signs in here does so through the sign-in itself, which checks the signature.
"""

import base64
import binascii

from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reading import Reading

_ROOTS = frozenset(
    {"Response", "AuthnRequest", "LogoutRequest", "LogoutResponse", "EntityDescriptor"}
)
_NAMESPACE = b"urn:oasis:names:tc:SAML:2.0:"


def translate_saml(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload for what is no SAML message."""
    reading = Reading("saml", delivery, pseudonyms)
    root = _root(delivery.body)
    if root is None:
        raise MalformedPayload("it is no SAML message")
    seen = reading.seen(root, "a sign-in, or its description: no change follows from it")
    return Translation((seen,), tuple(reading.contents), seen.reason)


def _root(body: bytes) -> str | None:
    text = body
    if not body.lstrip().startswith(b"<"):
        try:
            text = base64.b64decode(b"".join(body.split()), validate=True)
        except binascii.Error:
            return None
    root = Glimpse(text).root
    return root if root in _ROOTS and _NAMESPACE in text else None


KINDS = (
    Kind(
        "saml",
        "SAML",
        translate_saml,
        lambda glimpse: _root(glimpse.body) is not None,
        json=False,
    ),
)
