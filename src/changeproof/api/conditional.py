"""Answers that a caller has already: `ETag`, `If-None-Match`, 304 (RFC 9110 section 13)."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import conditional_page


def conditional(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Wrap a whole operation: a GET's answer has an ETag, and is not sent twice.

    No cache on the way keeps it, and a browser's asks each time: what is true may change.
    """

    def answering(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method == "GET" and response.status_code == 200:
            patch_cache_control(response, private=True, no_cache=True)
            patch_vary_headers(response, ["Authorization", "Cookie"])
        return response

    return conditional_page(answering)
