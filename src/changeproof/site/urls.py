"""Every address of the server."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

# The rooms above accounts name their own addresses; one that is not built yet has none.
_ROOMS_WITH_PAGES = [room for room in ("api", "web") if find_spec(f"changeproof.{room}.urls")]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("changeproof.accounts.urls")),
    *(path("", include(f"changeproof.{room}.urls")) for room in _ROOMS_WITH_PAGES),
]

handler400 = "changeproof.web.error_views.bad_request"
handler403 = "changeproof.web.error_views.forbidden"
handler404 = "changeproof.web.error_views.not_found"
handler500 = "changeproof.web.error_views.server_error"
