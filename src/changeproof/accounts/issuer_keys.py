"""The public keys of pinned issuers, fetched where the issuer says they are, and remembered.

OpenID Connect Discovery 1.0 section 4; RFC 7517. Whoever sends tokens cannot make us ask more
often than once a minute and issuer.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
import msgspec

from changeproof.accounts.trusted_issuers import fetchable
from changeproof.events.refusal import Refusal

logger = logging.getLogger(__name__)

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384")
"""Only those of two keys: with a shared one whoever verifies could sign."""
FRESH = 60 * 60.0
"""Seconds after which keys are asked for again."""
GOOD = 24 * 60 * 60.0
"""Seconds for which keys still count while their issuer cannot be reached."""
REST = 60.0
"""Seconds between two questions, whatever is asked for."""
LARGEST_REPLY = 500_000
_MOST_KEYS = 100
_SECONDS = 10.0


class IssuerUnreachable(Refusal):
    """Nothing can be said of the token until the issuer answers (HTTP 503)."""


@dataclass
class _Kept:
    keys: Mapping[str, jwt.PyJWK] = field(default_factory=dict)
    fetched_at: float = float("-inf")
    asked_at: float = float("-inf")
    lock: threading.Lock = field(default_factory=threading.Lock)


class IssuerKeys:
    """Keys of any number of issuers. `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def key(self, issuer: str, name: str) -> jwt.PyJWK | None:
        """The issuer's key of this name (`kid`); None where it has none such.

        Raises IssuerUnreachable where its keys are not known and cannot be fetched.
        """
        with self._lock:
            kept = self._kept.setdefault(issuer, _Kept())
        with kept.lock:
            at = self._clock()
            stale = at - kept.fetched_at > FRESH
            if (stale or name not in kept.keys) and at - kept.asked_at > REST:
                kept.asked_at = at
                self._renew(issuer, kept, at)
            if at - kept.fetched_at > GOOD:
                raise IssuerUnreachable(
                    "The token was not verified.",
                    where=issuer,
                    why="the keys of its issuer could not be fetched",
                    cure="Try again in a minute; the server must reach the issuer.",
                )
            return kept.keys.get(name)

    def _renew(self, issuer: str, kept: _Kept, at: float) -> None:
        try:
            kept.keys, kept.fetched_at = _fetch(issuer), at
        except (httpx.HTTPError, msgspec.DecodeError, ValueError) as error:
            logger.warning("the keys of %s were not fetched: %s", issuer, type(error).__name__)


def _fetch(issuer: str) -> dict[str, jwt.PyJWK]:
    """Raises HTTPError, DecodeError or ValueError for an answer that is none."""
    with httpx.Client(timeout=_SECONDS, follow_redirects=False) as client:
        told = _read(client, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if told.get("issuer") != issuer:
            raise ValueError("the description is another issuer's")
        place = told.get("jwks_uri")
        if not isinstance(place, str):
            raise ValueError("the description names no keys")
        listed = _read(client, fetchable(place)).get("keys")
    if not isinstance(listed, list):
        raise ValueError("there is no list of keys")
    found = (_key(each) for each in listed[:_MOST_KEYS] if isinstance(each, dict))
    return {key.key_id: key for key in found if key is not None and key.key_id}


def _read(client: httpx.Client, url: str) -> dict[str, Any]:
    body = b""
    with client.stream("GET", url) as reply:
        reply.raise_for_status()
        for part in reply.iter_bytes():
            body += part
            if len(body) > LARGEST_REPLY:
                raise ValueError("the answer is too long")
    return msgspec.json.decode(body, type=dict[str, Any])


def _key(stated: dict[str, Any]) -> jwt.PyJWK | None:
    """A key that signs; None for one of another use or kind."""
    if stated.get("kty") not in ("RSA", "EC") or stated.get("use", "sig") != "sig":
        return None
    try:
        key = jwt.PyJWK.from_dict(stated)
    except jwt.PyJWTError:
        return None
    return key if key.algorithm_name in ALGORITHMS else None
