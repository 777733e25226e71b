"""A query holds no name that an operation does not know: a misspelt filter filters nothing."""

from collections.abc import Callable
from difflib import get_close_matches
from functools import cache, wraps
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI

from changeproof.events.refusal import Refusal

Operation = Callable[..., Any]

OPEN = frozenset({"post_delivery"})
"""Operations whose further names are options of what they are sent."""


def closed_query(api: NinjaAPI) -> Callable[[Operation], Operation]:
    """The decorator of `api`'s operations: 422 for a name that the document does not list."""

    @cache
    def listed() -> dict[str, frozenset[str]]:
        paths = api.get_openapi_schema()["paths"].values()
        return {
            operation["operationId"]: frozenset(
                each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"
            )
            for methods in paths
            for operation in methods.values()
        }

    def closed(operation: Operation) -> Operation:
        name = operation.__name__

        @wraps(operation)
        def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.GET and name not in OPEN:
                _guard(request.GET.keys(), listed()[name])
            return operation(request, *args, **kwargs)

        return asking

    return closed


def _guard(names: Any, known: frozenset[str]) -> None:
    unknown = next((each for each in names if each not in known), None)
    if unknown is None:
        return
    near = get_close_matches(unknown, known, n=1)
    listing = ", ".join(sorted(known)) or "none"
    raise Refusal(
        "The request was not taken.",
        where=f"query.{unknown[:100]}",
        why="the operation knows no such parameter",
        cure=f"Did you mean {near[0]}?" if near else f"It knows: {listing}.",
    )
