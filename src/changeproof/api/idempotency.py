"""A POST that is sent again does nothing again: `Idempotency-Key`.

After draft-ietf-httpapi-idempotency-key-header: the same key with the same request gets the
answer of the first, marked `Idempotent-Replayed: true`; with another request it is refused (422).
An act and its kept answer are one transaction, so that of two at once the second finds the first.
A refusal did nothing and is not kept: mend what it names and send the request again.
"""

import hashlib
from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, RawPostDataException
from ninja import Status
from pydantic import TypeAdapter

from changeproof.api.asking import caller
from changeproof.api.models import KeptAnswer
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
LONGEST_KEY = 200
KEPT_FOR = 7 * 24 * 3600 * 1_000_000
"""Microseconds."""

_TAKEN_TOGETHER = frozenset({"/api/events", "/api/deliveries"})
"""The writer's own thread commits these, so no transaction can be held around them; what is
taken in twice is one delivery there anyway."""
_PRINTED: TypeAdapter[Any] = TypeAdapter(Any)

Operation = Callable[..., Any]


class KeyUsedBefore(Refusal):
    """The key stands for another request."""


def idempotent(operation: Operation) -> Operation:
    """Wrap an operation, after its door and its body's validation: a key that came before is
    answered from what was kept."""

    @wraps(operation)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get(HEADER) if request.method == "POST" else None
        if key is None:
            return operation(request, *args, **kwargs)
        _guard(key)
        together = request.path in _TAKEN_TOGETHER
        with nullcontext() if together else ledger().writing():
            kept = _kept(request, key)
            if kept is not None:
                return _again(kept, request)
            result = operation(request, *args, **kwargs)
            _keep(request, key, result)
            return result

    return once


def _guard(key: str) -> None:
    if 1 <= len(key) <= LONGEST_KEY and all("!" <= each <= "~" for each in key):
        return
    raise Refusal(
        "The request was not taken.",
        where=HEADER,
        why=f"a key is 1 to {LONGEST_KEY} visible ASCII characters",
        cure="Send a fresh UUID with each new request, the same one when you send it again.",
    )


def _kept(request: HttpRequest, key: str) -> KeptAnswer | None:
    return KeptAnswer.objects.filter(
        account=caller(request).account,
        operation=request.path,
        key=key,
        kept_at__gt=now() - KEPT_FOR,
    ).first()


def _again(kept: KeptAnswer, request: HttpRequest) -> HttpResponse:
    if kept.request_digest != _digest(request):
        raise KeyUsedBefore(
            "The request was not taken.",
            where=HEADER,
            why="this key came before, with another request",
            cure="Send a fresh key with each new request.",
        )
    response = HttpResponse(kept.answer, status=kept.status, content_type="application/json")
    response[REPLAYED] = "true"
    return response


def _keep(request: HttpRequest, key: str, result: Any) -> None:
    status, value = 200, result
    if isinstance(result, Status):
        status, value = result.status_code, result.value
    moment = now()
    KeptAnswer.objects.filter(kept_at__lte=moment - KEPT_FOR).delete()
    KeptAnswer.objects.update_or_create(
        account=caller(request).account,
        operation=request.path,
        key=key,
        defaults={
            "request_digest": _digest(request),
            "status": status,
            "answer": _PRINTED.dump_json(value).decode(),
            "kept_at": moment,
        },
    )


def _digest(request: HttpRequest) -> str:
    """SHA-256 over the query and the body, told apart by the query's length."""
    query = request.META.get("QUERY_STRING", "").encode()
    try:
        body = request.body
    except RawPostDataException:  # it was read as a form, of which the bytes are gone
        body = _form(request)
    return hashlib.sha256(b"%d:%b%b" % (len(query), query, body)).hexdigest()


def _form(request: HttpRequest) -> bytes:
    """The fields and files of a form, which was read already; its boundary is another each time."""
    told: list[object] = [sorted((name, values) for name, values in request.POST.lists())]
    for name, held in sorted(request.FILES.lists()):
        for file in held:
            file.seek(0)
            told.append((name, file.name, hashlib.sha256(file.read()).hexdigest()))
    return repr(told).encode("utf-8", "surrogatepass")
