"""Whatever is edited behind the application's back is found, and named."""

import random
import sqlite3

import pytest

from changeproof.log.database import MemoryDatabase
from changeproof.log.notes import BadNote, Signer, sign_note
from changeproof.log.tree import leaf_hash
from changeproof.log.verify import verify_against, verify_log
from tests.log.logs import ORIGIN, SIGNER, VKEY, memory_log, sealed

CELLS = {
    "log_entry": ("position", "event_id", "entry"),
    "log_tile": ("level", "number", "hashes"),
    "log_checkpoint": ("size", "root", "note"),
    "log_content": ("digest", "body"),
}
GARBAGE = (0, 1, 7, -3, 2**62, 0.5, b"", b"\xff\xfe", b"\x00" * 32, "", "text", "\ud7ff", "1")


@pytest.fixture(scope="module")
def sound():
    log = memory_log(1, 255, 300, 2, 4, 70)
    log.put_contents([b"one", b"two", b"three"])
    assert verify_log(log.database, VKEY) == []
    return log.database


def copy_of(database):
    copy = MemoryDatabase()
    database.connection.backup(copy.connection)
    return copy


def edit(database, table, column, value, rowid):
    """Set a cell; False where the database refuses, or the cell is what it was."""
    read = f"SELECT CAST({column} AS BLOB), typeof({column}) FROM {table} WHERE rowid = ?"
    before = database.execute(read, (rowid,))
    try:
        database.execute(f"UPDATE {table} SET {column} = {value} WHERE rowid = ?", (rowid,))
    except sqlite3.Error:
        return False
    return database.execute(read, (rowid,)) != before


def some_value(chance, database, table, column, rowid):
    """Another value for a cell, as SQL: garbage, a neighbour's, or its own with one bit flipped."""
    kind = chance.choice(["garbage", "neighbour", "bit", "type"])
    if kind == "neighbour":
        return f"(SELECT {column} FROM {table} ORDER BY random() LIMIT 1)"
    if kind == "type":
        return f"CAST({column} AS {chance.choice(['BLOB', 'TEXT', 'REAL'])})"
    if kind == "bit":
        sql = f"SELECT typeof({column}), CAST({column} AS BLOB) FROM {table} WHERE rowid = ?"
        stored_type, cell = database.execute(sql, (rowid,))[0]
        flipped = bytearray(cell)
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        return f"CAST(x'{flipped.hex()}' AS {stored_type})"
    value = chance.choice(GARBAGE)
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return f"'{value}'" if isinstance(value, str) else repr(value)


@pytest.mark.parametrize("seed", range(4))
def test_any_edited_cell_is_found_and_its_row_named(sound, seed):
    chance = random.Random(seed)
    found = 0
    while found < 60:
        database = copy_of(sound)
        table = chance.choice(list(CELLS))
        column = chance.choice(CELLS[table])
        ids = [i for (i,) in database.execute(f"SELECT rowid FROM {table}")]
        rowid = chance.choice(ids)
        sql = f"SELECT {KEYS[table]} FROM {table} WHERE rowid = ?"
        key = database.execute(sql, (rowid,))[0][0]
        value = some_value(chance, database, table, column, rowid)
        if not edit(database, table, column, value, rowid):
            continue
        found += 1
        differences = verify_log(database, VKEY)
        assert differences, (table, column, key, value)
        tables = {difference.table for difference in differences}
        assert tables == {table}, (table, column, key, value, differences)
        if column not in ("position", "level", "number", "size", "digest"):
            columns = {(d.row, d.column) for d in differences}
            assert all(row == key for row, _ in columns), (table, column, key, value, differences)
            assert all(column in named for _, named in columns), (column, value, differences)
        assert len(differences) <= 3, differences


KEYS = {
    "log_entry": "CAST(position AS TEXT)",
    "log_tile": "'level ' || level || ', number ' || number",
    "log_checkpoint": "CAST(size AS TEXT)",
    "log_content": "digest",
}


@pytest.mark.parametrize("table", [t for t in CELLS if t not in ("log_content", "log_checkpoint")])
def test_a_deleted_row_is_found(sound, table):
    for (rowid,) in sound.execute(f"SELECT rowid FROM {table} WHERE rowid % 50 < 3"):
        database = copy_of(sound)
        database.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))
        assert {d.table for d in verify_log(database, VKEY)} == {table}


def test_the_last_checkpoint_deleted_leaves_entries_uncovered(sound):
    database = copy_of(sound)
    database.execute("DELETE FROM log_checkpoint WHERE size = 632")
    differences = verify_log(database, VKEY)
    assert ("log_entry", "562 to 631") in {(d.table, d.row) for d in differences}


