"""A GitHub App as whoever asks: its private key signs for a token of an hour, renewed in time.

https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app: a JSON web token
(RS256, ten minutes at most) buys an installation's access token. The key leaves this machine in no
request, and neither key nor token stands in any message.
"""

import re
import time as clock
from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import httpx
import jwt
import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from changeproof.events.refusal import Refusal
from changeproof.intake.clients.asking import NotAnswered, judged, reply_of

JUST_BEFORE, SIGNED_FOR = 60, 9 * 60
"""Seconds: GitHub's clock may be behind ours, and takes a token for ten minutes at most."""
RENEWED_BEFORE = 5 * 60.0
"""Seconds before its end from which on a token is no longer used."""

_PEM = re.compile(
    r"\s*-----BEGIN (RSA )?PRIVATE KEY-----(?P<body>[A-Za-z0-9+/=\s]+)"
    r"-----END (RSA )?PRIVATE KEY-----\s*",
    re.ASCII,
)
_APP = re.compile(r"[A-Za-z0-9.]{1,60}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
_ADDRESS = "See whether the address is the interface's own."
_CURES = {
    401: "See that app= is this key's app, and that the key still stands on the app's page.",
    403: "See on the installation's page whether it is suspended.",
    404: "Correct installation=: it is the number at the end of the installation's address.",
}


LONGEST_ANSWER = 64 * 1024
"""Bytes of a token's reply, as sent."""


class _Short(httpx.SyncByteStream):
    """A body that may not go on without end."""

    def __init__(self, stream: object, where: str) -> None:
        assert isinstance(stream, httpx.SyncByteStream)  # noqa: S101 - a client without async
        self._stream, self._where = stream, where

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for part in self._stream:
            size += len(part)
            if size > LONGEST_ANSWER:
                why = f"its answer with a token has more than {LONGEST_ANSWER:,} bytes"
                raise NotAnswered(0, self._where, why, _ADDRESS)
            yield part

    def close(self) -> None:
        self._stream.close()


class InstallationToken(msgspec.Struct):
    """`POST /app/installations/1/access_tokens`."""

    token: str
    expires_at: str


class GitHubApp(httpx.Auth):
    """Shows an installation's token with every request, and buys another before it ends.

    `app` is the app's number or client id, `installation` the number of its installation. Raises
    Refusal where these or the key are not what GitHub gives.
    """

    def __init__(
        self,
        address: str,
        app: str,
        installation: str,
        key: str,
        *,
        now: Callable[[], float] = clock.time,
    ) -> None:
        if not _APP.fullmatch(app):
            raise _refused("app= is no app's number or client id", "Copy it from the app's page.")
        if not _NUMBER.fullmatch(installation):
            raise _refused("installation= is no number", _CURES[404])
        self._app, self._key, self._now = app, _private_key(key), now
        path = f"app/installations/{installation}/access_tokens"
        self._where = urljoin(address.rstrip("/") + "/", path)
        self._token, self._good_until = "", 0.0

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Raises NotAnswered where GitHub gives no token."""
        renewed = self._now() > self._good_until - RENEWED_BEFORE
        if renewed:
            yield from self._renew(request)
        request.headers["authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == 401 and not renewed:  # taken back before its time
            yield from self._renew(request)
            request.headers["authorization"] = f"Bearer {self._token}"
            yield request

    def _renew(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        kept = ("accept", "user-agent", "x-github-api-version")
        headers = {name: request.headers[name] for name in kept if name in request.headers}
        response = yield httpx.Request(
            "POST",
            self._where,
            headers={**headers, "authorization": f"Bearer {self._signed()}"},
            extensions=request.extensions,  # its time-outs
        )
        response.stream = _Short(response.stream, self._where)
        response.read()
        try:
            told = msgspec.json.decode(
                judged(reply_of(response), self._now()).body, type=InstallationToken
            )
            ends = datetime.fromisoformat(told.expires_at.replace("Z", "+00:00"))
        except NotAnswered as refused:
            # Status 0: no list is missing because of it, the whole source cannot be asked.
            why = f"GitHub gives the app no token: {refused.why}"
            cure = _CURES.get(refused.status, refused.cure)
            raise NotAnswered(0, self._where, why, cure) from None
        except (msgspec.DecodeError, ValueError):
            why = "GitHub answered without a token, or without its end"
            raise NotAnswered(0, self._where, why, _ADDRESS) from None
        self._token, self._good_until = told.token, ends.timestamp()

    def _signed(self) -> str:
        at = int(self._now())
        said: dict[str, Any] = {"iat": at - JUST_BEFORE, "exp": at + SIGNED_FOR, "iss": self._app}
        return jwt.encode(said, self._key, algorithm="RS256")


def _private_key(text: str) -> RSAPrivateKey:
    """The key of a PEM file; its line ends may be lost, as a field of one line loses them."""
    found = _PEM.fullmatch(text)
    if found is None:
        raise _refused("the secret is no private key (PEM)", _KEY_CURE)
    kind = found[1] or ""
    body = "".join(found["body"].split())
    lines = "\n".join(body[start : start + 64] for start in range(0, len(body), 64))
    written = f"-----BEGIN {kind}PRIVATE KEY-----\n{lines}\n-----END {kind}PRIVATE KEY-----\n"
    try:
        key = load_pem_private_key(written.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _refused("the private key cannot be read", _KEY_CURE) from None
    if not isinstance(key, RSAPrivateKey):
        raise _refused("the private key is no RSA key, as GitHub's are", _KEY_CURE)
    return key


_KEY_CURE = "Give the whole file that GitHub made under the app's Private keys."


def _refused(why: str, cure: str) -> Refusal:
    return Refusal("The source was not connected.", where="secret and options", why=why, cure=cure)
