"""Who may come in without a name: nobody, except where a view says so."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase

# The API asks for a token or a session itself, and answers 401 instead of a sign-in page.
ANSWERS_ITSELF = "/api/"


class SignInRequired(LoginRequiredMiddleware):
    """Sends anonymous browsers to the sign-in page; `login_not_required` opens a view."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if request.path.startswith(ANSWERS_ITSELF):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)
