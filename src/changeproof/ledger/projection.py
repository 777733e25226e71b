"""From one event to its rows: the registry that projectors join by saying what they read."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from changeproof.events.entry import Entry
from changeproof.events.event import Event
from changeproof.ledger.table import Row

EventType = TypeVar("EventType", bound=Event)
Projector = Callable[[Any, str], Iterable[Row]]

_PROJECTORS: dict[type[Event], list[Projector]] = {}
_BOUNDS: dict[type[Row], Callable[[Any, int], Row]] = {}


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


RowType = TypeVar("RowType", bound=Row)


def bounded_by_receipt(
    kind: type[RowType],
) -> Callable[[Callable[[RowType, int], RowType]], Callable[[RowType, int], RowType]]:
    """Register a pure function (row, received at) -> row for a table whose time anybody can write.

    Nothing happens after we were told of it: without the bound, who dates a commit into the
    future is not judged until then.
    """

    def register(bound: Callable[[RowType, int], RowType]) -> Callable[[RowType, int], RowType]:
        _BOUNDS[kind] = bound
        return bound

    return register


def project(entry: Entry) -> Iterator[Row]:
    """All rows that one entry states. Reads the entry only, so order cannot matter: the log
    holds an event once, with its first receipt."""
    for kind in (type(entry.event), Event):
        for projector in _PROJECTORS.get(kind, ()):
            for row in projector(entry.event, entry.id):
                bound = _BOUNDS.get(type(row))
                yield row if bound is None else bound(row, entry.received_at)


def projected_types() -> frozenset[type[Event]]:
    """The types of event that leave a row; a test holds them against the vocabulary."""
    return frozenset(_PROJECTORS)
