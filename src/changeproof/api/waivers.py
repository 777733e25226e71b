"""Rules set aside: asked for, answered, taken back; the same acts as on the desk's page."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api import shapes
from changeproof.api.asking import caller
from changeproof.api.shapes import DoneOut
from changeproof.ledger.service import ledger
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
_CREATED: dict[int, Any] = {201: DoneOut}
_ASK = api_doors(Permission.WAIVER_REQUEST, somewhere=True)
_GRANT = api_doors(Permission.WAIVER_GRANT, somewhere=True)


@router.post("/waiver-requests", response=_CREATED, auth=_ASK)
def post_waiver_request(request: HttpRequest, body: shapes.WaiverRequestIn) -> Status[DoneOut]:
    """Ask that a rule be set aside; the number is given here."""
    command = RequestWaiver(
        check=body.check,
        subject=body.subject,
        window=Window(body.begins_at, body.ends_at),
        reason=body.reason,
        compensation=body.compensation,
        control=body.control,
    )
    return Status(201, DoneOut.of(request_waiver(ledger(), caller(request).account, command)))


@router.post("/waiver-grants", response=_CREATED, auth=_GRANT)
def post_waiver_grant(request: HttpRequest, body: shapes.WaiverGrantIn) -> Status[DoneOut]:
    """Grant one as it was asked for."""
    command = GrantWaiver(body.waiver, body.reason)
    return Status(201, DoneOut.of(grant_waiver(ledger(), caller(request).account, command)))


@router.post("/waiver-refusals", response=_CREATED, auth=_GRANT)
def post_waiver_refusal(request: HttpRequest, body: shapes.WaiverRefusalIn) -> Status[DoneOut]:
    """Refuse one, with the reason."""
    command = RefuseWaiver(body.waiver, body.reason)
    return Status(201, DoneOut.of(refuse_waiver(ledger(), caller(request).account, command)))


@router.post("/waiver-ends", response=_CREATED, auth=_GRANT)
def post_waiver_end(request: HttpRequest, body: shapes.WaiverEndIn) -> Status[DoneOut]:
    """Take one back before its end."""
    command = EndWaiver(body.waiver)
    return Status(201, DoneOut.of(end_waiver(ledger(), caller(request).account, command)))
