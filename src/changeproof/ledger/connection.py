"""The instance's database, as the log and ledger want it: raw statements, real transactions."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from changeproof.log.database import Dialect

_POSTGRESQL_VIEW = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

_MOST_ROWS, _MOST_SEEN = 200, 500
"""What a view remembers of its own answers: pages of one change, never a whole register."""

_turn = threading.Lock()
"""Whose turn it is to write to SQLite, among this process's threads: each of our transactions
takes its write lock, and who waits for that sleeps up to 100 ms between two looks."""


class InstanceDatabase:
    """Speaks to this thread's connection of the web framework, below its cursor wrappers.

    Twenty thousand statements a second pass through here; the framework's cursor halves that.
    """

    def __init__(self, alias: str = DEFAULT_DB_ALIAS) -> None:
        self._alias = alias
        self._viewing = False
        self._seen: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
        self.dialect = cast(Dialect, connections[alias].vendor)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Its rows. Within a view the same question is asked of the database once."""
        if not self._viewing:
            return self._execute(sql, parameters)
        asked = (sql, *(tuple(each) if isinstance(each, list) else each for each in parameters))
        if asked not in self._seen:
            rows = self._execute(sql, parameters)
            if len(rows) > _MOST_ROWS or len(self._seen) >= _MOST_SEEN:
                return rows
            self._seen[asked] = rows
        return list(self._seen[asked])

    def _execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        cursor = self._cursor()
        try:
            cursor.execute(self._sql(sql), parameters)
            return [] if cursor.description is None else cast(Any, cursor.fetchall())
        finally:
            cursor.close()

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        cursor = self._cursor()
        try:
            cursor.executemany(self._sql(sql), list(rows))
        finally:
            cursor.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One transaction, or a savepoint inside one."""
        alone = self.dialect == "sqlite" and not connections[self._alias].in_atomic_block
        with _turn if alone else nullcontext(), transaction.atomic(using=self._alias):
            yield

    @contextmanager
    def view(self) -> Iterator[None]:
        """What is read inside fits together, while others go on writing; takes no lock.

        Nothing may be written inside. Within a transaction that has begun it adds nothing.
        """
        connection = connections[self._alias]
        if connection.in_atomic_block or self._viewing:
            yield
            return
        self._viewing = True
        # Below the framework, whose own transactions take SQLite's write lock at once.
        statement = "BEGIN" if self.dialect == "sqlite" else _POSTGRESQL_VIEW
        try:
            self._execute(statement)
            try:
                yield
            finally:
                self._execute("ROLLBACK")
        finally:
            self._viewing = False
            self._seen.clear()

    def _cursor(self) -> Any:
        connection = connections[self._alias]
        connection.ensure_connection()
        return connection.connection.cursor()

    def _sql(self, sql: str) -> str:
        return sql if self.dialect == "sqlite" else sql.replace("?", "%s")
