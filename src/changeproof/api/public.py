"""What anybody may ask without a name: are you alive, are you ready, and the log's tiles.

`/log/…` is laid out as C2SP tlog-tiles has it, so that clients nobody here wrote can verify it.
"""

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from changeproof import __version__
from changeproof.events.refusal import Refusal
from changeproof.intake.writer import oldest_waiting_delivery
from changeproof.ledger.schema import schema_digest
from changeproof.ledger.service import SCHEMA, ledger, now
from changeproof.log.tiles import TILE_WIDTH, BadTile, parse_tile_path
from changeproof.policy.json_schema import policy_json_schema

logger = logging.getLogger(__name__)

_FOR_EVER = "public, max-age=31536000, immutable"
_A_WHILE = "public, max-age=60"
_BRIEFLY = "public, max-age=5"


@login_not_required
@require_safe
def health(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return _told(200, {"status": "alive", "version": __version__})


@login_not_required
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """It can work: the database answers and the evidence tables are those of this version.

    `waiting` is how many subjects wait to be judged; waiting is work, not trouble. What has waited
    long is: the two ages are in seconds, of what waits longest to be judged and to be written by
    this process; null where nothing waits, or nobody noted since when.
    """
    try:
        opened = ledger()
        current = opened.state(SCHEMA) == schema_digest()
        waiting = opened.waiting()
        oldest = opened.waiting_since()
        size = opened.log.size()
    except (DatabaseError, Refusal):
        logger.exception("not ready")
        return _told(503, {"status": "not ready", "why": "the database does not answer"})
    if not current:
        why = "the evidence tables are another version's; they are rebuilt at the next start"
        return _told(503, {"status": "not ready", "why": why})
    at = now()
    return _told(
        200,
        {
            "status": "ready",
            "log_size": size,
            "waiting": waiting,
            "oldest_unjudged_seconds": _age(oldest, at),
            "oldest_delivery_seconds": _age(oldest_waiting_delivery(), at),
        },
    )


def _age(since: int | None, at: int) -> float | None:
    return None if since is None else max(0, at - since) / 1_000_000


@login_not_required
@require_safe
def policy_schema(_request: HttpRequest) -> HttpResponse:
    """The JSON Schema of a policy.yaml: the same for everybody, so that editors can fetch it."""
    response = _told(200, policy_json_schema())
    response["Cache-Control"] = _A_WHILE
    return response


@login_not_required
@require_safe
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """The latest signed checkpoint (C2SP tlog-checkpoint)."""
    response = HttpResponse(ledger().log.checkpoint(), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = _BRIEFLY
    return response


@login_not_required
@require_safe
def tile(_request: HttpRequest, path: str) -> HttpResponse:
    """A tile or entry bundle, full or partial; 404 for any that the log has not."""
    try:
        asked = parse_tile_path(f"tile/{path}")
    except BadTile:
        return _no_tile()
    log = ledger().log
    if asked.level == "entries":
        data = log.entry_bundle_bytes(asked.number, asked.width)
    else:
        data = log.tile_bytes(asked.level, asked.number, asked.width)
    if data is None:
        return _no_tile()
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Cache-Control"] = _FOR_EVER if asked.width == TILE_WIDTH else _A_WHILE
    return response


def _no_tile() -> HttpResponse:
    return HttpResponse(
        "The log has no such tile.\n", status=404, content_type="text/plain; charset=utf-8"
    )


def _told(status: int, words: dict[str, object]) -> HttpResponse:
    response = JsonResponse(words, status=status)
    response["Cache-Control"] = "no-store"
    return response
