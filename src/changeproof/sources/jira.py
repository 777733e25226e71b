"""Jira webhooks: `jira:issue_created`, `jira:issue_updated` → ChangeRequested, TicketMoved,
and ChangeClosed where an edit says that nothing will come of it (hard case 46).

A ticket is a request for a change. Its times are Jira's own, whatever its text says (hard
case 48); statuses are kept as transitions, never folded to the latest.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec

from changeproof.events.event import LARGEST_INTEGER, Event
from changeproof.events.receipts import DeliverySeen
from changeproof.events.requests import ChangeClosed, ChangeRequested, TicketMoved
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.identities import NOBODY, Identity
from changeproof.sources.kinds import Kind
from changeproof.sources.reading import Reading, optional_time, read
from changeproof.sources.times import from_milliseconds

_TELLING = frozenset({"jira:issue_created", "jira:issue_updated"})
_KEY = re.compile(r"[A-Z][A-Z0-9_]{0,60}-[0-9]{1,12}", re.ASCII)
_GIVEN_UP = frozenset(
    {
        *("won't do", "won't fix", "wontfix", "declined", "rejected", "cancelled", "canceled"),
        *("abandoned", "withdrawn", "duplicate", "cannot reproduce", "obsolete", "invalid"),
    }
)
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
_OPAQUE_KEY = re.compile(r"JIRAUSER[0-9]{1,18}", re.ASCII)
_ACCOUNT_ID = re.compile(r"[A-Za-z0-9:_-]{1,128}", re.ASCII)


class User(msgspec.Struct, rename="camel"):
    """A Cloud user has an account id; a server's has a key, which may be their name."""

    account_id: str | None = None
    account_type: str | None = None
    key: str | None = None
    name: str | None = None


class Fields(msgspec.Struct):
    """What the ticket says."""

    created: str | None = None
    updated: str | None = None
    summary: str | None = None
    description: str | dict[str, Any] | None = None
    reporter: User | None = None
    creator: User | None = None


class Issue(msgspec.Struct):
    """The ticket; `self` is its address, which names the host."""

    id: str
    key: str
    address: str = msgspec.field(name="self")
    fields: Fields = msgspec.field(default_factory=Fields)


class Item(msgspec.Struct, rename="camel"):
    """One field that changed, before and after."""

    field: str
    from_string: str | None = None
    to_string: str | None = msgspec.field(default=None, name="toString")


class Changelog(msgspec.Struct):
    """What one edit changed."""

    id: str | int | None = None
    items: tuple[Item, ...] = ()


class JiraPayload(msgspec.Struct, rename={"webhook_event": "webhookEvent"}):
    """The delivery."""

    webhook_event: str
    timestamp: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_INTEGER)] | None = None
    user: User | None = None
    issue: Issue | None = None
    changelog: Changelog | None = None


def translate_jira(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field."""
    reading = Reading("jira", delivery, pseudonyms)
    name = read(_Named, delivery.body).webhook_event
    if name not in _TELLING:
        reason = "no evidence of a change is read from this event"
        events: list[Event] = [reading.seen(name[:500] or "jira", reason)]
    else:
        payload = read(JiraPayload, delivery.body)
        if payload.issue is None:
            raise MalformedPayload("it has no issue", where="issue")
        events = list(_told(reading, payload, payload.issue))
    seen = [event.reason for event in events if isinstance(event, DeliverySeen)]
    return Translation(tuple(events), tuple(reading.contents), seen[0] if seen else None)


class _Named(msgspec.Struct, rename={"webhook_event": "webhookEvent"}):
    webhook_event: str


def _told(reading: Reading, payload: JiraPayload, issue: Issue) -> Iterator[Event]:
    host = _host(issue.address)
    if not _KEY.fullmatch(issue.key):
        raise MalformedPayload(f"{issue.key[:60]!r} is no key of an issue", where="issue.key")
    if not _NUMBER.fullmatch(issue.id):
        raise MalformedPayload(f"{issue.id[:60]!r} is no id of an issue", where="issue.id")
    change = f"jira:{host}/issue/{issue.id}"
    told = issue.fields
    created = optional_time(told.created, "issue.fields.created")
    updated = optional_time(told.updated, "issue.fields.updated")
    at = from_milliseconds(payload.timestamp) if payload.timestamp is not None else None
    description = told.description
    if isinstance(description, dict):  # Cloud's document format
        description = msgspec.json.encode(description, order="sorted").decode()
    requester = _account(reading, host, told.reporter or told.creator)
    yield ChangeRequested(
        **reading.header(
            created if created is not None else updated if updated is not None else at,
            actor=requester,
            bound=created is None,
        ),
        change=change,
        ticket_key=issue.key,
        title=reading.keep(told.summary),
        reason=reading.keep(description),
    )
    changelog = payload.changelog or Changelog()
    mover = _account(reading, host, payload.user)
    for index, item in enumerate(changelog.items):
        if item.field != "status" or not item.to_string:
            continue
        label = changelog.id if changelog.id is not None else reading.delivery.digest[:16]
        yield TicketMoved(
            **reading.header(at if at is not None else updated, actor=mover, bound=at is None),
            change=change,
            transition=f"{change}/transition/{label}/{index}",
            from_status=item.from_string,
            to_status=item.to_string,
        )
    if any(_gives_up(item) for item in changelog.items):
        yield ChangeClosed(
            **reading.header(at if at is not None else updated, actor=mover, bound=at is None),
            change=change,
            outcome="cancelled",
        )


def _gives_up(item: Item) -> bool:
    """Whether an edit sets a resolution or status with which a ticket ends and nothing is done."""
    said = (item.to_string or "").strip().replace("’", "'").casefold()
    return item.field in ("resolution", "status") and said in _GIVEN_UP


def _host(address: str) -> str:
    """The host (and port) that an issue's address names. Raises MalformedPayload."""
    try:
        host = urlsplit(address).netloc.rpartition("@")[2].lower()
    except ValueError:
        host = ""
    if not host or len(host) > 260 or not host.isascii() or not host.isprintable():
        raise MalformedPayload("it is no address that names a host", where="issue.self")
    return host


def _account(reading: Reading, host: str, user: User | None) -> Identity:
    """Cloud's ids say nothing of a person; a server's key often is a name, so it is hashed."""
    if user is None:
        return NOBODY
    kind: Any = "bot" if user.account_type == "app" else None
    if user.account_id and _ACCOUNT_ID.fullmatch(user.account_id):
        return Identity(f"jira:{host}/user/{user.account_id}", kind)
    key = user.key or user.name
    if not key:
        return NOBODY
    if not _OPAQUE_KEY.fullmatch(key):
        key = reading.pseudonyms.account(f"jira:{host}:{key}").removeprefix("git:")
    return Identity(f"jira:{host}/user/{key}", kind)


KINDS = (
    Kind(
        "jira",
        "Jira",
        translate_jira,
        fits=lambda glimpse: glimpse.holds("webhookEvent"),
        of_record=True,
    ),
)
