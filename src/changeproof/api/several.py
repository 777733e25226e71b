"""The same act on several cases or waivers: each is recorded or refused by itself."""

from collections.abc import Callable, Sequence
from typing import Annotated

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api.asking import caller
from changeproof.api.commands import Command, Name, Text, Time
from changeproof.api.together import OutcomesOut
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger
from changeproof.workflow.case_found import find_case, system_of_case, system_of_subject
from changeproof.workflow.requesting import Window
from changeproof.workflow.several import ask_waivers, give_cases, grant_waivers
from changeproof.workflow.together import MOST, Outcome
from changeproof.workflow.waiving import RequestWaiver, subject_of, waiting_waiver

router = Router(tags=["desk"])
_NOT_THERE = "nothing on record is called so that waits and that you may see"
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
    held, actor = ledger(), caller(request).account

    def system_of(name: str) -> str | None:
        return system_of_case(held.store, find_case(held, name))

    return _each(
        request, body.cases, system_of, lambda names: give_cases(held, actor, names, body.owner)
    )


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
    held, actor = ledger(), caller(request).account
    return _each(
        request,
        body.subjects,
        lambda name: subject_of(held, name)[1],
        lambda names: ask_waivers(held, actor, names, command),
    )


@router.post(
    "/together/waiver-grants",
    response=OutcomesOut,
    auth=api_doors(Permission.WAIVER_GRANT, somewhere=True),
    summary="Grant several waivers",
)
def post_waiver_grants(request: HttpRequest, body: WaiverGrantsIn) -> OutcomesOut:
    """Each as it was asked for; never one's own."""
    held, actor = ledger(), caller(request).account
    return _each(
        request,
        body.waivers,
        lambda name: system_of_subject(held.store, waiting_waiver(held, name).subject),
        lambda names: grant_waivers(held, actor, names, body.reason),
    )


def _each(
    request: HttpRequest,
    names: Sequence[str],
    system_of: Callable[[str], str | None],
    act: Callable[[Sequence[str]], tuple[Outcome, ...]],
) -> OutcomesOut:
    """What became of each. What the caller may not see is answered like what is not there: else
    an answer would tell that it is, as no page does."""
    systems = caller(request).systems(Permission.CHANGE_READ)
    shown, hidden = [], []
    for name in dict.fromkeys(names):
        try:
            system = system_of(name)
            is_seen = systems is None or system is None or system in systems
        except Refusal:
            is_seen = False
        if is_seen:
            shown.append(name)
        else:
            hidden.append(Outcome(name, why=_NOT_THERE, cure="Name one of a list."))
    return OutcomesOut.of((*(act(shown) if shown else ()), *hidden))
