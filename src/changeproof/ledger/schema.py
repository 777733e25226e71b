"""The DDL that follows from the row classes, and its digest."""

from collections.abc import Iterator

from changeproof.events.event import canonical, sha256_hex
from changeproof.ledger.table import TABLES, Column, Table
from changeproof.log.database import Database, Dialect

_TYPES: dict[Dialect, dict[str, str]] = {
    # Text keys compare by byte, or ties would break differently under another locale.
    "postgresql": {"text": 'TEXT COLLATE "C"', "integer": "BIGINT"},
    "sqlite": {"text": "TEXT", "integer": "INTEGER"},
}


def create_statements(dialect: Dialect) -> Iterator[str]:
    """One CREATE for each table and index, in the order of the registry."""
    for table in TABLES.values():
        cells = ", ".join(_column(column, dialect) for column in table.columns)
        key = ", ".join(table.key)
        yield f"CREATE TABLE IF NOT EXISTS {table.name} ({cells}, PRIMARY KEY ({key}))"
        for columns in table.indexes:
            name = f"{table.name}_by_{columns.replace(', ', '_')}"
            yield f"CREATE INDEX IF NOT EXISTS {name} ON {table.name} ({columns})"


def create_tables(database: Database) -> None:
    """Create what is missing; existing tables stay as they are."""
    for statement in create_statements(database.dialect):
        database.execute(statement)


def drop_tables(database: Database) -> None:
    """Remove every derived table: the log can give them again."""
    for table in TABLES.values():
        database.execute(f"DROP TABLE IF EXISTS {table.name}")


def schema_digest() -> str:
    """Changes when a table's columns, key or rule change: then the ledger is rebuilt.

    By name: the order of the registry is that in which a process happened to import the rows.
    """
    return sha256_hex(canonical([_description(table) for _, table in sorted(TABLES.items())]))


def _column(column: Column, dialect: Dialect) -> str:
    null = "" if column.nullable else " NOT NULL"
    return f"{column.name} {_TYPES[dialect][column.kind]}{null}"


def _description(table: Table) -> list[object]:
    columns = [[column.name, column.kind, column.nullable] for column in table.columns]
    return [table.name, columns, list(table.key), table.rule, list(table.indexes)]
