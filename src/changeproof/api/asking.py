"""Who asks an operation, what they may see, and pages of what they asked for."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest
from ninja import Query

from changeproof.accounts.callers import Caller
from changeproof.accounts.permissions import NotPermitted
from changeproof.accounts.vocabulary import Permission
from changeproof.events.moments import read_moment
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import Ledger, ledger
from changeproof.ledger.systems_known import known_systems, names_to_choose
from changeproof.workflow.naming import UnknownName

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 500

Limit = Annotated[int, Query(ge=1, le=LARGEST_LIMIT, description="items a page")]
After = Annotated[str, Query(max_length=500, description="the cursor `next` of the page before")]

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Parameters = ParamSpec("Parameters")


def caller(request: HttpRequest) -> Caller:
    """Whom the door let in."""
    found: Any = request.auth  # type: ignore[attr-defined]
    if not isinstance(found, Caller):
        raise TypeError("the operation has no door")
    return found


def one_view(
    operation: Callable[Concatenate[HttpRequest, Parameters], Answer],
) -> Callable[Concatenate[HttpRequest, Parameters], Answer]:
    """Let an operation that only reads see one state of the record, while others write."""

    @wraps(operation)
    def viewing(
        request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Answer:
        with ledger().database.view():
            return operation(request, *args, **kwargs)

    return viewing


def require_system(request: HttpRequest, permission: Permission, system: str | None) -> None:
    """Raise NotPermitted unless the caller may see this system."""
    systems = caller(request).systems(permission)
    if systems is not None and system not in systems:
        raise NotPermitted(permission, system)


def cut(items: list[Item], limit: int) -> tuple[list[Item], bool]:
    """The page, and whether there is more: asked with one more than the limit."""
    return items[:limit], len(items) > limit


def systems_asked(
    opened: Ledger, visible: frozenset[str] | None, system: str | None
) -> frozenset[str] | None:
    """The systems that the caller may see, or of these the one asked for. Raises UnknownName."""
    if system is None:
        return visible
    # Whoever may see some systems only is told of no other, not even that it is none.
    if visible is None and system not in (known := known_systems(opened.store)):
        raise UnknownName(
            "Nothing was listed.",
            where=system,
            why="no such system is known",
            cure=names_to_choose(system, known),
        )
    return frozenset({system}) if visible is None else visible & {system}


def moment_of(text: str | None, where: str) -> int | None:
    """UTC microseconds of what was written. Raises Refusal, naming the parameter."""
    if text is None:
        return None
    try:
        return read_moment(text)
    except ValueError as error:
        raise Refusal(
            "The request was not taken.",
            where=where,
            why=str(error),
            cure="Write 2026-03-14 or 2026-03-14T09:26:00Z.",
        ) from error
