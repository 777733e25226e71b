"""How AWS is asked: requests signed with Signature Version 4, refusals named in the body.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
Only what an interface at one address needs: the path is `/` or plain, and there is no query.
"""

import hashlib
import hmac
from collections.abc import Callable, Generator
from datetime import UTC, datetime

import httpx
import msgspec

_ALGORITHM = "AWS4-HMAC-SHA256"
_SIGNED = frozenset({"content-type", "host", "x-amz-date", "x-amz-security-token", "x-amz-target"})
_MEANT = {
    "AccessDeniedException": 403,
    "ExpiredTokenException": 401,
    "IncompleteSignature": 401,
    "IncompleteSignatureException": 401,
    "InvalidSignatureException": 401,
    "MissingAuthenticationToken": 401,
    "ThrottlingException": 429,
    "UnrecognizedClientException": 401,
}


class AwsSignature(httpx.Auth):
    """Signs each request with an access key, for one region and service; `now` tells the time."""

    requires_request_body = True

    def __init__(
        self, key: str, secret: str, *, region: str, service: str, now: Callable[[], float]
    ) -> None:
        self._key, self._secret = key, secret
        self._region, self._service, self._now = region, service, now

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The request with `x-amz-date` and `authorization`, signed anew for each try."""
        moment = datetime.fromtimestamp(self._now(), UTC).strftime("%Y%m%dT%H%M%SZ")
        request.headers["x-amz-date"] = moment
        request.headers["authorization"] = self._authorization(request, moment)
        yield request

    def _authorization(self, request: httpx.Request, moment: str) -> str:
        headers = {
            name.lower(): " ".join(value.split())
            for name, value in sorted(request.headers.items())
            if name.lower() in _SIGNED
        }
        names = ";".join(headers)
        canonical = "\n".join(
            (
                request.method,
                request.url.raw_path.decode("ascii"),
                "",
                *(f"{name}:{value}" for name, value in headers.items()),
                "",
                names,
                hashlib.sha256(request.content).hexdigest(),
            )
        )
        scope = f"{moment[:8]}/{self._region}/{self._service}/aws4_request"
        signed = hashlib.sha256(canonical.encode()).hexdigest()
        key = f"AWS4{self._secret}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        to_sign = f"{_ALGORITHM}\n{moment}\n{scope}\n{signed}"
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
        return (
            f"{_ALGORITHM} Credential={self._key}/{scope},"
            f" SignedHeaders={names}, Signature={signature}"
        )


def meant_status(status: int, body: bytes) -> int:
    """The status that a refusal amounts to: AWS answers 400 to most, and says which as `__type`.

    https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
    """
    if status != 400:
        return status
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return status
    named = said.get("__type") if isinstance(said, dict) else None
    return _MEANT.get(named.rpartition("#")[2], status) if isinstance(named, str) else status
