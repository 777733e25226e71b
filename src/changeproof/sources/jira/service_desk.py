"""Jira Service Management's REST bodies: requests of customers, and the approvals on them.

Jira sends no webhook that names approvers, so approvals are retrieved. Only a decision that an
approver gave counts: one that is still `pending`, or that nobody gave, says nothing.
"""

import re
from collections.abc import Iterator

import msgspec

from changeproof.events.event import Event
from changeproof.events.requests import ChangeAuthorized, ChangeDeclined, ChangeRequested
from changeproof.sources.asked_fields import AskedFields
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.jira.payload import User, account_of, host_of, ticket_named
from changeproof.sources.reading import Reading
from changeproof.sources.times import from_milliseconds

_REQUEST = re.compile(r"/request/([^/?]+)")


class Moment(msgspec.Struct, rename="camel"):
    """A time in four spellings, of which one is exact."""

    epoch_millis: int


class Links(msgspec.Struct):
    """Where the object stands."""

    address: str | None = msgspec.field(default=None, name="self")
    web: str | None = None


class Approver(msgspec.Struct, rename="camel"):
    """One person who was asked, and what they said."""

    approver: User
    approver_decision: str


class Approval(msgspec.Struct, rename={"completed": "completedDate", "links": "_links"}):
    """A round of approval."""

    id: str
    approvers: tuple[Approver, ...]
    links: Links
    completed: Moment | None = None


class FieldValue(msgspec.Struct, rename="camel"):
    """One field of a customer's request."""

    field_id: str = ""
    value: object = None


class CustomerRequest(msgspec.Struct, rename={"links": "_links"}):
    """A request that came through the portal."""

    issueId: str  # noqa: N815 - Jira's spelling
    issueKey: str  # noqa: N815
    links: Links
    createdDate: Moment | None = None  # noqa: N815
    reporter: User | None = None
    requestFieldValues: tuple[FieldValue, ...] = ()  # noqa: N815


def approval_retrieved(reading: Reading, approval: Approval) -> Iterator[Event]:
    """Each approver's decision; its time is that of the whole round, which is no earlier."""
    address = approval.links.address or ""
    host = host_of(address, "_links.self")
    found = _REQUEST.search(address)
    change = ticket_named(host, found[1]) if found else None
    if change is None:
        raise MalformedPayload("it names no request", where="_links.self")
    at = from_milliseconds(approval.completed.epoch_millis) if approval.completed else None
    decided = False
    for each in approval.approvers:
        decision = each.approver_decision.strip().casefold()
        header = reading.header(at, actor=account_of(reading, host, each.approver), bound=True)
        if decision == "approved":
            decided = True
            yield ChangeAuthorized(**header, change=change)
        elif decision == "declined":
            decided = True
            yield ChangeDeclined(**header, change=change)
        elif decision != "pending":
            raise MalformedPayload(f"{decision[:60]!r} is no decision", where="approverDecision")
    if not decided:
        yield reading.seen("approval", "nobody has decided yet")


def request_retrieved(reading: Reading, request: CustomerRequest) -> Iterator[Event]:
    """The request itself; its address names the host."""
    host = host_of(request.links.address or request.links.web or "", "_links.self")
    change = ticket_named(host, request.issueId)
    if change is None or not change.startswith("jira:"):
        raise MalformedPayload(f"{request.issueId[:60]!r} is no id of an issue", where="issueId")
    texts = {
        each.field_id: each.value
        for each in request.requestFieldValues
        if isinstance(each.value, str)
    }
    created = from_milliseconds(request.createdDate.epoch_millis) if request.createdDate else None
    yield ChangeRequested(
        **reading.header(created, actor=account_of(reading, host, request.reporter)),
        change=change,
        ticket_key=request.issueKey,
        title=reading.keep(texts.get("summary")),
        reason=reading.keep(texts.get("description")),
        **AskedFields(reading.delivery).of_request,
    )
