"""`POST /webhooks/github`, before Django: read, prove, queue, answer after the commit.

Nothing is looked at before the signature holds, except how large it is. What is refused leaves
one operational line without body or secret.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

import msgspec
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection

from changeproof.api.problems import CONTENT_TYPE, problem_bytes
from changeproof.events.refusal import Refusal
from changeproof.intake import github
from changeproof.intake.deliveries import Taken
from changeproof.intake.writer import writer
from changeproof.ledger.service import now
from changeproof.sources.delivery import Delivery
from changeproof.sources.guards import LARGEST_PAYLOAD

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LONGEST_WAIT = 30.0
"""Seconds; GitHub gave up before, and sends again what we could not say was taken."""
SECRET_KEPT = 60.0
_HEADER = re.compile(r"[\x21-\x7e]{1,200}")
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"


class _Refused(Exception):
    """The answer is no, with this status."""

    def __init__(self, status: int, refusal: Refusal, retry_after: int | None = None) -> None:
        super().__init__(refusal.what)
        self.status = status
        self.refusal = refusal
        self.retry_after = retry_after


class _Gone(Exception):
    """The sender went away while it sent."""


async def handle(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one delivery: 202 with its outcome once it is durable, or problem details."""
    headers = {bytes(name).lower(): bytes(value) for name, value in scope["headers"]}
    try:
        taken = await _take(scope, headers, receive)
    except _Gone:
        return
    except _Refused as refused:
        logger.warning("refused a GitHub delivery: %d, %s", refused.status, refused.refusal.why)
        extra = [(b"retry-after", b"%d" % refused.retry_after)] if refused.retry_after else []
        if refused.status == 405:
            extra.append((b"allow", b"POST"))
        body = problem_bytes(refused.status, refused.refusal)
        await _answer(send, refused.status, body, CONTENT_TYPE, extra)
        return
    told = {"outcome": taken.outcome, "events": taken.events, "reason": taken.reason}
    status = 422 if taken.outcome == "refused" else 202
    await _answer(send, status, msgspec.json.encode(told), _JSON, [])


async def _take(scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> Taken:
    if scope["method"] != "POST":
        raise _no(405, "deliveries are sent with POST", "Set the webhook's address at GitHub.")
    body = await _read_in_time(headers, receive)
    signature = _text(headers, b"x-hub-signature-256")
    if not await _signed(body, signature):
        raise _no(
            401,
            "its signature is missing or was not made with our secret",
            "Enter the secret that `changeproof connect github` prints at GitHub.",
        )
    delivery = Delivery(
        kind=github.SOURCE,
        id=_needed(headers, b"x-github-delivery"),
        body=_payload(headers, body),
        received_at=now(),
        name=_needed(headers, b"x-github-event"),
    )
    return await _written(delivery)


async def _read_in_time(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    """The body, unless its sender dawdles: a connection kept half open costs nobody but us."""
    seconds = settings.WEBHOOK_BODY_SECONDS
    try:
        async with asyncio.timeout(seconds):
            return await _read(headers, receive)
    except TimeoutError as error:
        why = f"its body did not arrive within {seconds:g} seconds"
        raise _no(408, why, "Send it again, in one go.") from error


async def _read(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    """The body, unless it grows over the limit."""
    announced = headers.get(b"content-length", b"0")
    if announced.isdigit() and (len(announced) > 20 or int(announced) > LARGEST_PAYLOAD):
        raise _too_large()
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST_PAYLOAD:
            raise _too_large()
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


_secret: tuple[float, str | None] = (float("-inf"), None)


async def _signed(body: bytes, signature: str | None) -> bool:
    """In constant time. The secret is read again where it may have changed."""
    global _secret
    read_at, secret = _secret
    if time.monotonic() - read_at < SECRET_KEPT and github.signed(body, signature, secret):
        return True
    secret = await sync_to_async(_read_secret, thread_sensitive=False)()
    _secret = (time.monotonic(), secret)
    return github.signed(body, signature, secret)


def _read_secret() -> str | None:
    try:
        return github.secret()
    finally:
        connection.close()


def _payload(headers: dict[bytes, bytes], body: bytes) -> bytes:
    kind = (_text(headers, b"content-type") or "").partition(";")[0].strip().lower()
    if kind == _JSON:
        return body
    if kind == _FORM:
        try:
            [payload] = parse_qs(body.decode("ascii"), max_num_fields=10)["payload"]
        except (ValueError, KeyError) as error:
            raise _no(400, "the form has no field `payload`", "Send JSON instead.") from error
        return payload.encode("utf-8", "surrogateescape")
    raise _no(
        400,
        f"its content type is neither {_JSON} nor {_FORM}",
        f"Choose {_JSON} in the webhook's settings at GitHub.",
    )


async def _written(delivery: Delivery) -> Taken:
    """What became of it, once it is durable. The future is never cancelled: the writer holds it."""
    try:
        future = asyncio.wrap_future(writer().submit(delivery))
    except Refusal as refusal:
        raise _Refused(503, refusal, retry_after=5) from refusal
    done, _ = await asyncio.wait({future}, timeout=LONGEST_WAIT)
    if not done:
        raise _busy("it was not written in time")
    error = future.exception()
    if error is not None:
        raise _busy("it could not be written") from error
    return future.result()


def _text(headers: dict[bytes, bytes], name: bytes) -> str | None:
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")


def _needed(headers: dict[bytes, bytes], name: bytes) -> str:
    value = _text(headers, name)
    if value is None or not _HEADER.fullmatch(value):
        raise _no(400, f"the header {name.decode()} is missing or unreadable", "Send it.")
    return value


def _no(status: int, why: str, cure: str) -> _Refused:
    return _Refused(status, Refusal("The delivery was not taken.", why=why, cure=cure))


def _too_large() -> _Refused:
    why = f"it is larger than {LARGEST_PAYLOAD:,} bytes (25 MiB)"
    return _no(413, why, "GitHub itself sends no more than that.")


def _busy(why: str) -> _Refused:
    refusal = Refusal("The delivery was not taken.", why=why, cure="Send it again in a while.")
    return _Refused(503, refusal, retry_after=10)


async def _answer(
    send: Send, status: int, body: bytes, kind: str, extra: list[tuple[bytes, bytes]]
) -> None:
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        *extra,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
