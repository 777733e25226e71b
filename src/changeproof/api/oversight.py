"""Reviews, controls performed, the policy acknowledged; the same acts as on their pages."""

from django.http import HttpRequest
from ninja import Router, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api import commands
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.workflow.oversight import (
    AcknowledgePolicy,
    HoldReview,
    PerformControl,
    acknowledge_policy,
    hold_review,
    perform_control,
)

router = Router(tags=["oversight"])
_HOLD = api_doors(Permission.REVIEW_HOLD, somewhere=True)
_ACKNOWLEDGE = api_doors(Permission.POLICY_ACKNOWLEDGE, somewhere=True)


@router.post("/reviews-held", response=CREATED, auth=_HOLD)
def post_review_held(request: HttpRequest, body: commands.ReviewHeldIn) -> Status[DoneOut]:
    """A topic was looked at again, of one system or of all."""
    command = HoldReview(body.topic, body.outcome, body.reason, body.system)
    return recorded(request, hold_review, command)


@router.post("/controls-performed", response=CREATED, auth=_HOLD)
def post_control_performed(
    request: HttpRequest, body: commands.ControlPerformedIn
) -> Status[DoneOut]:
    """A control was performed, with its result."""
    command = PerformControl(body.activity, body.outcome, body.system, body.found)
    return recorded(request, perform_control, command)


@router.post("/policy-acknowledgements", response=CREATED, auth=_ACKNOWLEDGE)
def post_policy_acknowledgement(
    request: HttpRequest, body: commands.PolicyAcknowledgementIn
) -> Status[DoneOut]:
    """The caller read the version in force, and works by it."""
    return recorded(request, acknowledge_policy, AcknowledgePolicy(body.version))
