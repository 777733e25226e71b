"""`POST /webhooks/KIND` and `/webhooks/KIND/NAME`, before Django: read, prove, queue, answer after
the commit.

Nothing is looked at before the delivery is proven, except how large it is. What is refused leaves
one operational line without body, address or secret.
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
from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.intake.deliveries import Taken
from changeproof.intake.webhooks.connections import (
    NAME,
    PATH,
    Shared,
    key_of,
    remember_handshake,
    shared_with,
)
from changeproof.intake.webhooks.door import Door
from changeproof.intake.webhooks.doors import door_of
from changeproof.intake.webhooks.proofs import Sent
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
_HEADER = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?")
_SECRET = re.compile(r"[\x21-\x7e]{8,200}")
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_NO_PAYLOAD = (_FORM, "multipart/")


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
    """Answer one delivery: with its outcome once it is durable, or problem details."""
    headers = {bytes(name).lower(): bytes(value) for name, value in scope["headers"]}
    door, name = _door(scope["path"])
    try:
        if door is None:
            raise _no(404, "nothing is delivered to this address", "See the page of sources.")
        if scope["method"] != "POST":
            await _answer_question(scope, headers, door, name, send)
            return
        if door.handshake is not None and door.handshake.encode() in headers:
            await _shake_hands(scope, headers, receive, door, name, send)
            return
        taken, payload = await _take(scope, headers, receive, door, name)
    except _Gone:
        return
    except _Refused as refused:
        kind = "nobody's" if door is None else door.kind
        logger.warning("refused a %s delivery: %d, %s", kind, refused.status, refused.refusal.why)
        extra = [(b"retry-after", b"%d" % refused.retry_after)] if refused.retry_after else []
        if refused.status == 405:
            extra.append((b"allow", b"POST"))
        body = problem_bytes(refused.status, refused.refusal)
        await _answer(send, refused.status, body, CONTENT_TYPE, extra)
        return
    wanted = door.answer(payload) if door.answer and taken.outcome != "refused" else None
    if wanted is not None:
        await _answer(send, 200, wanted, _JSON, [])
        return
    told = {"outcome": taken.outcome, "events": taken.events, "reason": taken.reason}
    status = 422 if taken.outcome == "refused" else door.taken
    await _answer(send, status, msgspec.json.encode(told), _JSON, [])


def _door(path: str) -> tuple[Door | None, str | None]:
    """Whose door an address is, and which of several."""
    kind, slash, name = path.removeprefix(PATH).partition("/")
    if slash and not NAME.fullmatch(name):
        return None, None
    return door_of(kind), name if slash else None


async def _take(
    scope: Scope, headers: dict[bytes, bytes], receive: Receive, door: Door, name: str | None
) -> tuple[Taken, bytes]:
    """What became of the delivery, and its payload."""
    body = await _read_in_time(headers, receive)
    shared = await _proven(door, name, _sent(scope, headers, body))
    payload = _payload(headers, body, door)
    delivery = Delivery(
        kind=door.kind,
        id=_stated(headers, door.delivery, door) or sha256_hex(payload),
        body=payload,
        received_at=now(),
        name=_stated(headers, door.event, door),
        options=shared.options,
    )
    return await _written(delivery), payload


async def _answer_question(
    scope: Scope, headers: dict[bytes, bytes], door: Door, name: str | None, send: Send
) -> None:
    """Some systems ask whether anybody is there before they deliver anything."""
    if scope["method"] == "HEAD":
        await _answer(send, 200, b"", _JSON, [])
        return
    sent = _sent(scope, headers, b"")
    answer = door.challenged(sent) if scope["method"] == "GET" else None
    if answer is None:
        raise _no(405, "deliveries are sent with POST", "Set the webhook's address at the sender.")
    await _proven(door, name, sent)
    await _answer(send, 200, msgspec.json.encode({"verification": answer}), _JSON, [])


async def _shake_hands(
    scope: Scope,
    headers: dict[bytes, bytes],
    receive: Receive,
    door: Door,
    name: str | None,
    send: Send,
) -> None:
    """The first delivery of all brings a header and nothing else: whoever proves itself has it
    back, and signs with what it held from then on."""
    shown = _text(headers, door.handshake or "") or ""
    body = await _read_in_time(headers, receive)
    await _proven(door, name, _sent(scope, headers, body), shakes_hands=True)
    if not _SECRET.fullmatch(shown):
        raise _no(400, f"its {door.handshake} is no secret", "Have the sender make another.")
    if door.signature is not None:
        await sync_to_async(_remember, thread_sensitive=False)(door.kind, name, shown)
        _shared.pop(key_of(door.kind, name), None)
    extra = [(str(door.handshake).encode(), shown.encode())]
    await _answer(send, 200, b"{}", _JSON, extra)


def _sent(scope: Scope, headers: dict[bytes, bytes], body: bytes) -> Sent:
    # Without a stated address the sender knows the one that it asked; some sign it with the body.
    scheme = scope.get("scheme", "http")  # ASGI lets a server leave it out
    asked = f"{scheme}://{headers.get(b'host', b'').decode('latin-1')}"
    address = f"{settings.REACH.url or asked}{scope['path']}"
    return Sent(headers, body, bytes(scope.get("query_string", b"")), address, int(time.time()))


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


_shared: dict[str, tuple[float, Shared]] = {}
"""What was read of connections that are there, and when; so no guess at a name is kept."""


async def _proven(
    door: Door, name: str | None, sent: Sent, *, shakes_hands: bool = False
) -> Shared:
    """What the connection shares. It is read again where it may have changed. Whoever shakes hands
    cannot sign yet.

    Raises _Refused with one and the same answer, whether nothing is connected or nothing fits.
    """
    key = key_of(door.kind, name)
    read_at, shared = _shared.get(key, (float("-inf"), None))
    if (
        shared is None
        or time.monotonic() - read_at >= SECRET_KEPT
        or not _holds(door, sent, shared, shakes_hands)
    ):
        shared = await sync_to_async(_read_shared, thread_sensitive=False)(door.kind, name)
        if shared is None:
            _shared.pop(key, None)
        else:
            _shared[key] = (time.monotonic(), shared)
        if shared is None or not _holds(door, sent, shared, shakes_hands):
            raise _no(
                401,
                "its signature is missing or was not made with our secret",
                f"Authenticate it as `changeproof connect {_command(door, name)}` says:"
                f" {door.authentication}.",
            )
    return shared


def _holds(door: Door, sent: Sent, shared: Shared, shakes_hands: bool) -> bool:
    if not door.proof(sent, shared.secret):
        return False
    if door.signature is None or shakes_hands or not shared.handshakes:
        return True
    proven = [door.signature(sent, secret) for secret in shared.handshakes]
    return any(proven)


def _remember(kind: str, name: str | None, secret: str) -> None:
    try:
        remember_handshake(kind, name, secret)
    finally:
        connection.close()


def _command(door: Door, name: str | None) -> str:
    words = door.kind if door.kind == "github" and name is None else f"webhook {door.kind}"
    return words if name is None else f"{words} --name {name}"


def _read_shared(kind: str, name: str | None) -> Shared | None:
    try:
        return shared_with(kind, name)
    finally:
        connection.close()


def _payload(headers: dict[bytes, bytes], body: bytes, door: Door) -> bytes:
    """The payload, out of its form where the system may send one."""
    if headers.get(b"content-encoding", b"identity").strip().lower() not in (b"", b"identity"):
        raise _no(415, "its body is compressed", "Send it as it is.")
    kind = (_text(headers, "content-type") or "").partition(";")[0].strip().lower()
    if kind == _FORM and door.takes_forms:
        try:
            [payload] = parse_qs(body.decode("ascii"), max_num_fields=10)["payload"]
        except (ValueError, KeyError) as error:
            raise _no(400, "the form has no field `payload`", "Send JSON instead.") from error
        return payload.encode("utf-8", "surrogateescape")
    if kind == _FORM and door.sends_forms:
        return body
    if kind == _JSON or (not door.takes_forms and not kind.startswith(_NO_PAYLOAD)):
        return body
    raise _no(
        400,
        f"its content type is not {_JSON}",
        f"Choose {_JSON} in the webhook's settings at the sender.",
    )


async def _written(delivery: Delivery) -> Taken:
    """What became of it, once it is durable."""
    try:
        future = writer().submit(delivery)
    except Refusal as refusal:
        raise _Refused(503, refusal, retry_after=5) from refusal
    try:
        async with asyncio.timeout(LONGEST_WAIT):
            return await future
    except TimeoutError as error:
        raise _busy("it was not written in time") from error
    except Exception as error:
        raise _busy("it could not be written") from error


def _text(headers: dict[bytes, bytes], name: str) -> str | None:
    value = headers.get(name.encode())
    return None if value is None else value.decode("latin-1")


def _stated(headers: dict[bytes, bytes], names: tuple[str, ...], door: Door) -> str | None:
    """The first of these headers that is there. Raises _Refused for an unreadable one, and where
    a system always sends it."""
    for name in names:
        value = _text(headers, name)
        if value is not None and _HEADER.fullmatch(value):
            return value
        if value is not None or door.needs_headers:
            raise _no(400, f"the header {name} is missing or unreadable", "Send it.")
    return None


def _no(status: int, why: str, cure: str) -> _Refused:
    return _Refused(status, Refusal("The delivery was not taken.", why=why, cure=cure))


def _too_large() -> _Refused:
    why = f"it is larger than {LARGEST_PAYLOAD:,} bytes (25 MiB)"
    return _no(413, why, "Send it in parts, or import it from a file in parts.")


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