def test_added_rows_are_found(sound):
    for sql in (
        "INSERT INTO log_entry SELECT 632, 'x', entry FROM log_entry WHERE position = 1",
        "INSERT INTO log_entry SELECT -1, 'x', entry FROM log_entry WHERE position = 1",
        "INSERT INTO log_tile VALUES (0, 3, x'00')",
        "INSERT INTO log_tile VALUES (4, 0, x'00')",
        "INSERT INTO log_checkpoint SELECT 300, root, note FROM log_checkpoint WHERE size = 1",
        "INSERT INTO log_content VALUES ('00', x'00')",
    ):
        database = copy_of(sound)
        database.execute(sql)
        assert verify_log(database, VKEY), sql


def test_many_edits_at_once_are_all_named(sound):
    database = copy_of(sound)
    entries = (3, 77, 300, 301, 560, 631)
    for position in entries:
        entry = database.execute("SELECT entry FROM log_entry WHERE position = ?", (position,))
        forged = entry[0][0].replace(b"test", b"tset")
        database.execute("UPDATE log_entry SET entry = ? WHERE position = ?", (forged, position))
    database.execute("UPDATE log_entry SET event_id = 'x' WHERE position = 78")
    tile = bytearray(database.execute("SELECT hashes FROM log_tile WHERE number = 1")[0][0])
    tile[32 * 10] ^= 1
    database.execute("UPDATE log_tile SET hashes = ? WHERE level = 0 AND number = 1", (tile,))
    named = [(d.table, d.row, d.column, d.entry) for d in verify_log(database, VKEY)]
    assert sorted(named) == sorted(
        [
            *(("log_entry", str(position), "entry", position) for position in entries),
            ("log_entry", "78", "event_id", 78),
            ("log_tile", "level 0, number 1", "hashes", 266),
        ]
    )


def test_an_entry_forged_together_with_its_tile_is_narrowed_down(sound):
    database = copy_of(sound)
    event_id, entry = sealed(9999)
    database.execute(
        "UPDATE log_entry SET event_id = ?, entry = ? WHERE position = 400", (event_id, entry)
    )
    tile = bytearray(database.execute("SELECT hashes FROM log_tile WHERE number = 1")[0][0])
    tile[144 * 32 : 145 * 32] = leaf_hash(entry)
    database.execute("UPDATE log_tile SET hashes = ? WHERE level = 0 AND number = 1", (tile,))
    found = {(d.table, d.row) for d in verify_log(database, VKEY)}
    assert ("log_entry", "256 to 555") in found


def test_a_log_rewritten_with_its_own_key_is_found_by_a_checkpoint_kept_elsewhere(sound):
    kept = sound.execute("SELECT note FROM log_checkpoint WHERE size = 562")[0][0]
    assert verify_against(sound, kept, VKEY) == []
    shorter = memory_log(1, 255).database
    assert verify_log(shorter, VKEY) == []
    assert [d.row for d in verify_against(shorter, kept, VKEY)] == ["256 to 511"]
    other = memory_log()
    other.append([sealed(number) for number in range(1000, 2000)])
    assert verify_log(other.database, VKEY) == []
    assert [d.row for d in verify_against(other.database, kept, VKEY)] == ["0 to 561"]
    assert verify_against(sound, kept[:-9] + "AAAAAAA=\n", VKEY)[0].column == "note"


def test_another_key_fits_nothing(sound):
    another = Signer(ORIGIN, bytes(32)).verifier.vkey
    assert {d.column for d in verify_log(sound, another)} == {"note"}
    with pytest.raises(BadNote):
        verify_log(sound, "no key")


def test_a_holder_of_the_key_who_signs_an_absurd_size_stops_nobody(sound):
    database = copy_of(sound)
    text = f"{ORIGIN}\n{2**62}\n{'A' * 43}=\n"
    row = (2**62, bytes(32), sign_note(text, [SIGNER]))
    database.execute("INSERT INTO log_checkpoint VALUES (?, ?, ?)", row)
    rows = {(d.table, d.column) for d in verify_log(database, VKEY)}
    assert ("log_entry", "entry") in rows


def test_null_in_every_cell_is_reported_and_never_raises(sound):
    for table, columns in CELLS.items():
        for column in columns:
            database = copy_of(sound)
            database.execute(f"ALTER TABLE {table} RENAME TO was")
            names = ", ".join("NULL" if name == column else name for name in columns)
            declared = ", ".join(
                f"{name} INTEGER PRIMARY KEY"
                if (table, name) in (("log_entry", "position"), ("log_checkpoint", "size"))
                else name
                for name in columns
            )
            database.execute(f"CREATE TABLE {table} ({declared})")
            database.execute(f"INSERT INTO {table} SELECT {names} FROM was")
            differences = verify_log(database, VKEY)
            assert table in {difference.table for difference in differences}, (table, column)
