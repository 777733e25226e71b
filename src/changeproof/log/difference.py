"""What `verify` says: one cell or row that is not what the log makes it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogDifference:
    """`row` is the row's key in words; `entry` the log position it concerns, where there is one."""

    table: str
    row: str
    column: str
    entry: int | None
    what: str


def runs(positions: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ascending positions as (first, last) of each unbroken run."""
    first = last = None
    for position in positions:
        if first is None or last is None:
            first = position
        elif position != last + 1:
            yield first, last
            first = position
        last = position
    if first is not None and last is not None:
        yield first, last


def named(first: int, last: int) -> str:
    """A run as the name of a row or rows."""
    return str(first) if first == last else f"{first} to {last}"
