"""The few words that the log and the ledger say to a database.

The same storage code runs on the instance's database (SQLite or PostgreSQL) and on a plain
SQLite in memory (`verify`, the verifier), so it is written against this protocol, never
against a web framework's.
"""

import json
import sqlite3
from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Any, Literal, NamedTuple, Protocol

import msgspec

Dialect = Literal["sqlite", "postgresql"]
Cell = str | int | bytes | None


class Question(NamedTuple):
    """A statement that reads, and how many columns it answers with."""

    sql: str
    parameters: tuple[Any, ...]
    width: int


class Database(Protocol):
    """Statements use `?` placeholders; nothing here begins or ends a transaction."""

    dialect: Dialect
    memory: dict[Hashable, Any] | None
    """For whoever reads to remember answers in, as long as nothing can change; None: not now."""
    written: set[str]
    """The evidence tables that were written to since the transaction began."""

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement; its rows, or an empty list."""
        ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row."""
        ...

    def ask_together(self, questions: Iterable[Question]) -> None:
        """These will be asked next: where answers are remembered, ask all of them at once."""
        ...


class MemoryDatabase:
    """A private SQLite in memory: what `verify` and the verifier project into."""

    dialect: Dialect = "sqlite"
    memory: dict[Hashable, Any] | None = None

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.written: set[str] = set()

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, parameters).fetchall()

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        self.connection.executemany(sql, rows)

    def ask_together(self, questions: Iterable[Question]) -> None:
        """Nothing: it remembers no answers, and is near."""


def json_list(values: Collection[str | int]) -> str:
    """What SQLite's `json_each` reads as these values: many keys as one parameter."""
    listed = list(values)
    try:
        return msgspec.json.encode(listed).decode()
    except UnicodeEncodeError:  # a lone surrogate, which JSON can write and no table holds
        return json.dumps(listed)
