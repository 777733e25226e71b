"""Access to production: granted, ended, reviewed; the same acts as on the desk's pages."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api import commands, shapes
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.asking import DEFAULT_LIMIT, After, Limit, caller, cut, one_view
from changeproof.ledger.access_read import held_access
from changeproof.ledger.service import ledger, now
from changeproof.workflow.access import EndAccess, GrantAccess, end_access, grant_access
from changeproof.workflow.access_reviews import (
    DecideAccess,
    OpenAccessReview,
    decide_access,
    open_access_review,
)

router = Router(tags=["access"])
_GRANT = api_doors(Permission.ACCESS_GRANT, somewhere=True)
_REVIEW = api_doors(Permission.ACCESS_REVIEW, somewhere=True)
_READ = api_doors(Permission.CHANGE_READ, somewhere=True)


@router.get("/access-grants", response=shapes.AccessGrantsPage, auth=_READ)
@one_view
def list_access(
    request: HttpRequest, *, after: After = "", limit: Limit = DEFAULT_LIMIT
) -> dict[str, Any]:
    """Who may do what where, now; by the event of the first grant, which names the access."""
    systems = caller(request).systems(Permission.CHANGE_READ)
    rows = sorted(
        (
            row
            for row in held_access(ledger().store, now())
            if row.event > after and (systems is None or row.system in systems)
        ),
        key=lambda row: row.event,
    )
    page, more = cut(rows[: limit + 1], limit)
    items = [
        shapes.AccessGrantOut(
            grant=row.event,
            account=row.account,
            access=row.access,
            system=row.system,
            environment=row.environment or None,
            granted_by=row.granted_by,
            approved_by=row.approved_by,
            held_from=row.held_from,
            ends_at=row.ends_at,
        )
        for row in page
    ]
    return {"items": items, "next": page[-1].event if more else None}


@router.post("/access-grants", response=CREATED, auth=_GRANT)
def post_access_grant(request: HttpRequest, body: commands.AccessGrantIn) -> Status[DoneOut]:
    """Let an account do something on a system, until an end; never one's own."""
    command = GrantAccess(**body.model_dump())
    return recorded(request, grant_access, command)


@router.post("/access-ends", response=CREATED, auth=_GRANT)
def post_access_end(request: HttpRequest, body: commands.AccessEndIn) -> Status[DoneOut]:
    """It may no longer."""
    command = EndAccess(body.grant, body.reason)
    return recorded(request, end_access, command)


@router.post("/access-reviews", response=CREATED, auth=_REVIEW)
def post_access_review(request: HttpRequest, body: commands.AccessReviewIn) -> Status[DoneOut]:
    """Open a review of who may do what on a system; the number is given here."""
    command = OpenAccessReview(body.system, body.due_at)
    return recorded(request, open_access_review, command)


@router.post("/access-review-decisions", response=CREATED, auth=_REVIEW)
def post_access_decisions(
    request: HttpRequest, body: commands.AccessDecisionsIn
) -> Status[DoneOut]:
    """Keep or revoke, access by access; all of it or nothing."""
    command = DecideAccess(body.review, body.decisions, body.reason)
    return recorded(request, decide_access, command)
