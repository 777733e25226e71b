"""Tokens that a pipeline's own platform signs for one run: no secret is stored anywhere.

OpenID Connect Core 1.0 section 3.1.3.7 and RFC 8725; pinned are issuer, audience, subject and
claims (`issuers.yaml`). GitHub Actions and GitLab CI sign such tokens.
"""

import logging
from dataclasses import dataclass
from typing import Any

import jwt
from django.conf import settings

from changeproof.accounts.issuer_keys import ALGORITHMS, IssuerKeys
from changeproof.accounts.models import User
from changeproof.accounts.people import user_named
from changeproof.accounts.trusted_issuers import PipelineIssuer
from changeproof.accounts.vocabulary import Permission, permissions_of_scopes
from changeproof.events.refusal import Refusal

logger = logging.getLogger(__name__)

LONGEST = 16_384
"""Characters of a token; GitHub's have 2,000."""
LONGEST_LIFE = 24 * 60 * 60
"""Seconds from issue to end; a run's token is no password."""
LEEWAY = 30
"""Seconds by which two clocks may differ."""
_REQUIRED = ["iss", "sub", "aud", "iat", "exp"]

_keys = IssuerKeys()


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A run whose token is good: by which entry of the file, as whom it acts, and what for."""

    name: str
    user: User
    limit: frozenset[Permission]


def authenticate_pipeline(token: str, keys: IssuerKeys | None = None) -> Pipeline | None:
    """Whom the token stands for; None for one that no entry of `issuers.yaml` lets in.

    Raises IssuerUnreachable where the issuer's keys cannot be had.
    """
    if token.count(".") != 2 or len(token) > LONGEST:
        return None
    issuer = _claimed_issuer(token)
    pins = [each for each in settings.ISSUERS.pipelines if each.issuer == issuer]
    if not pins:  # asked before any key is fetched: nobody is fetched from who is not pinned
        return None
    claims = _verified(token, pins[0].issuer, keys or _keys)
    if claims is None:
        return None
    pin = next((each for each in pins if _fits(each, claims)), None)
    if pin is None:
        logger.warning("a token of %s fits no entry of issuers.yaml", issuer)
        return None
    return _as_user(pin)


def _claimed_issuer(token: str) -> str | None:
    try:
        claimed = jwt.decode(token, options={"verify_signature": False}).get("iss")
    except jwt.PyJWTError:
        return None
    return claimed if isinstance(claimed, str) else None


def _verified(token: str, issuer: str, keys: IssuerKeys) -> dict[str, Any] | None:
    """The claims under a good signature, in time. Nothing in the token says where its key is."""
    try:
        name = jwt.get_unverified_header(token).get("kid")
        key = keys.key(issuer, name) if isinstance(name, str) else None
        if key is None:
            return None
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            issuer=issuer,
            leeway=LEEWAY,
            # Each entry pins its own audience.
            options={"require": _REQUIRED, "verify_aud": False},
        )
    except jwt.PyJWTError as error:
        logger.warning("a token of %s was refused: %s", issuer, type(error).__name__)
        return None
    return claims if int(claims["exp"]) - int(claims["iat"]) <= LONGEST_LIFE else None


def _fits(pin: PipelineIssuer, claims: dict[str, Any]) -> bool:
    """A token for several audiences is none for us: any of them could have passed it on."""
    return (
        claims["aud"] in (pin.audience, [pin.audience])
        and isinstance(claims["sub"], str)
        and pin.fits(claims["sub"])
        and all(claims.get(name) == value for name, value in pin.claims.items())
    )


def _as_user(pin: PipelineIssuer) -> Pipeline | None:
    try:
        user = user_named(pin.user)
    except Refusal as refusal:
        logger.warning("issuers.yaml, %s: %s", pin.id, refusal.what)
        return None
    return Pipeline(pin.id, user, permissions_of_scopes(pin.scopes))
