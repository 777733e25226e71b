"""How a delivery proves its sender: pure functions over what was sent, in constant time.

Each maker gives a `Proof`: whether what came was made by somebody who holds the secret. The body
is never parsed before that (but for a signed token that states the body's digest).
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qs

import msgspec

TOLERANCE = 300
"""Seconds that a signed time may lie from ours, either way."""

Encoding = Literal["hex", "base64"]


@dataclass(frozen=True, slots=True)
class Sent:
    """One request. Header names are in lower case; `address` is the one that the sender knows;
    `at` is our clock, in whole seconds UTC."""

    headers: Mapping[bytes, bytes]
    body: bytes
    query: bytes = b""
    address: str = ""
    at: int = 0

    def header(self, name: str) -> str | None:
        """A header's value, if there is one."""
        value = self.headers.get(name.lower().encode())
        return None if value is None else value.decode("latin-1")


Proof = Callable[[Sent, str], bool]


def mac(
    *headers: str,
    algorithm: str = "sha256",
    prefix: str = "",
    encoding: Encoding = "hex",
) -> Proof:
    """An HMAC of the body in the first of these headers that is there; of several values with
    commas between, one must hold."""

    def proven(sent: Sent, secret: str) -> bool:
        stated = _first(sent, headers)
        if stated is None:
            return False
        expected = _mac(secret.encode(), sent.body, algorithm, encoding)
        return _any_same(expected, (each.strip() for each in stated.split(",")), prefix)

    return proven


def mac_of_body_and_address(header: str, algorithm: str) -> Proof:
    """A base64 HMAC of the body followed by the address that the sender was told (Trello)."""

    def proven(sent: Sent, secret: str) -> bool:
        message = sent.body + sent.address.encode()
        return _any_same(
            _mac(secret.encode(), message, algorithm, "base64"), [sent.header(header) or ""]
        )

    return proven


def timed_mac(header: str, *, between: str, time: str, signature: str) -> Proof:
    """`time=…,signature=…` in one header: an HMAC-SHA256 of time, `between` and body."""

    def proven(sent: Sent, secret: str) -> bool:
        stated = [part.partition("=") for part in (sent.header(header) or "").split(",")]
        parts = {name.strip(): value.strip() for name, _, value in stated}
        at = parts.get(time, "")
        if not _is_near(at, sent.at):
            return False
        message = f"{at}{between}".encode() + sent.body
        expected = _mac(secret.encode(), message, "sha256", "hex")
        return _any_same(expected, [parts.get(signature, "")])

    return proven


def standard_webhooks(sent: Sent, secret: str) -> bool:
    """`webhook-id`, `webhook-timestamp`, `webhook-signature` (standardwebhooks.com; GitLab's
    signing token). A secret that begins with `whsec_` is base64, any other is the key itself."""
    name, at = sent.header("webhook-id"), sent.header("webhook-timestamp") or ""
    if not name or not _is_near(at, sent.at):
        return False
    key = secret.encode()
    if secret.startswith("whsec_"):
        try:
            key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            return False
    message = f"{name}.{at}.".encode("latin-1") + sent.body
    expected = _mac(key, message, "sha256", "base64")
    return _any_same(expected, (sent.header("webhook-signature") or "").split(), "v1,")


def token(*headers: str) -> Proof:
    """The secret itself, in the first of these headers that is there."""

    def proven(sent: Sent, secret: str) -> bool:
        return _any_same(secret, [_first(sent, headers) or ""])

    return proven


def bearer_or_basic(sent: Sent, secret: str) -> bool:
    """The secret as a bearer token, or as the password of anybody (RFC 6750, RFC 7617)."""
    scheme, _, credentials = (sent.header("authorization") or "").partition(" ")
    credentials = credentials.strip()
    if scheme.lower() == "basic":
        try:
            pair = base64.b64decode(credentials, validate=True)
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(secret.encode(), pair.partition(b":")[2])
    return scheme.lower() == "bearer" and _any_same(secret, [credentials])


def in_address(sent: Sent, secret: str) -> bool:
    """`?token=…`, for senders that can do nothing else. Addresses are never logged."""
    try:
        stated = parse_qs(sent.query.decode("ascii"), max_num_fields=20).get("token", [])
    except ValueError:
        return False
    return len(stated) == 1 and _any_same(secret, stated)


def signed_digest(header: str, issuer: str) -> Proof:
    """A JSON web token, HS256 alone, whose claims state its issuer and the body's SHA-256."""

    def proven(sent: Sent, secret: str) -> bool:
        head, dot, rest = (sent.header(header) or "").partition(".")
        claims, second, stated = rest.partition(".")
        if not dot or not second or _json(head).get("alg") != "HS256":
            return False
        signed = f"{head}.{claims}".encode("latin-1")
        expected = base64.urlsafe_b64encode(hmac.digest(secret.encode(), signed, "sha256"))
        if not hmac.compare_digest(expected.rstrip(b"="), stated.encode("latin-1")):
            return False
        told = _json(claims)
        digest = str(told.get("sha256")).encode("utf-8", "replace")
        return told.get("iss") == issuer and hmac.compare_digest(
            hashlib.sha256(sent.body).hexdigest().encode(), digest
        )

    return proven


def either(*proofs: Proof) -> Proof:
    """One of them is enough. All are tried, so that how long it takes tells nothing."""

    def proven(sent: Sent, secret: str) -> bool:
        found = [each(sent, secret) for each in proofs]
        return any(found)

    return proven


def _first(sent: Sent, headers: Iterable[str]) -> str | None:
    return next((value for each in headers if (value := sent.header(each)) is not None), None)


def _mac(key: bytes, message: bytes, algorithm: str, encoding: Encoding) -> str:
    digest = hmac.digest(key, message, algorithm)
    return digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()


def _any_same(expected: str, stated: Iterable[str], prefix: str = "") -> bool:
    wanted = f"{prefix}{expected}".encode("utf-8", "replace")
    found = [hmac.compare_digest(wanted, each.encode("utf-8", "replace")) for each in stated]
    return bool(expected) and any(found)


def _is_near(stated: str, at: int) -> bool:
    """Whether a signed time (seconds UTC) is close enough to ours."""
    known = stated.isascii() and stated.isdigit() and len(stated) <= 12
    return known and abs(int(stated) - at) <= TOLERANCE


def _json(part: str) -> dict[str, Any]:
    """A part of a token; empty where it is none."""
    try:
        told = msgspec.json.decode(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, msgspec.DecodeError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
