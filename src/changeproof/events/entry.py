"""A log entry: an event, and what only the receipt knows."""

import json
from dataclasses import dataclass

from changeproof.events.event import Event, canonical, canonical_event, sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.events.vocabulary import parse_event


@dataclass(frozen=True, slots=True)
class Entry:
    """`encoded` is the log entry; `id` names the event alone, so that it never depends on us."""

    event: Event
    id: str
    encoded: bytes
    received_at: int
    collector: str


def seal(event: Event, *, received_at: int, collector: str) -> Entry:
    """Fix an event's bytes, id and receipt. Raises Refusal as `canonical_event` does."""
    body = canonical_event(event)
    encoded = b'{"collector":%b,"event":%b,"received_at":%d}' % (
        canonical(collector),
        body,
        received_at,
    )
    return Entry(event, sha256_hex(body), encoded, received_at, collector)


def parse_entry(encoded: bytes) -> Entry:
    """The entry that these log bytes hold. Raises Refusal if they are not canonical."""
    try:
        data = json.loads(encoded)
        entry = seal(
            parse_event(canonical(data["event"])),
            received_at=data["received_at"],
            collector=data["collector"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(str(error)) from error
    if entry.encoded != encoded:
        raise _unreadable("its bytes are not the canonical form of what they say")
    return entry


def _unreadable(why: str) -> Refusal:
    return Refusal(
        "A log entry cannot be read.",
        why=why,
        cure="Run `changeproof verify`: it names the entry and what differs.",
    )
