"""A session ends by itself: some hours after the sign-in, and sooner where nobody uses it.

The library's own age counts from the last write, so that use prolongs it without end.
"""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

IDLE = 2 * 60 * 60
"""Seconds without a request."""
NOTED_EVERY = 5 * 60
"""Seconds between two notes that it is in use: each is a write."""
_BEGUN, _USED = "session_begun_at", "session_used_at"


class SessionsEnd:
    """Middleware, after the one that knows whose the session is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            _end_or_note(request, time.time())
        return self.get_response(request)


def _end_or_note(request: HttpRequest, at: float) -> None:
    held = request.session
    begun, used = float(held.get(_BEGUN, at)), float(held.get(_USED, at))
    if at - begun > settings.SESSION_COOKIE_AGE or at - used > IDLE:
        logout(request)
    elif _BEGUN not in held or at - used > NOTED_EVERY:
        held[_BEGUN], held[_USED] = begun, at
