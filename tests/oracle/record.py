"""The evidence as a reader holds it: rows by table, cut at the moment for which is judged.

The oracle reads rows and the prose of MISSION.md, HARD_CASES and the profiles, in plain Python;
it knows no SQL and no view, so that it can be wrong only in its own way.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar

from changeproof.ledger.table import Row

RowType = TypeVar("RowType", bound=Row)

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def not_after(one: int, other: int) -> bool:
    """Sources tell seconds: the same second counts as before (hard case 16)."""
    return one // SECOND <= other // SECOND


class Record:
    """Rows that were there by `as_of`, found by table and column."""

    def __init__(self, rows: Iterable[Row], as_of: int) -> None:
        self.as_of = as_of
        self._rows: dict[type[Row], list[Any]] = defaultdict(list)
        self._found: dict[tuple[type[Row], str], dict[Any, list[Any]]] = {}
        for row in rows:
            seen = row.table.seen
            at = getattr(row, seen) if seen else None
            if at is None or at <= as_of:
                self._rows[type(row)].append(row)

    def all(self, kind: type[RowType]) -> list[RowType]:
        """Every row of a table."""
        return self._rows[kind]

    def of(self, kind: type[RowType], column: str, value: object) -> list[RowType]:
        """The rows of a table whose column is `value`."""
        if (kind, column) not in self._found:
            index: dict[Any, list[Any]] = defaultdict(list)
            for row in self._rows[kind]:
                index[getattr(row, column)].append(row)
            self._found[kind, column] = index
        return self._found[kind, column].get(value, [])

    def among(self, kind: type[RowType], column: str, values: Iterable[object]) -> list[RowType]:
        """The rows of a table whose column is one of `values`."""
        return [
            row for value in sorted(set(values), key=str) for row in self.of(kind, column, value)
        ]
