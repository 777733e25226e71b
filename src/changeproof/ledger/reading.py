"""One unchanging view of an instance's database, while others go on writing.

`verify`, snapshots, packs and backups read for seconds and must neither see half of what happens
meanwhile nor hold up those who write. A reading transaction gives them that on both databases,
without the web framework.
"""

import sqlite3
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from changeproof.events.refusal import Refusal
from changeproof.ledger.instance import Instance
from changeproof.log.database import Database, Dialect, Question


class SqliteReading:
    """The protocol on a connection that cannot write."""

    dialect: Dialect = "sqlite"
    memory: dict[Hashable, Any] | None = None

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.written: set[str] = set()

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, parameters).fetchall()

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        raise TypeError(f"a reading database was asked to write {list(rows)[:1]}: {sql}")

    def ask_together(self, questions: Iterable[Question]) -> None:
        """Nothing: it remembers no answers."""


class PostgresqlReading:
    """The same on PostgreSQL."""

    dialect: Dialect = "postgresql"
    memory: dict[Hashable, Any] | None = None

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self.connection = connection
        self.written: set[str] = set()

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        statement = sql.replace("%", "%%").replace("?", "%s")
        cursor = self.connection.execute(statement.encode(), parameters)
        return [] if cursor.description is None else cursor.fetchall()

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        raise TypeError(f"a reading database was asked to write {list(rows)[:1]}: {sql}")

    def ask_together(self, questions: Iterable[Question]) -> None:
        """Nothing: it remembers no answers."""


@contextmanager
def reading(instance: Instance) -> Iterator[Database]:
    """The instance's database as it stands now, unchanging until the end of the `with`.

    Raises Refusal where it cannot be opened.
    """
    if instance.database_url is not None:
        with _postgresql(instance.database_url) as database:
            yield database
        return
    if not instance.database_file.is_file():
        raise _closed(str(instance.database_file), "there is no such file")
    try:
        address = f"{instance.database_file.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=30)
    except sqlite3.Error as error:
        raise _closed(str(instance.database_file), str(error)) from error
    try:
        try:
            connection.execute("BEGIN")
            connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()  # the view begins
        except sqlite3.Error as error:
            raise _closed(str(instance.database_file), str(error)) from error
        yield SqliteReading(connection)
    finally:
        connection.close()


@contextmanager
def _postgresql(url: str) -> Iterator[Database]:
    try:
        connection = psycopg.connect(url)
    except psycopg.Error as error:
        raise _closed("the database of instance.json", str(error)) from error
    try:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield PostgresqlReading(connection)
    finally:
        connection.close()


def _closed(where: str, why: str) -> Refusal:
    return Refusal(
        "The instance's database cannot be read.",
        where=where,
        why=why,
        cure="Start the database, or restore the instance: changeproof restore FILE",
    )
