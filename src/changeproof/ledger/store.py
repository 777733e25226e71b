"""Rows into tables and out again, in sets: never one at a time, never one kind of database."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from operator import attrgetter
from typing import Any, TypeVar

from changeproof.ledger.table import Row, Table
from changeproof.log.database import Database, Question, json_list

RowType = TypeVar("RowType", bound=Row)

_MANY = 50
"""Values from which it pays to ask first whether a table holds anything: most of an import's
questions go to tables of sources that nobody connected."""


_MOST_REMEMBERED = 2_000
"""Values of one question: what a page asks for, never a register."""

Asked = tuple[type[Row], str, Collection[str | int]]
"""The rows whose column is one of some values: what `Store.by` takes."""


class Store:
    """The ledger's tables in one database. Opens no transaction: its caller has one."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._upserts: dict[str, str] = {}
        self._inserts: dict[str, str] = {}
        self._by: dict[tuple[str, str], str] = {}

    def by(self, row: type[RowType], column: str, values: Collection[str | int]) -> list[RowType]:
        """The rows whose `column` is one of `values`. Within a view, each value is asked once."""
        if not values:
            return []
        memory = self.database.memory
        if memory is None or len(values) > _MOST_REMEMBERED:
            if len(values) >= _MANY and self._is_empty(row.table):
                return []
            asked = self.asked_by(row, column, values)
            return [row(*cells) for cells in self.database.execute(asked.sql, asked.parameters)]
        wanted = set(values)
        known: dict[str | int, list[RowType]] = memory.setdefault((row, column), {})
        missing = wanted - known.keys()
        if missing:
            self._learn(known, row, column, missing)
        return [each for value in sorted(wanted) for each in known[value]]

    def _learn(
        self,
        known: dict[str | int, list[RowType]],
        row: type[RowType],
        column: str,
        missing: Collection[str | int],
    ) -> None:
        asked = self.asked_by(row, column, missing)
        known.update((value, []) for value in missing)
        for cells in self.database.execute(asked.sql, asked.parameters):
            each = row(*cells)
            known[getattr(each, column)].append(each)

    def all(self, row: type[RowType]) -> list[RowType]:
        """Every row, in key order."""
        asked = self.asked_all(row)
        return [row(*cells) for cells in self.database.execute(asked.sql)]

    def ahead(self, *asked: Asked, also: Iterable[Question] = ()) -> None:
        """Read in one statement what `by` will be asked for within this view, and what other
        questions ask; outside a view nothing is read."""
        memory = self.database.memory
        if memory is None:
            return
        wanted: dict[tuple[type[Row], str], set[str | int]] = {}
        for row, column, values in asked:
            fresh = set(values) - memory.setdefault((row, column), {}).keys()
            if fresh:
                wanted.setdefault((row, column), set()).update(fresh)
        questions = [self.asked_by(*each, values) for each, values in wanted.items()]
        self.database.ask_together([*questions, *also])
        for (row, column), values in wanted.items():
            self._learn(memory[row, column], row, column, values)

    def whole_ahead(self, *rows: type[Row]) -> None:
        """Read in one statement the small tables that `all` will be asked for within this view."""
        self.database.ask_together([self.asked_all(row) for row in rows])

    def asked_by(self, row: type[Row], column: str, values: Collection[str | int]) -> Question:
        """What `by` asks of the database: one question, in whatever order the values come."""
        table = row.table
        sql = self._by.get((table.name, column))
        if sql is None:
            names = ", ".join(table.column_names)
            sql = f"SELECT {names} FROM {table.name} WHERE {self._among(column)}"
            self._by[table.name, column] = sql
        return Question(sql, (self._list(values),), len(table.columns))

    def asked_all(self, row: type[Row]) -> Question:
        """What `all` asks of the database."""
        names, key = row.table.column_names, ", ".join(row.table.key)
        sql = f"SELECT {', '.join(names)} FROM {row.table.name} ORDER BY {key}"
        return Question(sql, (), len(names))

    def upsert(self, rows: Iterable[Row]) -> None:
        """State facts: under one key the table's rule decides which statement stands."""
        for table, group in _grouped(rows):
            values = list(_folded(table, group))
            self.database.written.add(table.name)
            self.database.executemany(self._upsert_sql(table), values)

    def insert(self, rows: Iterable[Row]) -> None:
        """Add derived rows; they must not be there."""
        for table, group in _grouped(rows):
            self.database.written.add(table.name)
            self.database.executemany(self._insert_sql(table), list(map(_cells(table), group)))

    def delete(self, row: type[Row], column: str, values: Collection[str | int]) -> None:
        """Remove the rows whose `column` is one of `values`."""
        if values:
            self.database.written.add(row.table.name)
            sql = f"DELETE FROM {row.table.name} WHERE {self._among(column)}"
            self.database.execute(sql, (self._list(values),))

    def replace(
        self,
        row: type[RowType],
        column: str,
        values: Collection[str | int],
        rows: Collection[RowType],
    ) -> None:
        """Make `rows` all that the table says of these values of `column`; write the difference."""
        self.replace_known(row, self.by(row, column, values), rows)

    def replace_known(
        self, row: type[RowType], held: Collection[RowType], rows: Collection[RowType]
    ) -> None:
        """As `replace`, where the caller has read what is `held`."""
        if not held:
            self.insert(rows)
            return
        before, after = set(held), set(rows)
        gone = before - after
        if gone:
            table = row.table
            self.database.written.add(table.name)
            condition = " AND ".join(f"{name} = ?" for name in table.key)
            key = attrgetter(*table.key) if len(table.key) > 1 else _one(table.key[0])
            self.database.executemany(
                f"DELETE FROM {table.name} WHERE {condition}",
                [key(each) for each in gone],
            )
        self.insert(after - before)

    def _is_empty(self, table: Table) -> bool:
        return not self.database.execute(f"SELECT 1 FROM {table.name} LIMIT 1")

    def among(self, column: str, values: Collection[str | int]) -> tuple[str, Any]:
        """The condition that `column` is one of `values`, and its one parameter."""
        return self._among(column), self._list(values)

    def _among(self, column: str) -> str:
        if self.database.dialect == "sqlite":
            return f"{column} IN (SELECT value FROM json_each(?))"
        return f"{column} = ANY(?)"

    def _list(self, values: Collection[str | int]) -> Any:
        # Within a view a question is known by its parameters: the same keys are one question.
        listed = list(values) if self.database.memory is None else sorted(set(values))
        return json_list(listed) if self.database.dialect == "sqlite" else listed

    def _insert_sql(self, table: Table) -> str:
        if table.name not in self._inserts:
            names = ", ".join(table.column_names)
            marks = ", ".join("?" for _ in table.columns)
            self._inserts[table.name] = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"
        return self._inserts[table.name]

    def _upsert_sql(self, table: Table) -> str:
        if table.name not in self._upserts:
            sets = ", ".join(
                f"{name} = excluded.{name}" for name in table.column_names if name not in table.key
            )
            order = ">" if table.rule == "latest" else "<"
            self._upserts[table.name] = (
                f"{self._insert_sql(table)} ON CONFLICT ({', '.join(table.key)})"
                f" DO UPDATE SET {sets} WHERE (excluded.stated_at, excluded.event)"
                f" {order} ({table.name}.stated_at, {table.name}.event)"
            )
            if "event" in table.key:
                self._upserts[table.name] = f"{self._insert_sql(table)} ON CONFLICT DO NOTHING"
        return self._upserts[table.name]


