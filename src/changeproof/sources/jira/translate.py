"""A Jira delivery → events: a webhook by its event's name, a retrieved body by its shape."""

from collections.abc import Iterator
from typing import Any

import msgspec

from changeproof.events.event import Event
from changeproof.events.receipts import DeliverySeen
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.jira.issues import IssueEvent, issue_event, issue_retrieved
from changeproof.sources.jira.payload import Issue
from changeproof.sources.jira.service_desk import (
    Approval,
    CustomerRequest,
    approval_retrieved,
    request_retrieved,
)
from changeproof.sources.reading import Reading, read

_TELLING = frozenset({"jira:issue_created", "jira:issue_updated"})
_NO_EVIDENCE = "no evidence of a change is read from this event"


def translate_jira(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field.

    Options: `field.NAME` = a JMESPath into the payload, for what a company keeps in fields of
    its own (`sources.asked_fields`).
    """
    reading = Reading("jira", delivery, pseudonyms)
    events = list(_told(reading, read(Any, delivery.body)))
    seen = [event.reason for event in events if isinstance(event, DeliverySeen)]
    only_seen = seen[0] if seen and len(seen) == len(events) else None
    return Translation(tuple(events), tuple(reading.contents), only_seen)


def _told(reading: Reading, document: Any) -> Iterator[Event]:
    body = reading.delivery.body
    if not isinstance(document, dict):
        yield reading.seen("jira", "a list of something that is no issue")
    elif "webhookEvent" in document:
        name = read(_Named, body).webhook_event
        if name in _TELLING:
            yield from issue_event(reading, read(IssueEvent, body))
        else:
            yield reading.seen(name[:500] or "jira", _NO_EVIDENCE)
    elif "issues" in document:
        yield from _each(reading, read(_Found, body).issues, "issues")
    elif {"key", "fields", "self"} <= document.keys():
        yield from issue_retrieved(reading, read(Issue, body))
    elif "issueId" in document:
        yield from request_retrieved(reading, read(CustomerRequest, body))
    elif "approvers" in document:
        yield from approval_retrieved(reading, read(Approval, body))
    elif isinstance(document.get("values"), list) and any(
        isinstance(each, dict) and "approvers" in each for each in document["values"]
    ):
        for approval in read(_Approvals, body).values:
            yield from approval_retrieved(reading, approval)
    elif document.keys() & {"transitions", "values", "expand", "id", "_links"}:
        yield reading.seen("jira", "it tells of no issue, request or approval")
    else:
        raise MalformedPayload(
            "it is neither a webhook nor an issue, request or approval", where="webhookEvent"
        )


class _Named(msgspec.Struct, rename={"webhook_event": "webhookEvent"}):
    webhook_event: str


class _Found(msgspec.Struct):
    issues: tuple[Issue, ...]


class _Approvals(msgspec.Struct):
    values: tuple[Approval, ...]


def _each(reading: Reading, issues: tuple[Issue, ...], name: str) -> Iterator[Event]:
    for issue in issues:
        yield from issue_retrieved(reading, issue)
    if not issues:
        yield reading.seen(name, "it holds no issue")
