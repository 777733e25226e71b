"""The same act on several cases or waivers: each is recorded or refused by itself."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api.asking import caller
from changeproof.api.commands import Command, Name, Text, Time
from changeproof.api.together import OutcomesOut
from changeproof.ledger.service import ledger
from changeproof.workflow.requesting import Window
from changeproof.workflow.several import ask_waivers, give_cases, grant_waivers
from changeproof.workflow.together import MOST
from changeproof.workflow.waiving import RequestWaiver

router = Router(tags=["desk"])
Names = Annotated[tuple[Name, ...], Field(min_length=1, max_length=MOST)]


class CaseOwnersIn(Command):
    """Without an owner: the caller."""

    cases: Names
    owner: Name | None = None


class WaiverRequestsIn(Command):
    """`subjects` as in a single request; each becomes a request of its own."""

    check: Name
    subjects: Names
    begins_at: Time
    ends_at: Time
    reason: Text
    compensation: Text
    control: Name | None = None


class WaiverGrantsIn(Command):
    waivers: Names
    reason: Text | None = None


@router.post(
    "/together/case-owners",
    response=OutcomesOut,
    auth=api_doors(Permission.CHANGE_AUTHORIZE, somewhere=True),
    summary="Give several cases to one person",
)
def post_case_owners(request: HttpRequest, body: CaseOwnersIn) -> OutcomesOut:
    """Each case is ruled on and recorded by itself; one refusal stops no other."""
    actor = caller(request).account
    return OutcomesOut.of(give_cases(ledger(), actor, body.cases, body.owner))


@router.post(
    "/together/waiver-requests",
    response=OutcomesOut,
    auth=api_doors(Permission.WAIVER_REQUEST, somewhere=True),
    summary="Ask that one check be set aside for several",
)
def post_waiver_requests(request: HttpRequest, body: WaiverRequestsIn) -> OutcomesOut:
    """One request a subject; none covers anything until somebody else grants it."""
    window = Window(body.begins_at, body.ends_at)
    command = RequestWaiver(body.check, "", window, body.reason, body.compensation, body.control)
    return OutcomesOut.of(ask_waivers(ledger(), caller(request).account, body.subjects, command))


@router.post(
    "/together/waiver-grants",
    response=OutcomesOut,
    auth=api_doors(Permission.WAIVER_GRANT, somewhere=True),
    summary="Grant several waivers",
)
def post_waiver_grants(request: HttpRequest, body: WaiverGrantsIn) -> OutcomesOut:
    """Each as it was asked for; never one's own."""
    actor = caller(request).account
    return OutcomesOut.of(grant_waivers(ledger(), actor, body.waivers, body.reason))
