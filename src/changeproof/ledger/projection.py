"""From one event to its rows: the registry that projectors join by saying what they read."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from changeproof.events.entry import Entry
from changeproof.events.event import Event
from changeproof.ledger.table import Row

EventType = TypeVar("EventType", bound=Event)
Projector = Callable[[Any, str], Iterable[Row]]

_PROJECTORS: dict[type[Event], list[Projector]] = {}


def projects(
    kind: type[EventType],
) -> Callable[
    [Callable[[EventType, str], Iterable[Row]]], Callable[[EventType, str], Iterable[Row]]
]:
    """Register a pure function (event, event id) -> rows for one type of event."""

    def register(
        projector: Callable[[EventType, str], Iterable[Row]],
    ) -> Callable[[EventType, str], Iterable[Row]]:
        _PROJECTORS.setdefault(kind, []).append(projector)
        return projector

    return register


def project(entry: Entry) -> Iterator[Row]:
    """All rows that one entry states. Reads the event only, so order cannot matter."""
    for projector in _PROJECTORS.get(type(entry.event), ()):
        yield from projector(entry.event, entry.id)
    for projector in _PROJECTORS.get(Event, ()):
        yield from projector(entry.event, entry.id)


def projected_types() -> frozenset[type[Event]]:
    """The types of event that leave a row; a test holds them against the vocabulary."""
    return frozenset(_PROJECTORS)
