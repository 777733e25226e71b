"""What programs send with a token: our own events, and payloads of the kinds we read."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from ninja import Query, Router, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.permissions import NotPermitted
from changeproof.accounts.vocabulary import Permission
from changeproof.api.asking import caller
from changeproof.api.shapes import TakenOut, TakenPage
from changeproof.events.event import LARGEST_INTEGER, sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.events.vocabulary import json_schema
from changeproof.intake.deliveries import Taken, take
from changeproof.intake.file_trust import require_files_accepted
from changeproof.intake.spooled_times import spooled_time_counts
from changeproof.intake.writer import wake
from changeproof.ledger.service import ledger, now
from changeproof.sources.delivery import Delivery
from changeproof.sources.events import ACCEPTED, REPORTED
from changeproof.sources.guards import guard_size
from changeproof.sources.translate import KINDS, kind_named, of_record

router = Router(tags=["intake"], auth=api_doors(Permission.EVENTS_WRITE))
EVENTS = "events"
MOST_ITEMS = 1_000
_RESERVED = frozenset({"kind", "event", "reported_at"})
ReportedAt = Annotated[
    int | None,
    Query(
        ge=0,
        le=LARGEST_INTEGER,
        description="when it was first reported, if it waited since: UTC microseconds",
    ),
]
_DECIDER = "decided_by"
"""The option by which a file is somebody's decision."""
_ENDED = "VulnerabilityEnded"
_RULED_OUT = f"{_ENDED} without a fix"
_IN_ANOTHERS_NAME = (ACCEPTED - REPORTED - {_ENDED}) | {_RULED_OUT}
"""What a pipeline's token must not bring."""


@router.post(
    "/events",
    response={202: TakenPage},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "description": "Events after /api/events/schema; others are quarantined.",
                        "anyOf": [
                            {"type": "object"},
                            {"type": "array", "minItems": 1, "maxItems": MOST_ITEMS},
                        ],
                    }
                },
                "application/x-ndjson": {"schema": {"type": "string"}},
            },
        }
    },
)
def post_events(request: HttpRequest, reported_at: ReportedAt = None) -> Status[dict[str, Any]]:
    """One event, a list of them, or one a line: each with its own outcome, up to 1,000.

    Times are claims: the receipt's time counts, the claimed one stands beside it. `reported_at`
    counts instead where policy names the account (`evidence.spooled_times`).
    """
    moment = now()
    counts = _spool_counts(request, reported_at, moment)
    items = _items(_body(request), is_document=request.content_type == "application/json")
    _guard_voice(request, EVENTS, items)
    deliveries = [
        Delivery(
            kind=EVENTS,
            id=sha256_hex(item),
            body=item,
            received_at=moment,
            reported_at=reported_at,
            reported_at_counts=counts,
        )
        for item in items
    ]
    taken = take(ledger(), deliveries, _collector(request))
    wake()
    return Status(202, {"items": [_told(each) for each in taken]})


@router.get("/events/schema", auth=api_doors(), summary="The JSON Schema of all events")
def get_schema(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001
    """What `POST /api/events` reads; a delivery's header fields may be left out."""
    return json_schema()


@router.post(
    "/deliveries",
    response=TakenOut,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string"}}},
        }
    },
)
def post_delivery(
    request: HttpRequest,
    kind: Annotated[str, Query(max_length=50, description=f"one of: {', '.join(KINDS)}")],
    event: Annotated[str | None, Query(max_length=200)] = None,
    reported_at: ReportedAt = None,
) -> TakenOut:
    """One payload of a system that we read, as a body of bytes (`ingest --server`)."""
    if kind_named(kind) is None:
        raise Refusal(
            "The delivery was not taken.",
            where="kind",
            why=f"{kind!r} is no kind of payload that we read",
            cure=f"Name one of: {', '.join(KINDS)}.",
        )
    body = _body(request)
    _guard_voice(request, kind, [body])
    _guard_decider(request)
    if of_record(kind):
        require_files_accepted(ledger(), kind)
    options = tuple(
        sorted((name, value) for name, value in request.GET.items() if name not in _RESERVED)
    )
    moment = now()
    delivery = Delivery(
        kind=kind,
        id=sha256_hex(body),
        body=body,
        received_at=moment,
        reported_at=reported_at,
        reported_at_counts=_spool_counts(request, reported_at, moment),
        name=event,
        options=tuple((str(name), str(value)) for name, value in options),
    )
    [taken] = take(ledger(), [delivery], _collector(request))
    wake()
    return _told(taken)


