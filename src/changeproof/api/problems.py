"""Problem details (RFC 9457) out of refusals: the same four parts as in terminal and form."""

import logging
from typing import Any

import msgspec
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from changeproof.accounts.callers import Caller
from changeproof.accounts.issuer_keys import IssuerUnreachable
from changeproof.accounts.permissions import NotPermitted
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger
from changeproof.sources.guards import OverLimit
from changeproof.workflow.contents_shown import ContentMoved
from changeproof.workflow.naming import AmbiguousName, UnknownName, changes_in
from changeproof.workflow.rulings import MayNot

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"

# The first that fits; anything else that is refused was understood and cannot be done: 422.
_STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (NotPermitted, 403),
    (MayNot, 403),
    (UnknownName, 404),
    (AmbiguousName, 409),
    (ContentMoved, 409),
    (OverLimit, 413),
    (IssuerUnreachable, 503),
)
_KINDS = {
    400: "malformed",
    401: "unauthenticated",
    403: "not-permitted",
    404: "not-found",
    405: "method",
    408: "too-slow",
    409: "conflict",
    413: "too-large",
    422: "refused",
    429: "too-many",
    503: "unavailable",
}


def status_of(refusal: Refusal) -> int:
    """The HTTP status that a refusal answers with."""
    return next((status for kind, status in _STATUS if isinstance(refusal, kind)), 422)


def problem(status: int, refusal: Refusal) -> dict[str, Any]:
    """The members of RFC 9457 and our own: what, where, why, cure."""
    return {
        "type": f"urn:changeproof:problem:{_KINDS.get(status, 'error')}",
        "title": refusal.what,
        "status": status,
        "detail": refusal.why,
        "what": refusal.what,
        "where": refusal.where,
        "why": refusal.why,
        "cure": refusal.cure,
    }


def problem_bytes(status: int, refusal: Refusal) -> bytes:
    """The same as JSON; a lone surrogate that was sent comes back as a question mark."""
    told = {
        key: value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
        for key, value in problem(status, refusal).items()
    }
    return msgspec.json.encode(told)


def problem_response(status: int, refusal: Refusal) -> HttpResponse:
    """An answer that says no."""
    response = HttpResponse(
        problem_bytes(status, refusal), status=status, content_type=CONTENT_TYPE
    )
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="changeproof"'
    response["Cache-Control"] = "no-store"
    return response


UNAUTHENTICATED = Refusal(
    "The request was not taken.",
    where="Authorization",
    why="it names nobody: no token or session came with it, or it is no longer good",
    cure="Send a token (changeproof token create) as `Authorization: Bearer …`.",
)


def add_handlers(api: NinjaAPI) -> None:
    """Answer everything that goes wrong in an operation with problem details."""
    api.add_exception_handler(AmbiguousName, _ambiguous)
    api.add_exception_handler(Refusal, _refused)
    api.add_exception_handler(AuthenticationError, _unauthenticated)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(RequestDataTooBig, _too_large)
    api.add_exception_handler(MultiPartParserError, _unreadable)
    api.add_exception_handler(PermissionDenied, _denied)
    api.add_exception_handler(Exception, _failed)


def _refused(_request: HttpRequest, error: Any) -> HttpResponse:
    return problem_response(status_of(error), error)


def _ambiguous(request: HttpRequest, error: Any) -> HttpResponse:
    """An act's name that stands for several: the caller is told of those that they may see."""
    who = getattr(request, "auth", None)
    systems = who.systems(Permission.CHANGE_READ) if isinstance(who, Caller) else frozenset()
    seen = changes_in(ledger().store, error.candidates, systems)
    return problem_response(409, AmbiguousName(error.where, seen))


def _denied(_request: HttpRequest, _error: Any) -> HttpResponse:
    """The library that counts attempts found no address to count them by."""
    refusal = Refusal(
        "Nothing was recorded.",
        why="this server cannot tell from which address you ask, so attempts cannot be counted",
        cure="Have its proxy send X-Forwarded-For.",
    )
    return problem_response(403, refusal)


def _unauthenticated(_request: HttpRequest, _error: Any) -> HttpResponse:
    return problem_response(401, UNAUTHENTICATED)


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    return http_problem(error, request.path)


def http_problem(error: HttpError, where: str) -> HttpResponse:
    """What the API's own framework refuses, such as a session without its CSRF token."""
    status = int(error.status_code)
    cures = {
        400: "Send JSON as the OpenAPI document describes it: /api/openapi.json",
        403: "Send the page's CSRF token as X-CSRFToken, or use a token.",
        405: "See the OpenAPI document: /api/openapi.json",
        429: "Wait for as many seconds as Retry-After says.",
    }
    refusal = Refusal(
        "The request was not taken.",
        where=where,
        why=str(error),
        cure=cures.get(status, "Try again later."),
    )
    return problem_response(status, refusal)


def _invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    first = error.errors[0] if error.errors else {}
    refusal = Refusal(
        "The request was not taken.",
        where=".".join(str(part) for part in first.get("loc", ())),
        why=str(first.get("msg", "it is not as the OpenAPI document describes it")),
        cure="Compare it with the OpenAPI document: /api/openapi.json",
    )
    return problem_response(422, refusal)


def not_found(where: str) -> HttpResponse:
    """Nothing stands at this address."""
    refusal = Refusal(
        "There is nothing here.",
        where=where,
        why="no operation has this address, or what it names is not on record",
        cure="See the OpenAPI document: /api/openapi.json",
    )
    return problem_response(404, refusal)


def _not_found(request: HttpRequest, _error: Any) -> HttpResponse:
    return not_found(request.path)


def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    """A form in parts that says no boundary, or not where it ends."""
    return http_problem(HttpError(400, f"its body cannot be read: {error}"), request.path)


def _too_large(request: HttpRequest, _error: Any) -> HttpResponse:
    refusal = Refusal(
        "The request was not taken.",
        where=request.path,
        why="it is larger than 25 MiB",
        cure="Send it in parts.",
    )
    return problem_response(413, refusal)


def _failed(request: HttpRequest, error: Any) -> HttpResponse:
    logger.error("an operation failed: %s %s", request.method, request.path, exc_info=error)
    refusal = Refusal(
        "The request was not done.",
        where=request.path,
        why="something here failed; the operator's log says what",
        cure="Try again; if it stays so, ask the operator.",
    )
    return problem_response(500, refusal)
