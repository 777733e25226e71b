"""A server's API, for pipelines that have no instance of their own."""

from collections.abc import Iterator
from typing import Any

import httpx
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

from changeproof.events.refusal import Refusal

TIMEOUT = 30.0


class Declined(Refusal):
    """The server answered, and the answer was no."""

    def __init__(self, what: str, *, why: str, cure: str, where: str, status: int) -> None:
        super().__init__(what, why=why, cure=cure, where=where)
        self.status = status


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
    ) -> Any:
        """Send JSON or raw bytes; the reply's JSON. Sending twice is harmless by design."""
        return self._ask("POST", path, json=json, content=content, params=query)

    def _ask(self, method: str, path: str, **arguments: Any) -> Any:
        try:
            reply = self._send(method, path, **arguments)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._silent(str(error) or type(error).__name__) from error
        if not reply.is_success:
            raise self._refusal(reply)
        try:
            return reply.json()
        except ValueError as error:
            raise self._silent("what answers there is no Changeproof server") from error

    def _silent(self, why: str) -> Refusal:
        return Refusal(
            "The server did not answer.",
            where=self._server,
            why=why,
            cure="Check the address (http://… or https://…) and that the server runs;"
            " then try again.",
        )

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
