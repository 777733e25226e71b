"""Saved views: which there are, and the changes that one shows now."""

from typing import Annotated, Any
from urllib.parse import parse_qsl

from django.http import HttpRequest
from ninja import Query, Router, Schema

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api.asking import DEFAULT_LIMIT, After, Limit, caller, cut, one_view
from changeproof.api.changes import describe
from changeproof.api.shapes import ChangesPage
from changeproof.ledger.service import ledger
from changeproof.workflow.change_filter import ChangeFilter
from changeproof.workflow.changes_narrowed import changes_shown
from changeproof.workflow.naming import UnknownName
from changeproof.workflow.saved_views import LONGEST_NAME, View, views_known_to

router = Router(
    tags=["changes"], auth=api_doors(Permission.CHANGE_READ, somewhere=True, seated=True)
)


class ViewOut(Schema):
    """`account` is whose it is; `query` is the filter as it stands in an address."""

    name: str
    account: str
    query: str
    is_shared: bool


class ViewsPage(Schema):
    items: list[ViewOut]
    next: str | None


@router.get("/views", response=ViewsPage, summary="List saved views")
@one_view
def list_views(request: HttpRequest) -> dict[str, Any]:
    """One's own, and what others share."""
    found = _known(request)
    items = [
        ViewOut(name=each.name, account=each.account, query=each.query, is_shared=each.is_shared)
        for each in found
    ]
    return {"items": items, "next": None}


@router.get("/view-changes", response=ChangesPage, summary="The changes that a saved view shows")
@one_view
def list_view_changes(
    request: HttpRequest,
    view: Annotated[str, Query(max_length=LONGEST_NAME, description="its name")],
    account: Annotated[
        str, Query(max_length=500, description="whose, where several bear the name")
    ] = "",
    after: After = "",
    limit: Limit = DEFAULT_LIMIT,
) -> dict[str, Any]:
    """Sorted by id. Of views of one name one's own comes first; each shows what its reader may
    see, whoever saved it."""
    asking, opened = caller(request), ledger()
    named = [
        each for each in _known(request) if each.name == view and account in ("", each.account)
    ]
    named.sort(key=lambda each: each.account != asking.account)
    if not named:
        raise UnknownName(
            "The view was not found.",
            where=view,
            why="neither you nor anybody who shares theirs saved one of this name",
            cure="List them: GET /api/views",
        )
    asked = ChangeFilter.of(dict(parse_qsl(named[0].query.removeprefix("?"))))
    ids, more = cut(changes_shown(opened, asked, asking.sight(), after, limit + 1), limit)
    return {"items": describe(opened, ids, None), "next": ids[-1] if more else None}


def _known(request: HttpRequest) -> list[View]:
    sight = caller(request).sight()
    return views_known_to(caller(request).account, () if sight.spans is not None else sight.systems)
