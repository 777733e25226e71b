"""The tables and indexes of an engine's own SQLite, in memory.

For many rows every table has its indexes, and SQLite makes further ones where a query joins
what has none. For few it reads what belongs to the subjects as it stands: to index three rows,
for every query anew, costs more than to look at them (measured: a quarter of one change).
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from changeproof.checks.evidence import CONTEXT_TABLES, NAMED_STEPS, STEPS
from changeproof.checks.loader import View
from changeproof.ledger.table import TABLES

Columns = Mapping[str, Sequence[str]]

EMPTIED = "INSERT INTO emptying VALUES (1)"
"""Empties what belongs to subjects, in one statement: a tenth of what one for each table takes."""


def opened(views: Collection[View], tables: Columns, *, few_rows: bool) -> sqlite3.Connection:
    """A connection of its own, with a table for each of `tables` and `views`, all empty."""
    connection = sqlite3.connect(
        ":memory:", isolation_level=None, cached_statements=2000, check_same_thread=False
    )
    # SQLite lowers ASCII only, DuckDB every letter.
    connection.create_function("lower", 1, lower, deterministic=True)
    # What is in memory alone needs no overwriting when it goes: some builds of SQLite do that.
    pragmas = (
        "journal_mode = OFF",
        "synchronous = OFF",
        "temp_store = MEMORY",
        "secure_delete = OFF",
    )
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")
    if few_rows:
        connection.execute("PRAGMA automatic_index = OFF")
    for table, columns in tables.items():
        # No types: cells keep those that the ledger gave them.
        connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
    for view in views:
        connection.execute(f"CREATE TABLE {view.name} ({', '.join(view.columns)})")
    indexes = [*_of_context(views, tables), *([] if few_rows else _of_subjects(views, tables))]
    for name, table, indexed in indexes:
        connection.execute(f"CREATE INDEX {name} ON {table} ({indexed})")
    context = {*CONTEXT_TABLES, *(view.name for view in views if view.is_context)}
    emptied = [*(name for name in tables if name not in context), "emptying"]
    emptied += [view.name for view in views if not view.is_context]
    connection.execute("CREATE TABLE emptying (asked)")
    deletions = "".join(f" DELETE FROM {name};" for name in emptied)
    connection.execute(f"CREATE TRIGGER emptied AFTER INSERT ON emptying BEGIN{deletions} END")
    return connection


def _of_context(views: Collection[View], tables: Columns) -> Iterator[tuple[str, str, str]]:
    """Name, table and columns of each index: a company's context is as large for one change."""
    for table in CONTEXT_TABLES:
        key = [each for each in TABLES[table].key if each in tables.get(table, ())]
        if key:
            yield f"{table}_by_key", table, ", ".join(key)
    yield from _of_views(view for view in views if view.is_context)


def _of_subjects(views: Collection[View], tables: Columns) -> Iterator[tuple[str, str, str]]:
    steps = [*STEPS, *(step for steps in NAMED_STEPS.values() for step in steps)]
    for table, column in sorted({(step.table, step.column) for step in steps}):
        if table in tables:
            # With the key behind it: one pull request may have thousands of heads.
            key = [each for each in TABLES[table].key if each in tables[table]]
            yield f"{table}_by_{column}", table, ", ".join(dict.fromkeys((column, *key)))
    yield from _of_views(view for view in views if not view.is_context)


def _of_views(views: Iterable[View]) -> Iterator[tuple[str, str, str]]:
    for view in views:
        for position, columns in enumerate(view.matter.index):
            yield f"{view.name}_{position}", view.name, columns


def lower(text: Any) -> Any:
    """Letter by letter, as DuckDB does: a whole Greek word would end in another sigma."""
    if not isinstance(text, str) or text.isascii():
        return text.lower() if isinstance(text, str) else text
    return "".join(letter.lower()[0] for letter in text)