def _one(name: str) -> Callable[[Any], tuple[Any, ...]]:
    get = attrgetter(name)
    return lambda row: (get(row),)


_CELLS: dict[str, Callable[[Any], tuple[Any, ...]]] = {}


def _cells(table: Table) -> Callable[[Any], tuple[Any, ...]]:
    """Reads a row's cells in column order; attrgetter is ten times faster than astuple."""
    if table.name not in _CELLS:
        _CELLS[table.name] = attrgetter(*table.column_names)
    return _CELLS[table.name]


def _grouped(rows: Iterable[Row]) -> Iterator[tuple[Table, list[Row]]]:
    groups: dict[type[Row], list[Row]] = defaultdict(list)
    for row in rows:
        groups[type(row)].append(row)
    for kind, group in groups.items():
        yield kind.table, group


def _folded(table: Table, rows: list[Row]) -> Iterator[tuple[Any, ...]]:
    """One statement a key: a batch may not hold a key twice (PostgreSQL refuses it)."""
    cells = _cells(table)
    key = attrgetter(*table.key)
    best: dict[Any, Any] = {}
    latest = table.rule == "latest"
    for row in rows:
        name = key(row)
        held = best.get(name)
        if held is None:
            best[name] = row
            continue
        newer = (row.stated_at, row.event) > (held.stated_at, held.event)  # type: ignore[attr-defined]
        if newer == latest:
            best[name] = row
    return map(cells, best.values())
