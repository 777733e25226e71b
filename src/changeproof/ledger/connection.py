"""The instance's database, as the log and ledger want it: raw statements, real transactions."""

import secrets
import threading
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from changeproof.log.database import Dialect, Question

_POSTGRESQL_VIEW = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

_MOST_ROWS, _MOST_SEEN = 200, 500
"""What a view remembers of its own answers: pages of one change, never a whole register."""

_MOST_AHEAD = 2_000
"""Rows of one question among those that are asked together."""

VERSION = "version:"
"""What the name of a table's version begins with, among the private words of `ledger_state`."""

VERSIONS = Question(
    "SELECT name, value FROM ledger_state WHERE name >= 'version:' AND name < 'version;'", (), 2
)
"""The version of every evidence table that was written to since versions are kept."""

_turn = threading.Lock()
"""Whose turn it is to write to SQLite, among this process's threads: each of our transactions
takes its write lock, and who waits for that sleeps up to 100 ms between two looks."""


class InstanceDatabase:
    """Speaks to this thread's connection of the web framework, below its cursor wrappers.

    Twenty thousand statements a second pass through here; the framework's cursor halves that.
    """

    def __init__(self, alias: str = DEFAULT_DB_ALIAS) -> None:
        self._alias = alias
        self.written: set[str] = set()
        self._depth = 0
        self._held: Any = None  # within a transaction or view: its connection, looked up once
        self.memory: dict[Hashable, Any] | None = None  # within a view
        self._seen: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
        self._expected: dict[tuple[Any, ...], Question] = {}
        self._used: set[tuple[Any, ...]] = set()
        self._alone: dict[tuple[Any, ...], Question] = {}
        self._together: dict[tuple[Any, ...], Question] = {}
        self.dialect = cast(Dialect, connections[alias].vendor)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Its rows. Within a view the same question is asked of the database once."""
        if self.memory is None:
            return self._execute(sql, parameters)
        asked = _asked(sql, parameters)
        self._used.add(asked)
        if asked not in self._seen:
            rows, width = self._answer(sql, parameters)
            if len(rows) <= _MOST_AHEAD:
                self._alone[asked] = Question(sql, asked[1:], width)
            if len(rows) > _MOST_ROWS or len(self._seen) >= _MOST_SEEN:
                return rows
            self._seen[asked] = rows
        return list(self._seen[asked])

    def expect(self, questions: Iterable[Question]) -> None:
        """Within a view: what is asked together next has these in it, which may not be needed."""
        self._expected = {_asked(each.sql, each.parameters): each for each in questions}

    def expectations(self) -> tuple[list[Question], list[Question], list[Question]]:
        """Within a view: of what was expected, what was used and what not; what was asked beside,
        first what took a statement of its own."""
        used = [each for key, each in self._expected.items() if key in self._used]
        unused = [each for key, each in self._expected.items() if key not in self._used]
        beside = [
            each
            for key, each in (*self._alone.items(), *self._together.items())
            if key in self._used and key not in self._expected and each.width
        ]
        return used, unused, beside

    @contextmanager
    def apart(self, expected: Iterable[Question]) -> Iterator[None]:
        """Within a view: what is asked inside is accounted for by itself, for `expectations` there,
        and not by the reading around it; what is `expected` of it is asked at once."""
        if self.memory is None:
            yield
            return
        around = (self._expected, self._used, self._alone, self._together)
        self._expected, self._used, self._alone, self._together = {}, set(), {}, {}
        try:
            self.expect(expected)
            self.ask_together(self._expected.values())
            yield
        finally:
            self._expected, self._used, self._alone, self._together = around

    def ask_together(self, questions: Iterable[Question]) -> None:
        """Within a view: ask these at once, in one statement (PostgreSQL: in one round trip), so
        that `execute` finds each of them answered. Elsewhere nothing is asked, for nothing would
        be remembered."""
        if self.memory is None:
            return
        wanted = {_asked(each.sql, each.parameters): each for each in questions}
        if not self._seen:  # the first of a view
            wanted = {**self._expected, **wanted}
        fresh = {key: each for key, each in wanted.items() if key not in self._seen}
        if not fresh:
            return
        self._together.update(
            (key, Question(each.sql, key[1:], each.width)) for key, each in fresh.items()
        )
        together = self._compound if self.dialect == "sqlite" else self._pipeline
        for key, rows in zip(fresh, together(list(fresh.values())), strict=True):
            if len(rows) <= _MOST_AHEAD:
                self._seen[key] = rows

    def _compound(self, questions: Sequence[Question]) -> list[list[tuple[Any, ...]]]:
        """One SELECT of all: each row says whose it is, and is as wide as the widest."""
        widest = max(each.width for each in questions)
        parts = [
            f"SELECT {place}, a.*{', NULL' * (widest - each.width)} FROM ({_kept(each.sql)}) AS a"
            for place, each in enumerate(questions)
        ]
        parameters = [value for each in questions for value in each.parameters]
        found: list[list[tuple[Any, ...]]] = [[] for _ in questions]
        for place, *cells in self._execute(" UNION ALL ".join(parts), parameters):
            found[place].append(tuple(cells[: questions[place].width]))
        return found

    def _pipeline(self, questions: Sequence[Question]) -> list[list[tuple[Any, ...]]]:
        """Each by itself, without waiting for the one before."""
        cursors = [self._cursor() for _ in questions]
        with connections[self._alias].connection.pipeline():
            for cursor, each in zip(cursors, questions, strict=True):
                # A list that was kept to be asked again is a tuple, which is no array.
                given = [list(one) if isinstance(one, tuple) else one for one in each.parameters]
                cursor.execute(self._sql(each.sql), given)
        found: list[list[tuple[Any, ...]]] = []
        for cursor in cursors:
            found.append(cursor.fetchall())
            cursor.close()
        return found

    def _execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._answer(sql, parameters)[0]

    def _answer(
        self, sql: str, parameters: Sequence[Any] = ()
    ) -> tuple[list[tuple[Any, ...]], int]:
        """The rows, and how many columns they have; none where nothing is answered."""
        cursor = self._cursor()
        try:
            cursor.execute(self._sql(sql), parameters)
            if cursor.description is None:
                return [], 0
            return cast(Any, cursor.fetchall()), len(cursor.description)
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
        """One transaction, or a savepoint inside one. The evidence tables that it wrote to have
        another version after it."""
        alone = self.dialect == "sqlite" and not connections[self._alias].in_atomic_block
        self._depth += 1
        try:
            with (
                _turn if alone else nullcontext(),
                transaction.atomic(using=self._alias),
                self._holding(),
            ):
                yield
                if self._depth == 1 and self.written:
                    self._state_versions()
        finally:
            self._depth -= 1
            if not self._depth:
                self.written.clear()

    def _state_versions(self) -> None:
        """A word that was never there before: a number would come again after a rollback."""
        fresh = secrets.token_hex(8)
        self.executemany(
            "INSERT INTO ledger_state (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [(f"{VERSION}{table}", fresh) for table in sorted(self.written)],
        )

    @contextmanager
    def view(self) -> Iterator[None]:
        """What is read inside fits together, while others go on writing; takes no lock.

        Nothing may be written inside. Within a transaction that has begun it adds nothing.
        """
        connection = connections[self._alias]
        if connection.in_atomic_block or self.memory is not None:
            yield
            return
        self.memory = {}
        # Below the framework, whose own transactions take SQLite's write lock at once.
        statement = "BEGIN" if self.dialect == "sqlite" else _POSTGRESQL_VIEW
        try:
            with self._holding():
                self._execute(statement)
                try:
                    yield
                finally:
                    self._execute("ROLLBACK")
        finally:
            self.memory = None
            forgotten = (self._seen, self._expected, self._used, self._alone, self._together)
            for each in forgotten:
                each.clear()

    @contextmanager
    def _holding(self) -> Iterator[None]:
        """The framework looks the connection up for each statement: by thread, by task, and
        whether a loop runs; that costs as much as a small statement."""
        if self._held is not None:
            yield
            return
        connection = connections[self._alias]
        connection.ensure_connection()
        self._held = connection.connection
        try:
            yield
        finally:
            self._held = None

    def _cursor(self) -> Any:
        if self._held is not None:
            return self._held.cursor()
        connection = connections[self._alias]
        connection.ensure_connection()
        return connection.connection.cursor()

    def _sql(self, sql: str) -> str:
        return sql if self.dialect == "sqlite" else sql.replace("?", "%s")


def _asked(sql: str, parameters: Sequence[Any]) -> tuple[Any, ...]:
    """What tells one question from another."""
    return (sql, *(tuple(each) if isinstance(each, list) else each for each in parameters))


def _kept(sql: str) -> str:
    """With its order: SQLite leaves the order of an inner SELECT out unless that has a limit."""
    _, ordered, rest = sql.rpartition("ORDER BY")
    return f"{sql} LIMIT -1" if ordered and "LIMIT" not in rest else sql
