"""The pages for 400, 403, 404 and 500, named in the site's urls. None of them asks the database."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from changeproof.web.pages import error_page


def _page(request: HttpRequest, page: error_page.ErrorPage) -> HttpResponse:
    return render(request, "error.html", {"page": page}, status=page.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """`handler400`."""
    return _page(request, error_page.bad_request(request.path))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """`handler403`."""
    return _page(request, error_page.forbidden(request.path))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """`CSRF_FAILURE_VIEW`."""
    return _page(request, error_page.csrf_failure(request.path))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """`handler404`."""
    return _page(request, error_page.not_found(request.path))


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`."""
    return _page(request, error_page.server_error(request.path))
