"""Cancel, reopen, split, merge and link changes."""

from typing import Literal

from django.http import HttpRequest
from ninja import Router, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.commands import Command, Name, Text
from changeproof.workflow.relating import (
    CancelChange,
    MergeDuplicate,
    RelateChanges,
    ReopenChange,
    SplitChange,
    cancel,
    merge,
    relate,
    reopen,
    split,
)

router = Router(tags=["desk"])
_REQUESTS = api_doors(Permission.CHANGE_REQUEST, somewhere=True)
_CLOSES = api_doors(Permission.CHANGE_CLOSE, somewhere=True)


class RelationIn(Command):
    change: Name
    other: Name
    relation: Literal["causes", "blocks", "relates", "reverts"]
    reason: Text


class ReasonedIn(Command):
    change: Name
    reason: Text


class SplitIn(ReasonedIn):
    title: Text


class MergeIn(ReasonedIn):
    into: Name


@router.post("/relations", response=CREATED, auth=_REQUESTS)
def post_relation(request: HttpRequest, body: RelationIn) -> Status[DoneOut]:
    """Say how a change stands to another."""
    command = RelateChanges(**body.model_dump())
    return recorded(request, relate, command)


@router.post("/cancellations", response=CREATED, auth=_CLOSES)
def post_cancellation(request: HttpRequest, body: ReasonedIn) -> Status[DoneOut]:
    """A change will not be done."""
    command = CancelChange(**body.model_dump())
    return recorded(request, cancel, command)


@router.post("/reopenings", response=CREATED, auth=_CLOSES)
def post_reopening(request: HttpRequest, body: ReasonedIn) -> Status[DoneOut]:
    """A cancelled or rejected change is wanted after all."""
    command = ReopenChange(**body.model_dump())
    return recorded(request, reopen, command)


@router.post("/splits", response=CREATED, auth=_REQUESTS)
def post_split(request: HttpRequest, body: SplitIn) -> Status[DoneOut]:
    """Request a part of a change by itself; its number is given here."""
    command = SplitChange(**body.model_dump())
    return recorded(request, split, command)


@router.post("/merges", response=CREATED, auth=_CLOSES)
def post_merge(request: HttpRequest, body: MergeIn) -> Status[DoneOut]:
    """Cancel a duplicate in favour of another change."""
    command = MergeDuplicate(**body.model_dump())
    return recorded(request, merge, command)
