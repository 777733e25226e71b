"""What a shipped view answers on hand-made evidence: SQLite and DuckDB, which must agree."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from changeproof.checks.dialects import DUCKDB_PRELUDE, at_moment
from changeproof.checks.evidence import EVIDENCE_COLUMNS, kind_of_column
from changeproof.checks.loader import View, load_checks
from changeproof.events.event import canonical_event, sha256_hex
from changeproof.ledger.policies import policy_rows
from changeproof.ledger.table import TABLES, Row
from changeproof.policy.schema import Policy
from tests.policy.policies import adopted

Evidence = Mapping[str, Sequence[Mapping[str, Any]]]
AS_OF = 4_000_000_000_000_000


def answers(
    view: str, evidence: Evidence, *policies: tuple[Policy, int | None], as_of: int = AS_OF
) -> list[dict[str, Any]]:
    """The view's rows, sorted; `policies` with the moments from which they are in force."""
    tables: dict[str, list[Sequence[Any]]] = {
        name: [cells_of(name, row, number) for number, row in enumerate(rows)]
        for name, rows in evidence.items()
    }
    for policy, in_force_from in policies:
        event = adopted(policy, in_force_from)
        for row in policy_rows(event, sha256_hex(canonical_event(event))):
            tables.setdefault(row.table.name, []).append(_values(row))
    on_sqlite: list[dict[str, Any]] = _on_sqlite(view, tables, as_of)
    assert on_sqlite == _on_duckdb(view, tables, as_of)
    return on_sqlite


def _on_sqlite(view: str, tables: Mapping[str, list[Sequence[Any]]], as_of: int) -> Any:
    connection = sqlite3.connect(":memory:")
    for name, columns in EVIDENCE_COLUMNS.items():
        connection.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
        marks = ", ".join("?" for _ in columns)
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", tables.get(name, []))
    for each in _needed(view):
        text = each.for_sqlite.replace(":as_of", str(as_of))
        connection.execute(f"CREATE TABLE {each.name} AS {text}")
    cursor = connection.execute(f"SELECT * FROM {view}")
    return _told([column[0] for column in cursor.description], cursor.fetchall())


def _on_duckdb(view: str, tables: Mapping[str, list[Sequence[Any]]], as_of: int) -> Any:
    connection = duckdb.connect(":memory:")
    connection.execute("SET threads = 1")
    connection.execute(DUCKDB_PRELUDE)
    for name, columns in EVIDENCE_COLUMNS.items():
        cells = ", ".join(
            f"{column} {'BIGINT' if kind_of_column(name, column) == 'integer' else 'VARCHAR'}"
            for column in columns
        )
        connection.execute(f"CREATE TABLE {name} ({cells})")
        if tables.get(name):
            rows = ", ".join(f"({', '.join(map(_literal, row))})" for row in tables[name])
            connection.execute(f"INSERT INTO {name} VALUES {rows}")
    for each in _needed(view):
        text = at_moment(each.for_duckdb, as_of)
        connection.execute(f"CREATE TABLE {each.name} AS {text}")
    cursor = connection.execute(f"SELECT * FROM {view}")
    return _told([column[0] for column in cursor.description or ()], cursor.fetchall())


def _needed(view: str) -> tuple[View, ...]:
    """The view and those that it reads, in the order in which they are computed."""
    return load_checks().only(views=[view]).views


def _literal(cell: Any) -> str:
    if cell is None:
        return "NULL"
    return str(cell) if isinstance(cell, int) else "'" + str(cell).replace("'", "''") + "'"


def cells_of(table: str, row: Mapping[str, Any], number: int) -> Sequence[Any]:
    assert set(row) <= set(EVIDENCE_COLUMNS[table]), (table, row)
    return [
        row.get(
            column,
            f"{table}-{number}" if column in ("event", "events") else _default(table, column),
        )
        for column in EVIDENCE_COLUMNS[table]
    ]


def _default(table: str, column: str) -> Any:
    if table in TABLES:
        described = next(each for each in TABLES[table].columns if each.name == column)
        if described.nullable:
            return None
    return 0 if kind_of_column(table, column) == "integer" else ""


def _values(row: Row) -> Sequence[Any]:
    return [getattr(row, column) for column in row.table.column_names]


def _told(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    return sorted((dict(zip(columns, row, strict=True)) for row in rows), key=repr)
