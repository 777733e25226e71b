"""Decisions on several changes at once: each is recorded or refused by itself."""

from collections.abc import Iterable
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api.acting import DoneOut
from changeproof.api.asking import caller
from changeproof.api.changes import named
from changeproof.api.commands import Command, Name, Text
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger
from changeproof.workflow.together import MOST, Chosen, Outcome, decide_together

router = Router(tags=["desk"])
_ASKED = {
    "approve": Permission.CHANGE_APPROVE,
    "authorize": Permission.CHANGE_AUTHORIZE,
    "resolve": Permission.CHANGE_AUTHORIZE,
}
"""What each act asks of a token, as the operation on one change asks it at its door."""


class ChosenIn(Command):
    """`seen` is the digest of what was looked at: to approve that of `GET /api/contents/CHANGE`,
    and it is needed; to authorize that of `GET /api/rulings/CHANGE`."""

    change: Name
    seen: Name | None = None


class TogetherIn(Command):
    """`resolve` adopts late what the open cases of these changes are about, and needs a reason."""

    act: Literal["approve", "authorize", "resolve"]
    changes: Annotated[tuple[ChosenIn, ...], Field(min_length=1, max_length=MOST)]
    reason: Text | None = None


class OutcomeOut(Schema):
    """`change` is what was chosen: a change; a case, subject or waiver where these were. `done` is
    null where it was refused: `why` and `cure` then say more."""

    change: str
    done: DoneOut | None
    why: str
    cure: str


class OutcomesOut(Schema):
    recorded: int
    items: list[OutcomeOut]

    @staticmethod
    def of(outcomes: Iterable[Outcome]) -> "OutcomesOut":
        items = [
            OutcomeOut(
                change=each.change,
                done=DoneOut.of(each.done) if each.done is not None else None,
                why=each.why,
                cure=each.cure,
            )
            for each in outcomes
        ]
        return OutcomesOut(recorded=sum(each.done is not None for each in items), items=items)


@router.post(
    "/together",
    response=OutcomesOut,
    auth=api_doors(Permission.CHANGE_AUTHORIZE, somewhere=True),
    summary="Decide on several changes",
)
def post_together(request: HttpRequest, body: TogetherIn) -> OutcomesOut:
    """Each change is ruled on, recorded and refused by itself; one refusal stops no other."""
    caller(request).require_somewhere(_ASKED[body.act])
    opened = ledger()
    hidden: list[Outcome] = []
    chosen: list[Chosen] = []
    for each in body.changes:
        try:
            chosen.append(Chosen(named(request, opened, each.change), each.seen))
        except Refusal as refusal:
            hidden.append(Outcome(each.change, why=refusal.why, cure=refusal.cure))
    told = (
        decide_together(opened, caller(request).account, body.act, chosen, body.reason)
        if chosen
        else ()
    )
    return OutcomesOut.of((*told, *hidden))
