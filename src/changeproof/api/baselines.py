"""How configuration items are meant to be: listed, proposed, approved; as on the page."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api import commands
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.asking import (
    DEFAULT_LIMIT,
    After,
    Limit,
    caller,
    cut,
    one_view,
    systems_asked,
)
from changeproof.ledger.baselines_read import StandingItem, compared, places, standing_items
from changeproof.ledger.service import ledger
from changeproof.workflow.baselines import (
    ApproveBaseline,
    ProposeBaseline,
    approve_baseline,
    find_item,
    propose_baseline,
    require_sight,
)

router = Router(tags=["baselines"])
_READ = api_doors(Permission.CHANGE_READ, somewhere=True)
_PROPOSE = api_doors(Permission.CHANGE_ASSESS, somewhere=True)
_APPROVE = api_doors(Permission.CHANGE_APPROVE, somewhere=True)


class ItemOut(Schema):
    """One item: digests of what is approved, was seen last, is proposed."""

    item: str
    system: str
    environment: str
    approved: str | None
    approved_at: int | None
    approved_by: str | None
    observed: str | None
    observed_at: int | None
    differs_since: int | None
    proposed: str | None
    proposed_by: str | None

    @staticmethod
    def of(each: StandingItem) -> "ItemOut":
        approved, proposal = each.approved, each.proposal
        return ItemOut(
            item=each.place.item,
            system=each.place.system,
            environment=each.place.environment,
            approved=approved.digest if approved else None,
            approved_at=approved.approved_at if approved else None,
            approved_by=approved.approved_by if approved else None,
            observed=each.observed,
            observed_at=each.last_seen_at,
            differs_since=each.differs_since,
            proposed=proposal.digest if proposal else None,
            proposed_by=proposal.proposed_by if proposal else None,
        )


class ItemsPage(Schema):
    items: list[ItemOut]
    next: str | None


@router.get("/baselines", response=ItemsPage, auth=_READ, summary="List configuration items")
@one_view
def list_baselines(
    request: HttpRequest,
    system: Annotated[str | None, Query(max_length=500)] = None,
    after: After = "",
    limit: Limit = DEFAULT_LIMIT,
) -> dict[str, Any]:
    """Sorted by name: what is approved of each, what was seen last, since when they differ."""
    opened = ledger()
    visible = caller(request).systems(Permission.CHANGE_READ)
    systems = systems_asked(opened, visible, system)
    found, more = cut(places(opened.store, systems, after, limit + 1), limit)
    items = [ItemOut.of(each) for each in standing_items(opened.store, found)]
    return {"items": items, "next": items[-1].item if more else None}


class FieldOut(Schema):
    """One field that differs; of a secret `before` and `after` only say that it is one."""

    name: str
    kind: Literal["added", "removed", "changed"]
    before: str
    after: str


class DifferenceOut(Schema):
    """`why_not` says why fields cannot be compared, where they cannot."""

    item: str
    approved: str | None
    observed: str | None
    fields: list[FieldOut]
    why_not: str


@router.get("/baseline-difference", response=DifferenceOut, auth=_READ)
@one_view
def get_baseline_difference(
    request: HttpRequest, item: Annotated[str, Query(min_length=1, max_length=1500)]
) -> dict[str, Any]:
    """What is approved of one item against what was seen last, field by field."""
    opened = ledger()
    held = find_item(opened, item)
    require_sight(caller(request).systems(Permission.CHANGE_READ), held)
    found = compared(opened.store, held, opened.texts)
    return {
        "item": held.place.item,
        "approved": held.approved.digest if held.approved else None,
        "observed": held.observed,
        "fields": [FieldOut(**asdict(each)) for each in found.found],
        "why_not": found.why_not,
    }


@router.post("/baseline-proposals", response=CREATED, auth=_PROPOSE)
def post_baseline_proposal(
    request: HttpRequest, body: commands.BaselineProposalIn
) -> Status[DoneOut]:
    """Propose that an item be as it was observed."""
    command = ProposeBaseline(body.item, body.digest, body.reason)
    return recorded(request, propose_baseline, command)


@router.post("/baseline-approvals", response=CREATED, auth=_APPROVE)
def post_baseline_approval(
    request: HttpRequest, body: commands.BaselineApprovalIn
) -> Status[DoneOut]:
    """Approve what somebody else proposed, by its digest."""
    return recorded(request, approve_baseline, ApproveBaseline(body.item, body.digest))
