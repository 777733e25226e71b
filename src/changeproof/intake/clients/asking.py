"""One system's HTTP interface, asked politely: bounded, patient, and never twice for the same.

Rate limits are waited for as the system states them (`Retry-After`, `X-RateLimit-Reset`,
`RateLimit-Reset`), passing troubles are tried again with growing rests, what did not change is
not sent again (RFC 9110 section 13). A reply over the limit is refused with
its size; a redirect to another host is not followed, so a secret never leaves for elsewhere.
"""

import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import msgspec
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from changeproof.events.refusal import Refusal
from changeproof.intake.clients.aws_signing import meant_status
from changeproof.sources.guards import stands_outside

LARGEST_REPLY = 50 * 1024 * 1024
"""Bytes of one page."""
CONNECT_SECONDS, READ_SECONDS = 10.0, 60.0
TRIES = 6
LONGEST_REST = 15 * 60.0
"""Seconds; a system that wants to be left alone for longer is asked again at the next turn."""
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_LIMITED = frozenset({403, 429})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 5

Rest = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `unchanged`: it is as it was when the validators were given (304)."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    url: str
    unchanged: bool = False


class Unreachable(Refusal):
    """The system could not be asked: what lies in this interval is not verifiable until it can."""


class NotAnswered(Refusal):
    """The system said no, and will again: a wrong address, a missing permission."""

    def __init__(self, status: int, where: str, why: str, cure: str) -> None:
        super().__init__("The source was not read.", where=where, why=why, cure=cure)
        self.status = status


class _TryAgain(Exception):
    def __init__(self, why: str, rest: float | None = None) -> None:
        super().__init__(why)
        self.rest = rest


class Asker:
    """Asks one address; `rest` waits for so many seconds (an interruption ends it).

    `authority` is a file of certificates that vouch for it in place of the system's.
    """

    def __init__(
        self,
        address: str,
        headers: Mapping[str, str],
        *,
        rest: Rest,
        now: Callable[[], float],
        auth: httpx.Auth | tuple[str, str] | None = None,
        private_allowed: bool = False,
        authority: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.address = address.rstrip("/") + "/"
        self._private_allowed = private_allowed
        self.rest, self._now = rest, now
        self.asked = 0
        self._client = httpx.Client(
            headers={"user-agent": "changeproof", "accept": "application/json", **headers},
            auth=auth,
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            follow_redirects=False,
            verify=ssl.create_default_context(cafile=authority),
            transport=transport,
        )

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def get(
        self,
        path: str,
        query: Mapping[str, Any] | None = None,
        *,
        conditions: Mapping[str, str] | None = None,
        may_redirect: bool = True,
        posted: bool = False,
    ) -> Reply:
        """One page; `conditions` are headers with validators, by which it may be unchanged.

        Where it may not redirect, another address is a no. `posted`: the interface takes its query
        as the JSON body of a POST; no redirect is followed.

        Raises NotAnswered, or Unreachable once patience has run out.
        """
        url = urljoin(self.address, path)
        self._require_own_host(url)
        retrying = Retrying(
            retry=retry_if_exception_type(_TryAgain),
            stop=stop_after_attempt(TRIES),
            wait=_rest_of,
            sleep=self.rest,
            reraise=True,
        )
        try:
            if posted:
                return retrying(self._posted, url, query or {})
            return retrying(self._once, url, query, conditions or {}, may_redirect)
        except _TryAgain as trouble:
            raise Unreachable(
                "The source was not read.",
                where=url.partition("?")[0],
                why=f"{trouble} ({TRIES} tries)",
                cure="It is asked again at its next turn; see whether it runs, and its limits.",
            ) from trouble

    def _once(
        self,
        url: str,
        query: Mapping[str, Any] | None,
        conditions: Mapping[str, str],
        may_redirect: bool,
    ) -> Reply:
        for _ in range(MOST_REDIRECTS):
            reply = self._sent(
                self._client.build_request("GET", url, params=query, headers=conditions)
            )
            leads_away = reply.status in _REDIRECTS and "location" in reply.headers
            if not may_redirect or not leads_away:
                return judged(reply, self._now())
            url, query = urljoin(url, reply.headers["location"]), None
            self._require_own_host(url)
        raise NotAnswered(
            reply.status, url, "it redirects without an end", "Correct the source's address."
        )

    def _posted(self, url: str, query: Mapping[str, Any]) -> Reply:
        body = msgspec.json.encode(query)
        reply = self._sent(self._client.build_request("POST", url, content=body))
        return judged(reply, self._now())

    def _sent(self, request: httpx.Request) -> Reply:
        self._require_reachable(str(request.url))
        self.asked += 1
        try:
            with closing(self._client.send(request, stream=True)) as response:
                return reply_of(response)
        except httpx.TransportError as error:
            raise _TryAgain(f"it does not answer: {type(error).__name__}") from error

    def _require_own_host(self, url: str) -> None:
        """Pages and redirects lead nowhere else: a secret goes to one host alone."""
        own, other = urlsplit(self.address), urlsplit(url)
        if (own.scheme, own.hostname, own.port) != (other.scheme, other.hostname, other.port):
            raise NotAnswered(
                0,
                url.partition("?")[0],
                f"it leads away from {own.hostname}",
                "Correct the source's address.",
            )

    def _require_reachable(self, url: str) -> None:
        """No address inside our own network, unless whoever runs the instance allowed it.

        A name may lead elsewhere a moment later. Where this counts a source has an https address,
        so only whoever holds the name's certificate is ever told the secret, or answers.
        """
        if self._private_allowed:
            return
        host = urlsplit(url).hostname or ""
        try:
            found = {str(each[4][0]) for each in socket.getaddrinfo(host, None)}
        except OSError as error:
            raise _TryAgain(f"the name {host} has no address") from error
        if not all(stands_outside(each) for each in found):
            raise NotAnswered(
                0,
                host,
                "it stands inside a private network",
                "Allow it, if it is yours: --private-network",
            )


_PERMISSIONS = "Give it the permissions that the source's page names."
_NO = {
    302: (
        "it shows something else instead",
        _PERMISSIONS,
    ),
    401: ("it does not know the secret", "Enter a valid secret: changeproof connect."),
    403: ("the account may not read this", _PERMISSIONS),
    404: ("nothing is there, or the account may not see it", "Correct the address or the names."),
    410: ("it is gone", "Take it out of the source's list."),
}
_OTHERWISE = ("it will not say more", "See whether the address is the interface's own.")


def reply_of(response: httpx.Response) -> Reply:
    """What came back, read whole. Raises NotAnswered where it is over the limit."""
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        size += len(part)
        if size > LARGEST_REPLY:
            raise NotAnswered(
                response.status_code,
                str(response.url).partition("?")[0],
                f"its reply has more than {LARGEST_REPLY:,} bytes",
                "Ask for fewer rows a page.",
            )
        parts.append(part)
    told = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status_code, b"".join(parts), told, str(response.url))


