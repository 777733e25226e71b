"""A PostgreSQL instance's rows, out to a sealed archive and back: COPY in one transaction.

The server's own dump tool need not be on the machine. Tables are made by the migrations and the
ledger's own DDL; only rows travel.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from changeproof.events.refusal import Refusal
from changeproof.ledger.schema import create_statements, schema_digest
from changeproof.ledger.table import TABLES
from changeproof.log.archive_members import Members
from changeproof.log.sealed_archive import SealedWriter

_APPLIED = "django_migrations"
TABLE_LIST = "tables.json"
PART = 256 * 1024**2
_TABLES = """
    SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position)
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
    GROUP BY table_name ORDER BY table_name
"""
_NUMBERED = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema()
    AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL
"""

Connection = psycopg.Connection[tuple[Any, ...]]


def add_rows(archive: SealedWriter, url: str) -> str | None:
    """Every table's rows as of one moment; the latest checkpoint's note, or None."""
    try:
        with psycopg.connect(url) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            tables = _columns(connection)
            for table, columns in tables.items():
                _add_table(archive, connection, table, columns)
            listed = {"schema": schema_digest(), "tables": tables}
            archive.add(TABLE_LIST, json.dumps(listed, indent=2).encode())
            last = "SELECT note FROM log_checkpoint ORDER BY size DESC LIMIT 1"
            found = connection.execute(last).fetchone()
    except psycopg.Error as error:
        raise Refusal(
            "The backup was not made.",
            where="the database of instance.json",
            why=str(error).strip(),
            cure="Start the database, and see that this account may read every table.",
        ) from error
    return None if found is None else str(found[0])


def restore_rows(members: Members, directory: Path, url: str) -> None:
    """Fill the empty database at `url`; `directory` is the instance that names it."""
    listed = json.loads(members.read(TABLE_LIST))
    try:
        with psycopg.connect(url) as connection:
            if _columns(connection):
                raise _not_restored("the database holds tables already", "Name an empty database.")
        _migrate(directory)
        with psycopg.connect(url) as connection:
            for statement in create_statements("postgresql"):
                connection.execute(statement.encode())
            _fill(connection, members, listed)
    except psycopg.Error as error:
        cure = "Name an empty database whose tables this account may create."
        raise _not_restored(str(error).strip(), cure) from error


def _fill(connection: Connection, members: Members, listed: dict[str, Any]) -> None:
    present = _columns(connection)
    same_ledger = listed["schema"] == schema_digest()
    wanted: dict[str, list[str]] = {
        table: columns
        for table, columns in listed["tables"].items()
        if same_ledger or table not in TABLES  # another schema: it is rebuilt from the log
    }
    # The tables were made by this program's migrations, not by those of the backup.
    for filled in (wanted, present):
        filled.pop(_APPLIED, None)
    missing = sorted(set(wanted) - set(present))
    if missing:
        cure = "Restore it with the version of Changeproof that made it, then upgrade."
        raise _not_restored(f"this version has no table {missing[0]}", cure)
    names = sql.SQL(", ").join(sql.Identifier(table) for table in present)
    connection.execute(sql.SQL("TRUNCATE {}").format(names))
    for table, columns in wanted.items():
        into = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with connection.cursor().copy(into) as copy:
            for name in members.names(f"rows/{table}-"):
                for chunk in members.chunks(name):
                    copy.write(chunk)
    if not same_ledger:
        connection.execute("DELETE FROM ledger_state WHERE name = 'schema'")
    for table, column in connection.execute(_NUMBERED).fetchall():
        connection.execute(
            sql.SQL(
                "SELECT setval(pg_get_serial_sequence({}, {}), MAX({})) FROM {} HAVING MAX({}) > 0"
            ).format(
                sql.Literal(f'"{table}"'),
                sql.Literal(column),
                sql.Identifier(column),
                sql.Identifier(table),
                sql.Identifier(column),
            )
        )


def _add_table(
    archive: SealedWriter, connection: Connection, table: str, columns: list[str]
) -> None:
    out = sql.SQL("COPY {} ({}) TO STDOUT").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor().copy(out) as copy:
        for number, part in enumerate(_parts(copy)):
            archive.add_chunks(f"rows/{table}-{number:05}", part)


def _parts(chunks: Iterable[Any]) -> Iterator[Iterator[bytes]]:
    """The stream cut into parts of about PART bytes, each to be read before the next."""
    source = (bytes(chunk) for chunk in chunks)
    first = next(source, None)
    while first is not None:
        rest: list[bytes | None] = [None]

        def part(begun: bytes, rest: list[bytes | None] = rest) -> Iterator[bytes]:
            yield begun
            length = len(begun)
            for chunk in source:
                if length >= PART:
                    rest[0] = chunk
                    return
                length += len(chunk)
                yield chunk

        yield part(first)
        first = rest[0]


def _columns(connection: Connection) -> dict[str, list[str]]:
    return {str(table): list(columns) for table, columns in connection.execute(_TABLES)}


def _migrate(directory: Path) -> None:
    """Make the log's and the private tables, in a process of its own: settings are read once."""
    environment = os.environ | {
        "CHANGEPROOF_DATA": str(directory),
        "DJANGO_SETTINGS_MODULE": "changeproof.site.settings",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity", "0"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        why = f"its tables could not be made: {done.stderr.strip().splitlines()[-1:]}"
        raise _not_restored(why, "Name an empty database whose tables this account may create.")


def _not_restored(why: str, cure: str) -> Refusal:
    return Refusal("The backup was not restored.", where="the database", why=why, cure=cure)
