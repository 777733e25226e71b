"""The policy: its versions, put forward by one and adopted by another, as on its page."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api import commands
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.shapes import Page
from changeproof.checks.loader import load_checks
from changeproof.ledger.policies import PolicyInForce
from changeproof.ledger.service import ledger
from changeproof.workflow.policies import (
    AdoptPolicy,
    ProposePolicy,
    adopt_policy,
    propose_policy,
)

router = Router(tags=["policy"])
_READ = api_doors(Permission.POLICY_READ, somewhere=True)
_ADOPT = api_doors(Permission.POLICY_ADOPT)


class PolicyOut(Schema):
    """A version that was adopted. `text` is null where its text is no longer kept."""

    version: int
    in_force_from: int
    digest: str
    proposed_by: str | None
    adopted_by: str | None
    text: str | None


class PoliciesPage(Page):
    """All there are: a company has few."""

    items: list[PolicyOut]


@router.get("/policies", response=PoliciesPage, auth=_READ)
def list_policies(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001
    """Every version that was adopted, the newest first, each with its text."""
    held = ledger()
    rows = sorted(held.store.all(PolicyInForce), key=lambda row: -row.policy_version)
    texts = held.texts([row.policy for row in rows])
    items = [
        PolicyOut(
            version=row.policy_version,
            in_force_from=row.in_force_from,
            digest=row.policy,
            proposed_by=row.adopted_by,
            adopted_by=row.approved_by,
            text=texts.get(row.policy),
        )
        for row in rows
    ]
    return {"items": items, "next": None}


@router.post("/policy-proposals", response=CREATED, auth=_ADOPT)
def post_policy_proposal(request: HttpRequest, body: commands.PolicyProposalIn) -> Status[DoneOut]:
    """Put a version forward; a second person adopts it."""
    known = tuple(each.id for each in load_checks().checks)
    command = ProposePolicy(body.text, body.in_force_from, checks=known)
    return recorded(request, propose_policy, command)


@router.post("/policy-adoptions", response=CREATED, auth=_ADOPT)
def post_policy_adoption(request: HttpRequest, body: commands.PolicyAdoptionIn) -> Status[DoneOut]:
    """Adopt what somebody else put forward; it judges from its time on."""
    return recorded(request, adopt_policy, AdoptPolicy(body.version, body.seen))