def judged(reply: Reply, now: float) -> Reply:
    """The reply where it is an answer.

    Raises NotAnswered where it is a no, Unreachable where the system wants to be left alone for
    long, and what is tried again (within `Asker.get`) where the trouble will pass.
    """
    if reply.status == 304:
        return Reply(304, b"", reply.headers, reply.url, unchanged=True)
    if reply.status < 300:
        return reply
    where = reply.url.partition("?")[0]
    rest = _asked_to_rest(reply.headers, now)
    status = meant_status(reply.status, reply.body)
    if status in _LIMITED and rest is not None:
        if rest > LONGEST_REST:
            raise Unreachable(
                "The source was not read.",
                where=where,
                why=f"its limit is used up for another {rest / 60:.0f} minutes",
                cure="It goes on at its next turn; ask less often or by another account.",
            )
        raise _TryAgain("its rate limit is used up", rest)
    if status in _PASSING:
        raise _TryAgain(f"it answered {reply.status}", rest)
    why, cure = _NO.get(status, _OTHERWISE)
    raise NotAnswered(status, where, f"it answered {reply.status}: {why}", cure)


def _rest_of(state: RetryCallState) -> float:
    trouble = state.outcome.exception() if state.outcome is not None else None
    told = trouble.rest if isinstance(trouble, _TryAgain) else None
    return told if told is not None else float(2 ** (state.attempt_number - 1))


def _asked_to_rest(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that the system asks for; None where it asks for none."""
    after = headers.get("retry-after", "")
    if after.isascii() and after.isdigit():
        return min(float(after), 10**9)
    if after:
        try:
            return max(0.0, parsedate_to_datetime(after).timestamp() - now)
        except (TypeError, ValueError):
            return None
    if headers.get("x-ratelimit-remaining", headers.get("ratelimit-remaining")) == "0":
        reset = headers.get("x-ratelimit-reset", headers.get("ratelimit-reset", ""))
        if reset.isascii() and reset.isdigit():
            # Some state a moment, others seconds from now.
            moment = float(min(int(reset), 10**12))
            return max(0.0, moment - now) if moment > 10**8 else moment
    return None
