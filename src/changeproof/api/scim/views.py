"""Users and groups: list, read, create, replace, patch, remove (RFC 7644, section 3)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from scim2_models import (
    Context,
    InvalidSyntaxException,
    NotFoundException,
    PatchOp,
    PreconditionFailedException,
    ResponseParameters,
    SearchRequest,
)
from scim2_models.path import CompareOperator, Comparison

from changeproof.accounts.directory import remove_group, remove_user
from changeproof.accounts.models import DirectoryGroup, DirectoryUser
from changeproof.api.scim.described import (
    group_document,
    kept_group,
    kept_user,
    user_document,
    version_of,
)
from changeproof.api.scim.door import about, answer, for_directories, listed, no_such_method
from changeproof.api.scim.resources import MOST_RESULTS, Group, User
from changeproof.ledger.service import ledger

Row = TypeVar("Row", DirectoryUser, DirectoryGroup)
_PARAMETERS = ("filter", "startIndex", "count", "attributes", "excludedAttributes")


@dataclass(frozen=True)
class Kind(Generic[Row]):
    """One kind of resource: how it is read, shown, kept and removed."""

    model: Any  # the library's class of such a resource
    rows: Callable[[], "QuerySet[Row]"]
    shown: Callable[[HttpRequest, Row], Any]
    keep: Callable[[Any, str, str | None], Row]
    remove: Callable[[Row, str], None]
    named: dict[str, str]  # attribute → column by which one resource is asked for


USERS: Kind[DirectoryUser] = Kind(
    User,
    lambda: (
        DirectoryUser.objects.select_related("user")
        .prefetch_related("directory_groups")
        .order_by("created_at", "pk")
    ),
    user_document,
    kept_user,
    lambda row, by: remove_user(row, by=by),
    {"username": "user_name__iexact", "id": "pk"},
)
GROUPS: Kind[DirectoryGroup] = Kind(
    Group,
    lambda: DirectoryGroup.objects.order_by("created_at", "pk"),
    group_document,
    kept_group,
    lambda row, by: remove_group(row),  # noqa: ARG005
    {"displayname": "display_name__iexact", "id": "pk"},
)


def many(kind: Kind[Row]) -> Callable[..., Any]:
    """`/Users` or `/Groups`: list and create."""

    @for_directories
    def view(request: HttpRequest, by: str) -> HttpResponse:
        if request.method == "GET":
            asked = {name: request.GET[name] for name in _PARAMETERS if name in request.GET}
            return _listed(kind, request, asked)
        if request.method == "POST":
            given = kind.model.model_validate(
                _body(request), scim_ctx=Context.RESOURCE_CREATION_REQUEST
            )
            row = kind.keep(given, by, None)
            return _one(kind, request, row, Context.RESOURCE_CREATION_RESPONSE, 201)
        return no_such_method("GET, POST")

    return view


def search(kind: Kind[Row]) -> Callable[..., Any]:
    """`/Users/.search` or `/Groups/.search`: a list whose filter stands in no server's log."""

    @for_directories
    def view(request: HttpRequest, by: str) -> HttpResponse:  # noqa: ARG001
        if request.method != "POST":
            return no_such_method("POST")
        return _listed(kind, request, _body(request))

    return view


def one(kind: Kind[Row]) -> Callable[..., Any]:
    """`/Users/ID` or `/Groups/ID`: read, replace, patch and remove."""

    @for_directories
    def view(request: HttpRequest, by: str, number: str) -> HttpResponse:
        if request.method == "GET":
            row = _found(kind, number)
            if request.headers.get("If-None-Match") == version_of(row):
                return HttpResponse(status=304)
            return _one(kind, request, row, Context.RESOURCE_QUERY_RESPONSE)
        if request.method in ("PUT", "PATCH"):
            with transaction.atomic():
                ledger().log.lock()  # what is compared is still so when it is written
                return _changed(kind, request, by, number)
        if request.method == "DELETE":
            with transaction.atomic():
                ledger().log.lock()
                row = _found(kind, number)
                _require_version(request, row)
                kind.remove(row, by)
            return HttpResponse(status=204)
        return no_such_method("GET, PUT, PATCH, DELETE")

    return view


def _changed(kind: Kind[Row], request: HttpRequest, by: str, number: str) -> HttpResponse:
    row = _found(kind, number)
    _require_version(request, row)
    before = kind.shown(request, row)
    if request.method == "PUT":
        after = kind.model.model_validate(
            _body(request), scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST
        )
        differs = after.replace(before)
    else:
        patch = about(PatchOp, kind.model).model_validate(
            _body(request), scim_ctx=Context.RESOURCE_PATCH_REQUEST
        )
        after = before
        differs = patch.patch(after)
    if differs:  # what changes nothing is no new version
        row = kind.keep(after, by, number)
    context = (
        Context.RESOURCE_REPLACEMENT_RESPONSE
        if request.method == "PUT"
        else Context.RESOURCE_PATCH_RESPONSE
    )
    return _one(kind, request, row, context)


def _listed(kind: Kind[Row], request: HttpRequest, asked: dict[str, Any]) -> HttpResponse:
    query = about(SearchRequest, kind.model).model_validate(asked)
    start = query.start_index_0 or 0
    count = min(MOST_RESULTS if query.count is None else query.count, MOST_RESULTS)
    rows = _narrowed(kind, query.filter)
    if query.filter is None:
        total = rows.count()
        page = [kind.shown(request, row) for row in rows[start : start + count]]
    else:
        shown = (kind.shown(request, row) for row in rows.iterator(chunk_size=500))
        fitting = [each for each in shown if query.filter.match(each)]
        total, page = len(fitting), fitting[start : start + count]
    return listed(kind.model, page, total, start + 1, query)


def _narrowed(kind: Kind[Row], wanted: Any) -> "QuerySet[Row]":
    """The rows that a filter of the usual kind (`userName eq "…"`) can fit, by an index."""
    asked = wanted.ast if wanted is not None else None
    if not isinstance(asked, Comparison) or asked.op != CompareOperator.eq:
        return kind.rows()
    column = kind.named.get(str(asked.attr_path).lower())
    if column is None or not isinstance(asked.value, str) or not asked.value.isascii():
        return kind.rows()  # databases differ in what they call the same letter
    return kind.rows().filter(**{column: asked.value})


def _one(
    kind: Kind[Row], request: HttpRequest, row: Row, context: Context, status: int = 200
) -> HttpResponse:
    wanted = {
        name: request.GET[name]
        for name in ("attributes", "excludedAttributes")
        if name in request.GET
    }
    query = about(ResponseParameters, kind.model).model_validate(wanted)
    document = kind.shown(request, row)
    made = answer(document.model_dump(scim_ctx=context, response_parameters=query), status)
    made["ETag"] = version_of(row)
    made["Location" if status == 201 else "Content-Location"] = document.meta.location
    return made


def _found(kind: Kind[Row], number: str) -> Row:
    row = kind.rows().filter(pk=number).first()
    if row is None:
        raise NotFoundException(detail="there is no such resource")
    return row


def _require_version(request: HttpRequest, row: DirectoryUser | DirectoryGroup) -> None:
    stated = request.headers.get("If-Match")
    if stated is None or stated == "*":
        return
    if version_of(row) not in (each.strip() for each in stated.split(",")):
        raise PreconditionFailedException(detail="the resource is another by now: read it again")


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise InvalidSyntaxException(detail="the body is no JSON") from error
    if not isinstance(body, dict):
        raise InvalidSyntaxException(detail="the body is no JSON object")
    return body
