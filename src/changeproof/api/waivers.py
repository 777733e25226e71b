"""Rules set aside: asked for, answered, taken back; the same acts as on the desk's page."""

from django.http import HttpRequest
from ninja import Router, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api import commands
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.workflow.requesting import Window
from changeproof.workflow.waiving import (
    EndWaiver,
    GrantWaiver,
    RefuseWaiver,
    RequestWaiver,
    end_waiver,
    grant_waiver,
    refuse_waiver,
    request_waiver,
)

router = Router(tags=["waivers"])
_ASK = api_doors(Permission.WAIVER_REQUEST, somewhere=True)
_GRANT = api_doors(Permission.WAIVER_GRANT, somewhere=True)


@router.post("/waiver-requests", response=CREATED, auth=_ASK)
def post_waiver_request(request: HttpRequest, body: commands.WaiverRequestIn) -> Status[DoneOut]:
    """Ask that a rule be set aside; the number is given here."""
    command = RequestWaiver(
        check=body.check,
        subject=body.subject,
        window=Window(body.begins_at, body.ends_at),
        reason=body.reason,
        compensation=body.compensation,
        control=body.control,
    )
    return recorded(request, request_waiver, command)


@router.post("/waiver-grants", response=CREATED, auth=_GRANT)
def post_waiver_grant(request: HttpRequest, body: commands.WaiverGrantIn) -> Status[DoneOut]:
    """Grant one as it was asked for."""
    command = GrantWaiver(body.waiver, body.reason)
    return recorded(request, grant_waiver, command)


@router.post("/waiver-refusals", response=CREATED, auth=_GRANT)
def post_waiver_refusal(request: HttpRequest, body: commands.WaiverRefusalIn) -> Status[DoneOut]:
    """Refuse one, with the reason."""
    command = RefuseWaiver(body.waiver, body.reason)
    return recorded(request, refuse_waiver, command)


@router.post("/waiver-ends", response=CREATED, auth=_GRANT)
def post_waiver_end(request: HttpRequest, body: commands.WaiverEndIn) -> Status[DoneOut]:
    """Take one back before its end."""
    command = EndWaiver(body.waiver)
    return recorded(request, end_waiver, command)
