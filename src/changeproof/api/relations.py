"""Cancel, reopen, split, merge and link changes."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api.asking import caller
from changeproof.api.shapes import Command, DoneOut, Name, Text
from changeproof.ledger.service import ledger
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
_CREATED: dict[int, Any] = {201: DoneOut}
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


@router.post("/relations", response=_CREATED, auth=_REQUESTS)
def post_relation(request: HttpRequest, body: RelationIn) -> Status[DoneOut]:
    """Say how a change stands to another."""
    command = RelateChanges(**body.model_dump())
    return Status(201, DoneOut.of(relate(ledger(), caller(request).account, command)))


@router.post("/cancellations", response=_CREATED, auth=_CLOSES)
def post_cancellation(request: HttpRequest, body: ReasonedIn) -> Status[DoneOut]:
    """A change will not be done."""
    command = CancelChange(**body.model_dump())
    return Status(201, DoneOut.of(cancel(ledger(), caller(request).account, command)))


@router.post("/reopenings", response=_CREATED, auth=_CLOSES)
def post_reopening(request: HttpRequest, body: ReasonedIn) -> Status[DoneOut]:
    """A cancelled or rejected change is wanted after all."""
    command = ReopenChange(**body.model_dump())
    return Status(201, DoneOut.of(reopen(ledger(), caller(request).account, command)))


@router.post("/splits", response=_CREATED, auth=_REQUESTS)
def post_split(request: HttpRequest, body: SplitIn) -> Status[DoneOut]:
    """Request a part of a change by itself; its number is given here."""
    command = SplitChange(**body.model_dump())
    return Status(201, DoneOut.of(split(ledger(), caller(request).account, command)))


@router.post("/merges", response=_CREATED, auth=_CLOSES)
def post_merge(request: HttpRequest, body: MergeIn) -> Status[DoneOut]:
    """Cancel a duplicate in favour of another change."""
    command = MergeDuplicate(**body.model_dump())
    return Status(201, DoneOut.of(merge(ledger(), caller(request).account, command)))
