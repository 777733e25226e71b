"""A Gerrit body → events: one stream event, a log of them a line each, or a REST reply."""

from collections.abc import Iterator
from typing import Any

from changeproof.events.event import Event
from changeproof.events.receipts import DeliverySeen
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.gerrit.rest import ChangeInfo, change_body
from changeproof.sources.gerrit.stream import stream_event
from changeproof.sources.guards import guard_json
from changeproof.sources.kinds import Glimpse
from changeproof.sources.reading import Reading, read

_GUARD = b")]}'"
"""The line before every REST reply, against being run as a script."""

_CHANGE = frozenset({"_number", "project", "branch", "change_id"})


def is_gerrit(glimpse: Glimpse) -> bool:
    """Whether a payload's shape is Gerrit's."""
    if glimpse.body.startswith(_GUARD):
        return True
    shown = glimpse.document
    if shown is None:  # a log of events, a line each
        shown = Glimpse(glimpse.body.partition(b"\n")[0]).document
    if isinstance(shown, list):
        shown = shown[0] if shown else None
    if not isinstance(shown, dict):
        return False
    return shown.keys() >= _CHANGE or shown.keys() >= {"type", "eventCreatedOn"}


def translate_gerrit(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field or what is wrong with the body."""
    body = delivery.body
    if body.startswith(_GUARD):
        body = body[len(_GUARD) :]
    guard_json(body)
    reading = Reading("gerrit", delivery, pseudonyms)
    lines = _lines(body)
    if lines is None:
        events = list(_told(reading, read(Any, body), body))
    else:
        events = [event for place, line in lines for event in _line(reading, place, line)]
    seen = [event.reason for event in events if isinstance(event, DeliverySeen)]
    told = any(not isinstance(event, DeliverySeen) for event in events)
    return Translation(
        tuple(events), tuple(reading.contents), seen[0] if seen and not told else None
    )


def _lines(body: bytes) -> list[tuple[int, bytes]] | None:
    """The lines of a log of events, numbered; None where it is one document."""
    lines = [(place, line) for place, line in enumerate(body.split(b"\n"), 1) if line.strip()]
    if len(lines) < 2 or not all(line.strip().startswith(b"{") for _, line in lines):
        return None
    first = Glimpse(lines[0][1]).document
    return lines if isinstance(first, dict) else None


def _line(reading: Reading, place: int, line: bytes) -> Iterator[Event]:
    """One line of a log. One that cannot be read is said so, and stops none behind it."""
    try:
        yield from list(_told(reading, read(Any, line), line))
    except MalformedPayload as refused:
        where = f" at {refused.where}" if refused.where else ""
        yield reading.seen("line", f"line {place} cannot be read{where}: {refused.why}"[:500])


def _told(reading: Reading, shown: Any, body: bytes) -> Iterator[Event]:
    if isinstance(shown, list):
        if _all_changes(shown):
            for info in read(tuple[ChangeInfo, ...], body):
                yield from change_body(reading, info)
            return
        if shown and all(isinstance(one, list) and _all_changes(one) for one in shown if one):
            # Several queries at once: a list for each, which may be empty.
            for info in (
                one for each in read(tuple[tuple[ChangeInfo, ...], ...], body) for one in each
            ):
                yield from change_body(reading, info)
            return
        yield reading.seen("list", "a part of a change that does not say of which")
    elif isinstance(shown, dict) and shown.keys() >= _CHANGE:
        yield from change_body(reading, read(ChangeInfo, body))
    elif isinstance(shown, dict) and isinstance(shown.get("type"), str):
        yield from stream_event(reading, body)
    elif isinstance(shown, dict | str):
        yield reading.seen("body", "a part of a change that does not say of which")
    else:
        raise MalformedPayload("it is neither an event nor a body of the REST API")


def _all_changes(shown: list[Any]) -> bool:
    return bool(shown) and all(isinstance(one, dict) and one.keys() >= _CHANGE for one in shown)
