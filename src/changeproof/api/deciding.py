"""What goes with decisions: words about a change, and taking one's own yes or no back."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api import shapes
from changeproof.api.asking import caller
from changeproof.api.shapes import DoneOut
from changeproof.ledger.service import ledger
from changeproof.workflow.absences import (
    EndAbsence,
    StateAbsence,
    end_absence,
    state_absence,
)
from changeproof.workflow.requesting import Window
from changeproof.workflow.withdrawing import (
    CommentChange,
    WithdrawDecision,
    comment,
    withdraw,
)

router = Router(tags=["desk"])
_CREATED: dict[int, Any] = {201: DoneOut}


@router.post(
    "/comments", response=_CREATED, auth=api_doors(Permission.CHANGE_COMMENT, somewhere=True)
)
def post_comment(request: HttpRequest, body: shapes.CommentIn) -> Status[DoneOut]:
    """Say something about a change; it decides nothing."""
    command = CommentChange(body.change, body.text)
    return Status(201, DoneOut.of(comment(ledger(), caller(request).account, command)))


@router.post(
    "/withdrawals", response=_CREATED, auth=api_doors(Permission.CHANGE_AUTHORIZE, somewhere=True)
)
def post_withdrawal(request: HttpRequest, body: shapes.WithdrawalIn) -> Status[DoneOut]:
    """Take back one's own yes or no; what went live before stays judged by it."""
    command = WithdrawDecision(body.change, body.decision, body.reason)
    return Status(201, DoneOut.of(withdraw(ledger(), caller(request).account, command)))


@router.post(
    "/absences", response=_CREATED, auth=api_doors(Permission.CHANGE_AUTHORIZE, somewhere=True)
)
def post_absence(request: HttpRequest, body: shapes.AbsenceIn) -> Status[DoneOut]:
    """Say that one is away, and who decides meanwhile; the number is given here."""
    window = Window(body.begins_at, body.ends_at)
    command = StateAbsence(window, body.deputy, body.reason)
    return Status(201, DoneOut.of(state_absence(ledger(), caller(request).account, command)))


@router.post(
    "/absence-ends", response=_CREATED, auth=api_doors(Permission.CHANGE_AUTHORIZE, somewhere=True)
)
def post_absence_end(request: HttpRequest, body: shapes.AbsenceEndIn) -> Status[DoneOut]:
    """Back before the end."""
    command = EndAbsence(body.absence)
    return Status(201, DoneOut.of(end_absence(ledger(), caller(request).account, command)))
