"""Reading rows whose cells may hold anything.

SQLite keeps any type in any column, and text that is no UTF-8; a driver would raise on it. These
expressions give a cell if it is of the type it should be, text as its bytes, and NULL otherwise.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from changeproof.log.database import Database, Dialect

CHUNK = 500


def integer(column: str, dialect: Dialect) -> str:
    """The column, where it holds an integer."""
    return _of_type("integer", column, column) if dialect == "sqlite" else column


def blob(column: str, dialect: Dialect) -> str:
    """The column, where it holds bytes."""
    return _of_type("blob", column, column) if dialect == "sqlite" else column


def text_bytes(column: str, dialect: Dialect) -> str:
    """The UTF-8 bytes of the column, where it holds text."""
    if dialect == "sqlite":
        return _of_type("text", column, f"CAST({column} AS BLOB)")
    return f"convert_to({column}, 'UTF8')"


def as_bytes(cell: bytes | memoryview | None) -> bytes | None:
    """What a driver gave for `blob` or `text_bytes`."""
    return None if cell is None else bytes(cell)


def select(
    database: Database, columns: str, table: str, where: str, parameters: Sequence[Any] = ()
) -> list[tuple[Any, ...]]:
    """One SELECT. All its text is this room's own; values travel as parameters."""
    return database.execute(f"SELECT {columns} FROM {table} WHERE {where}", parameters)


def pages(
    database: Database,
    table: str,
    key: Sequence[str],
    columns: Sequence[str] = (),
    where: str = "1 = 1",
    parameters: Sequence[Any] = (),
) -> Iterator[tuple[Any, ...]]:
    """Key and columns of every such row, in the key's order and bounded chunks."""
    keys = ", ".join(key)
    after = f" AND ({keys}) > ({', '.join('?' * len(key))})"
    order = f" ORDER BY {keys} LIMIT {CHUNK}"
    names = ", ".join([*key, *columns])
    rows = select(database, names, table, where + order, parameters)
    while rows:
        yield from rows
        if len(rows) < CHUNK:
            return
        last = rows[-1][: len(key)]
        rows = select(database, names, table, where + after + order, [*parameters, *last])


def _of_type(kind: str, column: str, value: str) -> str:
    return f"CASE typeof({column}) WHEN '{kind}' THEN {value} END"
