"""Two databases' rows of one table side by side, in key order and flat memory.

SQLite keeps any type in any column, and after an edit a cell may hold anything. So a text is
compared as its bytes, an integer as itself, and a cell of another type as the name of that type:
nothing makes it raise, and no two different cells look alike. Rows whose key is of a wrong type
have no place in the order and come apart.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from changeproof.ledger.table import Column, Table
from changeproof.log.database import Database

CHUNK = 2_000

Cell = bytes | int | str | None
"""Text as bytes, an integer, null; or (str) the name of a type that does not belong."""

Cells = tuple[Cell, ...]


class RowPair(NamedTuple):
    """A row as stored and as it should be; None where a side has none."""

    stored: Cells | None
    expected: Cells | None


def differing(
    table: Table,
    stored: Database,
    expected: Database,
    left_out: Callable[[Cells], bool] | None = None,
) -> Iterator[RowPair]:
    """The rows that are not the same on both sides. `left_out` says which ones to pass over."""
    ours = _kept(rows_in_order(stored, table), left_out)
    theirs = _kept(rows_in_order(expected, table), left_out)
    key = _key_of(table)
    mine, due = next(ours, None), next(theirs, None)
    while mine is not None or due is not None:
        if mine == due:
            mine, due = next(ours, None), next(theirs, None)
        elif due is None or (mine is not None and key(mine) < key(due)):
            yield RowPair(mine, None)
            mine = next(ours, None)
        elif mine is None or key(mine) > key(due):
            yield RowPair(None, due)
            due = next(theirs, None)
        else:
            yield RowPair(mine, due)
            mine, due = next(ours, None), next(theirs, None)
    for row in rows_without_order(stored, table):
        yield RowPair(row, None)


def rows_in_order(database: Database, table: Table) -> Iterator[Cells]:
    """Every row whose key is of the right types, by key."""
    columns = {column.name: column for column in table.columns}
    keys = ", ".join(table.key)
    marks = ", ".join(_mark(columns[name], database) for name in table.key)
    head = f"SELECT {_cells(table, database)} FROM {table.name} WHERE {_sound_key(table, database)}"
    tail = f" ORDER BY {keys} LIMIT {CHUNK}"
    key = _key_of(table)
    rows = database.execute(head + tail)
    while rows:
        plain = rows if database.dialect == "sqlite" else [_encoded(row) for row in rows]
        yield from plain
        if len(rows) < CHUNK:
            return
        after = [_parameter(cell, database) for cell in key(plain[-1])]
        rows = database.execute(f"{head} AND ({keys}) > ({marks}){tail}", after)


def rows_without_order(database: Database, table: Table) -> Iterator[Cells]:
    """The rows whose key holds a cell of a wrong type."""
    if database.dialect == "sqlite":
        sql = f"SELECT {_cells(table, database)} FROM {table.name}"
        yield from database.execute(f"{sql} WHERE NOT ({_sound_key(table, database)})")


def cell_text(cell: Cell, longest: int = 80) -> str:
    """A cell in words, for a person; a text of more than `longest` characters is cut."""
    if isinstance(cell, bytes):
        text = cell.decode("utf-8", "backslashreplace")
        return repr(text if len(text) <= longest else text[: longest - 1] + "…")
    if isinstance(cell, str):
        return f"a cell of type {cell}"
    return "null" if cell is None else str(cell)


def _kept(rows: Iterator[Cells], left_out: Callable[[Cells], bool] | None) -> Iterator[Cells]:
    return rows if left_out is None else (row for row in rows if not left_out(row))


def _cells(table: Table, database: Database) -> str:
    if database.dialect != "sqlite":
        return ", ".join(table.column_names)
    return ", ".join(_cell(column) for column in table.columns)


def _cell(column: Column) -> str:
    value = f"CAST({column.name} AS BLOB)" if column.kind == "text" else column.name
    kind = f"typeof({column.name})"
    return f"CASE {kind} WHEN '{column.kind}' THEN {value} WHEN 'null' THEN NULL ELSE {kind} END"


def _sound_key(table: Table, database: Database) -> str:
    if database.dialect != "sqlite":
        return "TRUE"
    kinds = {column.name: column.kind for column in table.columns}
    return " AND ".join(f"typeof({name}) = '{kinds[name]}'" for name in table.key)


def _mark(column: Column, database: Database) -> str:
    # Text that is no UTF-8 can only travel as bytes.
    return "CAST(? AS TEXT)" if column.kind == "text" and database.dialect == "sqlite" else "?"


def _parameter(cell: Cell, database: Database) -> Any:
    return cell.decode() if isinstance(cell, bytes) and database.dialect != "sqlite" else cell


def _encoded(row: tuple[Any, ...]) -> Cells:
    """PostgreSQL holds no wrong types: its texts become bytes here, as SQLite's did in SQL."""
    return tuple(cell.encode() if isinstance(cell, str) else cell for cell in row)


def _key_of(table: Table) -> Callable[[Cells], tuple[Any, ...]]:
    places = [table.column_names.index(name) for name in table.key]
    return lambda row: tuple(row[place] for place in places)
