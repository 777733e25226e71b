"""Edits behind the application's back: any cell, to anything that SQLite will keep."""

import random
import sqlite3
from dataclasses import dataclass

from changeproof.log.database import Database

GARBAGE = (0, 1, 7, -3, 2**62, 0.5, b"", b"\xff\xfe", b"\x00" * 32, "", "text", "\ud7ff", "1", None)


@dataclass(frozen=True)
class Edit:
    """A cell that was changed: the row's key as it stood before."""

    table: str
    column: str
    key: tuple[object, ...]
    value: str


def random_edit(
    chance: random.Random, database: Database, table: str, keys: tuple[str, ...]
) -> Edit | None:
    """Change one cell of `table`; None where the database refused or nothing changed."""
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    ids = [row[0] for row in database.execute(f"SELECT rowid FROM {table}")]
    if not ids:
        return None
    column, rowid = chance.choice(columns), chance.choice(ids)
    read = f"SELECT CAST({column} AS BLOB), typeof({column}) FROM {table} WHERE rowid = ?"
    before = database.execute(read, (rowid,))
    key = database.execute(f"SELECT {', '.join(keys)} FROM {table} WHERE rowid = ?", (rowid,))[0]
    value = _some_value(chance, database, table, column, rowid)
    try:
        database.execute(f"UPDATE {table} SET {column} = {value} WHERE rowid = ?", (rowid,))
    except sqlite3.Error:
        return None
    after = database.execute(read, (rowid,))
    # An integer primary key is the rowid: then the row is found nowhere, and was edited.
    return None if after == before else Edit(table, column, key, value)


def _some_value(
    chance: random.Random, database: Database, table: str, column: str, rowid: int
) -> str:
    kind = chance.choice(["garbage", "neighbour", "bit", "type"])
    if kind == "neighbour":
        others = database.execute(f"SELECT DISTINCT quote({column}) FROM {table} ORDER BY 1")
        return str(chance.choice(others)[0])
    if kind == "type":
        return f"CAST({column} AS {chance.choice(['BLOB', 'TEXT', 'REAL'])})"
    if kind == "bit":
        sql = f"SELECT typeof({column}), CAST({column} AS BLOB) FROM {table} WHERE rowid = ?"
        stored_type, cell = database.execute(sql, (rowid,))[0]
        if cell:
            flipped = bytearray(cell)
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
            return f"CAST(x'{flipped.hex()}' AS {stored_type})"
    value = chance.choice(GARBAGE)
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return f"'{value}'" if isinstance(value, str) else repr(value)
