"""What this server can do, in its own words (RFC 7644, section 4)."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from scim2_models import Context, Meta

from changeproof.api.scim.door import answer, for_directories, listed, no_such_method, told
from changeproof.api.scim.resources import CONFIGURATION, PROVIDER


@for_directories
def configuration(request: HttpRequest, by: str) -> HttpResponse:  # noqa: ARG001
    """`/ServiceProviderConfig`."""
    if request.method != "GET":
        return no_such_method("GET")
    place = request.build_absolute_uri(reverse("scim_configuration"))
    return _described(CONFIGURATION, "ServiceProviderConfig", place)


def described(kind: str, rows: Sequence[Any]) -> Callable[..., Any]:
    """`/Schemas` or `/ResourceTypes`: all of them, or one by its id."""

    @for_directories
    def view(request: HttpRequest, by: str, number: str = "") -> HttpResponse:  # noqa: ARG001
        if request.method != "GET":
            return no_such_method("GET")
        if "filter" in request.GET:
            return told(403, "These lists are not filtered.")
        base = request.build_absolute_uri(reverse(f"scim_{kind}s"))
        if not number:
            page = [_placed(row, kind, f"{base}/{row.id}") for row in rows]
            return listed(type(rows[0]), page, len(page))
        for row in rows:
            if str(row.id) == number:
                return _described(row, kind, f"{base}/{row.id}")
        return told(404, "There is no such description.")

    return view


schemas = described("Schema", PROVIDER.schemas)
resource_types = described("ResourceType", PROVIDER.resource_types)


def _described(row: Any, kind: str, place: str) -> HttpResponse:
    return answer(_placed(row, kind, place).model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))


def _placed(row: Any, kind: str, place: str) -> Any:
    copied = row.model_copy(deep=True)
    copied.meta = Meta(resource_type=kind, location=place)
    return copied