def _spool_counts(request: HttpRequest, reported_at: int | None, moment: int) -> bool:
    return reported_at is not None and spooled_time_counts(
        ledger(), caller(request).account, reported_at, moment
    )


def _body(request: HttpRequest) -> bytes:
    body = request.body
    guard_size(body)
    return body


def _collector(request: HttpRequest) -> str:
    """Who brought it, and by which token: `api:local:user/7#token/12`."""
    known = caller(request)
    return f"api:{known.account}{f'#{known.by}' if known.by else ''}"


def _guard_voice(request: HttpRequest, kind: str, bodies: Sequence[bytes]) -> None:
    """Raise NotPermitted where a program would speak for people.

    A pipeline reports what it did: builds, tests, deployments. A review, a ticket's move or a
    freeze is somebody's decision; who brings those must be trusted with the source itself, or
    an author with a deployment token could approve in a colleague's name. A token speaks by its
    scopes: one of an administrator for `ingest` alone speaks for nobody.
    """
    if caller(request).may(Permission.SOURCE_MANAGE):
        return
    spoken = {kind} if of_record(kind) else set()
    if kind == EVENTS:
        spoken = {name for body in bodies for name in _spoken_in(body)} & _IN_ANOTHERS_NAME
    if spoken:
        raise NotPermitted(
            Permission.SOURCE_MANAGE,
            None,
            f"{min(spoken)} tells of people's decisions, and only who manages sources brings those"
            f" (by a token with {Permission.SOURCE_MANAGE.value} among its scopes)",
        )


def _guard_decider(request: HttpRequest) -> None:
    """Raise NotPermitted where a program names the person who ruled a vulnerability out."""
    if _DECIDER in request.GET and not caller(request).may(Permission.SOURCE_MANAGE):
        raise NotPermitted(
            Permission.SOURCE_MANAGE,
            None,
            f"{_DECIDER} names a person who decided, and only who manages sources does that"
            f" (by a token with {Permission.SOURCE_MANAGE.value} among its scopes)",
        )


def _spoken_in(body: bytes) -> Iterator[str]:
    """The types that events claim; what cannot be read claims none and is quarantined.

    A scanner sees that a vulnerability is gone; that it never was one is somebody's decision.
    """
    for part in (body, *body.splitlines()):
        with suppress(msgspec.DecodeError, RecursionError):
            stated = msgspec.json.decode(part)
            for each in stated if isinstance(stated, list) else [stated]:
                if isinstance(each, dict):
                    yield str(each.get("type"))
                    if each.get("type") == _ENDED and each.get("outcome") != "fixed":
                        yield _RULED_OUT


def _told(taken: Taken) -> TakenOut:
    return TakenOut(outcome=taken.outcome, events=taken.events, reason=taken.reason)


def _items(body: bytes, *, is_document: bool) -> list[bytes]:
    """The bytes of each event. Raises Refusal for what is no list of objects.

    A document is one JSON value; anything else may also be one event a line.
    """
    text = body.strip()
    try:
        if is_document and text[:1] != b"[":
            msgspec.json.decode(text, type=dict[str, msgspec.Raw])
        if text[:1] == b"[":
            items = [bytes(each) for each in msgspec.json.decode(text, type=list[msgspec.Raw])]
        elif _is_one(text):
            items = [text]
        else:
            items = [line for line in text.splitlines() if line.strip()]
    except (msgspec.DecodeError, RecursionError) as error:
        raise _malformed(f"the body is no such JSON: {error}") from error
    if not 1 <= len(items) <= MOST_ITEMS:
        raise _malformed(f"it holds {len(items):,} events; 1 to {MOST_ITEMS:,} are taken")
    return items


def _is_one(text: bytes) -> bool:
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except msgspec.DecodeError:
        return False
    return True


def _malformed(why: str) -> Refusal:
    return Refusal(
        "No event was taken.",
        where="body",
        why=why,
        cure="Send one event, a list of them, or (as application/x-ndjson) one a line; see"
        " /api/events/schema.",
    )
