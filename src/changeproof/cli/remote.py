"""A server's API, for pipelines that have no instance of their own."""

import time
import uuid
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import httpx
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

from changeproof.events.refusal import Refusal

TIMEOUT = 30.0
PAUSES = 3
LONGEST_PAUSE = 60
"""Seconds, whatever the server names."""
_AWAY = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
_NO_ANSWER = "The server did not answer."
_LOOK = "Check the address (http://… or https://…) and that the server runs; then try again."


class Declined(Refusal):
    """The server answered, and the answer was no."""

    def __init__(self, what: str, *, why: str, cure: str, where: str, status: int) -> None:
        super().__init__(what, why=why, cure=cure, where=where)
        self.status = status


class Silent(Refusal):
    """Nobody answered, or only what stands before the server: it is away."""


class Remote:
    """Speaks to one server with one token. Raises Refusal with the server's own four parts."""

    def __init__(self, server: str, token: str | None) -> None:
        if not token:
            raise Refusal(
                "The server was not asked.",
                where=server,
                why="CHANGEPROOF_TOKEN is not set",
                cure="On the server: changeproof token create. Put it into CHANGEPROOF_TOKEN.",
            )
        self._server = server.rstrip("/")
        self._client = httpx.Client(
            base_url=self._server,
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT,
        )

    def get(self, path: str, query: dict[str, str] | None = None) -> Any:
        """A reply's JSON."""
        return self._ask("GET", path, params=query)

    def all_items(self, path: str, query: dict[str, str]) -> Iterator[dict[str, Any]]:
        """Every item of a list, page after page, to the end."""
        page: str | None = None
        while True:
            reply = self.get(path, {**query, **({"after": page} if page else {})})
            yield from reply["items"]
            page = reply.get("next")
            if not page:
                return

    def post(
        self,
        path: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        query: dict[str, str] | None = None,
        key: str | None = None,
    ) -> Any:
        """Send JSON or raw bytes; the reply's JSON. It may be sent twice on the way: by its `key`
        (one is made up where none is given) the server does it once."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return self._ask("POST", path, json=json, content=content, params=query, headers=headers)

    def _ask(self, method: str, path: str, **arguments: Any) -> Any:
        try:
            reply = self._patiently(method, path, **arguments)
        except httpx.TransportError as error:
            if isinstance(error, httpx.UnsupportedProtocol):
                raise self._unreachable(str(error)) from error
            raise self._silent(str(error) or type(error).__name__) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._unreachable(str(error) or type(error).__name__) from error
        if reply.status_code in _AWAY:
            raise self._silent(f"what stands before it answers {reply.status_code}")
        if not reply.is_success:
            raise self._refusal(reply)
        try:
            return reply.json()
        except ValueError as error:
            raise self._unreachable("what answers there is no Changeproof server") from error

    def _silent(self, why: str) -> Silent:
        return Silent(_NO_ANSWER, where=self._server, why=why, cure=_LOOK)

    def _unreachable(self, why: str) -> Refusal:
        """Waiting does not help: the address is wrong."""
        return Refusal(_NO_ANSWER, where=self._server, why=why, cure=_LOOK)

    def _patiently(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """The reply; where we ask too often, the one after the pause that the server names."""
        for _ in range(PAUSES):
            reply = self._send(method, path, **arguments)
            if reply.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                return reply
            stated = reply.headers.get("Retry-After", "")
            time.sleep(min(LONGEST_PAUSE, int(stated) if stated.isdecimal() else 1))
        return self._send(method, path, **arguments)

    @retry(
        retry=retry_if_exception_type(httpx.TransportError),
        stop=stop_after_attempt(3),
        wait=wait_exponential(multiplier=0.5, max=4),
        reraise=True,
    )
    def _send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        return self._client.request(method, path, **arguments)

    def _refusal(self, reply: httpx.Response) -> Declined:
        try:
            told = reply.json()
        except ValueError:
            told = {}
        return Declined(
            str(told.get("title") or f"The server answered {reply.status_code}."),
            where=str(told.get("where") or self._server),
            why=str(told.get("why") or told.get("detail") or reply.reason_phrase),
            cure=str(told.get("cure") or "See the server's log."),
            status=reply.status_code,
        )
