"""A form that is sent twice is done once: the second click is answered like the first.

Each page that we render has a CSRF token of its own, so the same fields with the same token are the
same form. Kept in memory, by the one process that serves; programs have keys of their own, which
last (`api/idempotency.py`).
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from changeproof.web.said import said_in, say

KEPT = 600.0
"""Seconds for which a form is remembered."""
LONGEST_WAIT = 30.0
"""Seconds that a second click waits for the first."""
MOST = 2_000
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - a field's name
_OURS = "changeproof.web."


@dataclass
class _Sent:
    """A form on its way; `location` is where its sender was led once it was done."""

    key: str
    at: float
    over: threading.Event = field(default_factory=threading.Event)
    location: str = ""
    said: tuple[str, int | None] | None = None


class SentOnce:
    """Middleware, after the one that checks CSRF tokens. What was refused may be sent again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._sent: OrderedDict[str, _Sent] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse | None = None
        try:
            response = self.get_response(request)
            return response
        finally:
            sent: _Sent | None = getattr(request, "_changeproof_sent", None)
            if sent is not None:
                self._settle(sent, request, response)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        _args: tuple[Any, ...],
        _kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Let the first of them through; the others wait for it."""
        key = _key_of(request) if view.__module__.startswith(_OURS) else ""
        if not key:
            return None
        with self._lock:
            before = self._sent.get(key)
            if before is None:
                request._changeproof_sent = self._begun(key)  # type: ignore[attr-defined]
                return None
        before.over.wait(LONGEST_WAIT)
        if not before.location:
            return None
        if before.said is not None:
            say(request, *before.said)  # a browser shows the page of its second click
        return HttpResponseRedirect(before.location)

    def _begun(self, key: str) -> _Sent:
        at = time.monotonic()
        while self._sent:
            oldest = next(iter(self._sent.values()))
            if len(self._sent) < MOST and at - oldest.at < KEPT:
                break
            del self._sent[oldest.key]
        made = self._sent[key] = _Sent(key, at)
        return made

    def _settle(self, sent: _Sent, request: HttpRequest, response: HttpResponse | None) -> None:
        if response is not None and response.status_code == 302:
            sent.location, sent.said = response["Location"], said_in(request)
        else:
            with self._lock:
                self._sent.pop(sent.key, None)
        sent.over.set()


def _key_of(request: HttpRequest) -> str:
    """Which form of whom this is; empty for what is none."""
    if request.method != "POST" or not request.user.is_authenticated:
        return ""
    if not request.POST.get(_TOKEN):
        return ""
    fields = sorted((name, tuple(values)) for name, values in request.POST.lists())
    files = sorted(
        (name, each.name, each.size) for name, held in request.FILES.lists() for each in held
    )
    told = repr((request.user.pk, request.get_full_path(), fields, files))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
