"""What goes with decisions: words about a change, and taking one's own yes or no back."""

from django.http import HttpRequest
from ninja import Router, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api import commands
from changeproof.api.acting import CREATED, DoneOut, recorded
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


@router.post(
    "/comments", response=CREATED, auth=api_doors(Permission.CHANGE_COMMENT, somewhere=True)
)
def post_comment(request: HttpRequest, body: commands.CommentIn) -> Status[DoneOut]:
    """Say something about a change; it decides nothing."""
    command = CommentChange(body.change, body.text)
    return recorded(request, comment, command)


@router.post(
    "/withdrawals", response=CREATED, auth=api_doors(Permission.CHANGE_AUTHORIZE, somewhere=True)
)
def post_withdrawal(request: HttpRequest, body: commands.WithdrawalIn) -> Status[DoneOut]:
    """Take back one's own yes or no; what went live before stays judged by it."""
    command = WithdrawDecision(body.change, body.decision, body.reason)
    return recorded(request, withdraw, command)


@router.post(
    "/absences", response=CREATED, auth=api_doors(Permission.CHANGE_AUTHORIZE, somewhere=True)
)
def post_absence(request: HttpRequest, body: commands.AbsenceIn) -> Status[DoneOut]:
    """Say that one is away, and who decides meanwhile; the number is given here."""
    window = Window(body.begins_at, body.ends_at)
    command = StateAbsence(window, body.deputy, body.reason)
    return recorded(request, state_absence, command)


@router.post(
    "/absence-ends", response=CREATED, auth=api_doors(Permission.CHANGE_AUTHORIZE, somewhere=True)
)
def post_absence_end(request: HttpRequest, body: commands.AbsenceEndIn) -> Status[DoneOut]:
    """Back before the end."""
    command = EndAbsence(body.absence)
    return recorded(request, end_absence, command)
