"""Jira's issues → ChangeRequested, TicketMoved, ChangeClosed: from webhooks and from the REST API.

A ticket is a request for a change. Its times are Jira's own, whatever its text says (hard
case 48); statuses are kept as transitions, never folded to the latest. A webhook and a retrieval
of the same edit name the same transition, so that both together say nothing twice. ChangeClosed
is said where an edit shows that nothing will come of it (hard case 46).
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import msgspec

from changeproof.events.event import LARGEST_INTEGER, Event
from changeproof.events.requests import ChangeClosed, ChangeRequested, ChangeScheduled, TicketMoved
from changeproof.sources.asked_fields import AskedFields
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.identities import Identity
from changeproof.sources.jira.payload import Changelog, Issue, Item, User, account_of, host_of
from changeproof.sources.reading import Reading, optional_time, time
from changeproof.sources.times import from_milliseconds

GIVEN_UP = frozenset(
    {
        *("won't do", "won't fix", "wontfix", "declined", "rejected", "cancelled", "canceled"),
        *("abandoned", "withdrawn", "duplicate", "cannot reproduce", "obsolete", "invalid"),
    }
)


class IssueEvent(msgspec.Struct, rename={"webhook_event": "webhookEvent"}):
    """A webhook about an issue."""

    webhook_event: str
    timestamp: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_INTEGER)] | None = None
    user: User | None = None
    issue: Issue | None = None
    changelog: Changelog | None = None


def issue_event(reading: Reading, payload: IssueEvent) -> Iterator[Event]:
    """`jira:issue_created` and `jira:issue_updated`. Raises MalformedPayload, naming the field."""
    issue = payload.issue
    if issue is None:
        raise MalformedPayload("it has no issue", where="issue")
    host = host_of(issue.address)
    at = from_milliseconds(payload.timestamp) if payload.timestamp is not None else None
    yield from _requested(reading, host, issue, at)
    updated = optional_time(issue.fields.updated, "issue.fields.updated")
    changelog = payload.changelog or Changelog()
    label = changelog.id if changelog.id is not None else reading.delivery.digest[:16]
    yield from _moved(
        issue.named(host),
        str(label),
        changelog.items,
        reading.header(
            at if at is not None else updated,
            actor=account_of(reading, host, payload.user),
            bound=at is None,
        ),
    )


def issue_retrieved(reading: Reading, issue: Issue) -> Iterator[Event]:
    """An issue as the REST API gives it, with the edits that came along."""
    host = host_of(issue.address)
    change = issue.named(host)
    told = issue.fields
    yield from _requested(reading, host, issue, None)
    for index, history in enumerate(issue.changelog.histories):
        at = time(history.created, f"changelog.histories[{index}].created")
        actor = account_of(reading, host, history.author)
        header = reading.header(at, actor=actor)
        yield from _moved(change, str(history.id), history.items, header)
    closed = told.resolution is not None and _ends_in_nothing(told.resolution.name)
    ended = optional_time(told.resolutiondate, "issue.fields.resolutiondate")
    if closed and ended is not None and not issue.changelog.histories:
        yield ChangeClosed(**reading.header(ended), change=change, outcome="cancelled")


def _requested(
    reading: Reading, host: str, issue: Issue, at: int | None
) -> Iterator[ChangeRequested | ChangeScheduled]:
    told = issue.fields
    created = optional_time(told.created, "issue.fields.created")
    updated = optional_time(told.updated, "issue.fields.updated")
    description = told.description
    if isinstance(description, dict):  # Cloud's document format
        description = msgspec.json.encode(description, order="sorted").decode()
    requester: Identity = account_of(reading, host, told.reporter or told.creator)
    asked = AskedFields(reading.delivery)
    header = reading.header(
        created if created is not None else updated if updated is not None else at,
        actor=requester,
        bound=created is None,
    )
    change = issue.named(host)
    yield ChangeRequested(
        **header,
        change=change,
        ticket_key=issue.key,
        title=reading.keep(told.summary),
        reason=reading.keep(description),
        **asked.of_request,
    )
    window = asked.window
    if window is not None:
        yield ChangeScheduled(
            **reading.header(updated if updated is not None else at, bound=True),
            change=change,
            begins_at=window[0],
            ends_at=window[1],
        )


def _moved(
    change: str, label: str, items: Sequence[Item], header: dict[str, Any]
) -> Iterator[Event]:
    for index, item in enumerate(items):
        if item.field == "status" and item.to_string:
            yield TicketMoved(
                **header,
                change=change,
                transition=f"{change}/transition/{label}/{index}",
                from_status=item.from_string,
                to_status=item.to_string,
            )
    ends = [item.to_string for item in items if item.field in ("resolution", "status")]
    if any(map(_ends_in_nothing, ends)):
        yield ChangeClosed(**header, change=change, outcome="cancelled")


def _ends_in_nothing(said: str | None) -> bool:
    """Whether a resolution or status is one with which a ticket ends and nothing is done."""
    return (said or "").strip().replace("’", "'").casefold() in GIVEN_UP
