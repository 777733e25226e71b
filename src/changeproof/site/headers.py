"""The Content Security Policy, and what else a browser should be told on every answer."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

# Everything comes from this server and nothing is inline, so injected markup can run nothing.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "object-src 'none'",
    )
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def answers_beside_django() -> list[tuple[bytes, bytes]]:
    """The same for answers that Django does not give: static files, webhooks."""
    told = {"content-security-policy": POLICY, "x-content-type-options": "nosniff"}
    seconds = settings.SECURE_HSTS_SECONDS
    if seconds:
        told["strict-transport-security"] = f"max-age={seconds}; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in told.items()]


class SecurityHeaders:
    """Adds the headers; a page for somebody signed in is kept by no cache on the way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("X-Frame-Options", "DENY")
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            patch_cache_control(response, private=True)
        return response
