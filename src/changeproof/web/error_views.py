"""The pages for 400, 403, 404 and 500, named in the site's urls. 400 and 500 ask no database."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from changeproof.accounts.callers import caller_of
from changeproof.accounts.vocabulary import Permission
from changeproof.web.pages import error_page
from changeproof.web.readings.frame_reading import closed_frame


def _page(request: HttpRequest, page: error_page.ErrorPage) -> HttpResponse:
    return render(request, "error.html", {"page": page}, status=page.status)


def _closed_page(page: error_page.ErrorPage) -> HttpResponse:
    """Without the request's context: no session, no database."""
    body = render_to_string("error.html", {"page": page, "frame": closed_frame()})
    return HttpResponse(body, status=page.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """`handler400`: also for host names that are not ours, so it costs nothing."""
    return _closed_page(error_page.bad_request(request.path))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """`handler403`."""
    caller = caller_of(request)
    if caller is not None and caller.is_seated(Permission.CHANGE_READ):
        return _page(request, error_page.beyond_the_seat(request.path))
    return _page(request, error_page.forbidden(request.path))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """`CSRF_FAILURE_VIEW`."""
    return _page(request, error_page.csrf_failure(request.path))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """`handler404`."""
    return _page(request, error_page.not_found(request.path))


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: the context may be what failed."""
    return _closed_page(error_page.server_error(request.path))
