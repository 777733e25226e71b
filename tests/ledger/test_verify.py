"""Whatever is edited behind the application's back is found: table, row, column, log entry."""

import random

import pytest

from changeproof.ledger.table import TABLES
from changeproof.ledger.verify import verify_ledger
from changeproof.log.database import MemoryDatabase
from changeproof.log.tables import LOG_TABLES
from tests.support.edits import random_edit
from tests.support.small_company import SIGNER, copy_of, judge_plainly, small_instance

LOG_KEYS = {
    "log_entry": ("position",),
    "log_tile": ("level", "number"),
    "log_checkpoint": ("size",),
    "log_content": ("digest",),
}


@pytest.fixture(scope="module")
def sound():
    made = small_instance().database
    verification = verify_ledger(made, SIGNER, judge_plainly)
    assert verification.is_sound, verification.differences
    assert verification.not_yet_judged == 1
    return made


def differences_of(database):
    return verify_ledger(database, SIGNER, judge_plainly).differences


def test_every_table_holds_rows_to_edit(sound):
    bare = [name for name in TABLES if not sound.execute(f"SELECT 1 FROM {name} LIMIT 1")]
    assert bare == []


POWER = {
    "a role that nobody gave": (
        "INSERT INTO role_grant VALUES"
        " ('local:user/66', 'administrator', '', 1, 'local:user/1', 1, 'made up')",
        ("role_grant", "local:user/66"),
    ),
    "a role on one system, now on all": (
        "UPDATE role_grant SET system = '' WHERE event ="
        " (SELECT MIN(event) FROM role_grant WHERE system <> '')",
        ("role_grant", ""),
    ),
    "a role of somebody else": (
        "UPDATE role_grant SET account = 'local:user/66' WHERE event ="
        " (SELECT MIN(event) FROM role_grant)",
        ("role_grant", "local:user/1"),  # whose it is
    ),
    "a role that was taken back": (
        "DELETE FROM role_revocation",
        ("role_revocation", ""),
    ),
    "an account given to another person": (
        "INSERT INTO account_person VALUES ('local:user/66', 'person:one', 1, NULL, 1, 'made up')",
        ("account_person", "local:user/66"),
    ),
    "a seat that ended": ("DELETE FROM auditor_seat_end", ("auditor_seat_end", "SEAT-2026-0001")),
    "a seat of a longer period": (
        "UPDATE auditor_seat SET period_until = period_until + 1",
        ("auditor_seat", "SEAT-2026-0001"),
    ),
    "a use of the glass wiped out": (
        "DELETE FROM break_glass_use",
        ("break_glass_use", "BG-2026-0001"),
    ),
}


@pytest.mark.parametrize("what", POWER)
def test_power_written_behind_the_application_is_found_and_named(sound, what):
    statement, (table, row) = POWER[what]
    database = copy_of(sound)
    before = database.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
    database.execute(statement)
    assert database.execute(f"SELECT * FROM {table} ORDER BY 1, 2") != before
    found = [each for each in differences_of(database) if each.table == table]
    assert any(row in each.row for each in found), found


def keys_of(table):
    return LOG_KEYS.get(table) or TABLES[table].key


@pytest.mark.parametrize("seed", range(5))
def test_two_hundred_random_edits_are_all_found_and_named(sound, seed):
    chance = random.Random(seed)
    found = 0
    while found < 40:
        database = copy_of(sound)
        table = chance.choice([*LOG_TABLES, *TABLES])
        edit = random_edit(chance, database, table, keys_of(table))
        if edit is None:
            continue
        waiting = {row[0] for row in database.execute("SELECT subject FROM unjudged")}
        if table in ("finding", "subject_judged") and edit.key[0] in waiting:
            continue
        found += 1
        differences = differences_of(database)
        named = {(each.table, each.column) for each in differences}
        assert differences, edit
        if table in TABLES:
            # A subject said to be judged at another moment has other findings, too.
            others = {"finding"} if table == "subject_judged" else set()
            assert {each.table for each in differences} - others == {table}, (edit, differences)
            columns = {column for _, names in named for column in names.split(", ")}
            assert edit.column in columns, (edit, differences)
            assert all(each.entry is not None for each in differences), (edit, differences)
            names = [str(cell) for cell in edit.key]
            assert any(all(name in each.row for name in names) for each in differences), (
                edit,
                differences,
            )
        else:
            assert table in {each.table for each in differences}, (edit, differences)


def test_many_edits_at_once_are_all_named(sound):
    chance = random.Random(11)
    database = copy_of(sound)
    edits = {}
    for table in TABLES.values():
        if table.layer != "result":
            edit = random_edit(chance, database, table.name, table.key)
            if edit is not None:
                edits[table.name] = edit
    assert len(edits) > 40
    assert {each.table for each in differences_of(database)} >= set(edits)


def test_a_row_deleted_from_each_table_is_found(sound):
    database = copy_of(sound)
    for table in TABLES:
        database.execute(f"DELETE FROM {table} WHERE rowid = (SELECT MAX(rowid) FROM {table})")
    found = {each.table for each in differences_of(database) if each.what == "the row is missing"}
    assert found == set(TABLES)


def test_a_row_added_to_each_table_is_found(sound):
    database = copy_of(sound)
    for table in TABLES.values():
        if table.layer != "result":
            values = [name if name != table.key[0] else "99" for name in table.column_names]
            database.execute(
                f"INSERT INTO {table.name} SELECT {', '.join(values)} FROM {table.name} LIMIT 1"
            )
    database.execute(
        "INSERT INTO finding SELECT subject, 'cc8_1/99', 'met', '', '', '' FROM finding LIMIT 1"
    )
    added = {
        each.table for each in differences_of(database) if "the log gives no such row" in each.what
    }
    assert added == set(TABLES) - {"subject_judged"}


def test_an_edited_key_is_told_as_one_edit(sound):
    database = copy_of(sound)
    database.execute(
        "UPDATE review SET review = 'github:repo/1/pull/1/review/99' WHERE review = ?",
        ("github:repo/1/pull/1/review/1",),
    )
    (difference,) = differences_of(database)
    assert (difference.table, difference.row) == ("review", "github:repo/1/pull/1/review/1")
    assert difference.column == "review"
    assert difference.what == (
        "it is 'github:repo/1/pull/1/review/99', the log gives 'github:repo/1/pull/1/review/1'"
    )
    entry = database.execute("SELECT entry FROM log_entry WHERE position = ?", (difference.entry,))
    assert b"RevisionReviewed" in entry[0][0]


def test_a_verdict_made_better_is_found_with_the_evidence_that_it_had(sound):
    database = copy_of(sound)
    subject = "github:repo/1/pull/1"
    database.execute("UPDATE finding SET verdict = 'met' WHERE subject = ?", (subject,))
    differences = differences_of(database)
    assert [each.column for each in differences] == ["verdict", "verdict"]
    assert all(each.entry is not None for each in differences)
    assert "'met', the log gives 'deviation'" in differences[0].what


def test_any_other_moment_of_judging_is_found(sound):
    database = copy_of(sound)
    subject = "github:repo/1/pull/1"
    database.execute("UPDATE subject_judged SET as_of = as_of + 1 WHERE subject = ?", (subject,))
    (difference,) = differences_of(database)
    assert (difference.row, difference.column) == (subject, "as_of, as_of_seal")
    database.execute("UPDATE subject_judged SET as_of = 5 WHERE subject = ?", (subject,))
    named = {(each.table, each.column) for each in differences_of(database)}
    assert ("finding", "verdict") in named
    database.execute("UPDATE subject_judged SET as_of = 'soon' WHERE subject = ?", (subject,))
    named = {(each.table, each.column) for each in differences_of(database)}
    assert ("subject_judged", "as_of") in named


def test_what_waits_to_be_judged_is_counted_and_not_compared(sound):
    database = copy_of(sound)
    database.execute("INSERT OR IGNORE INTO unjudged SELECT subject FROM subject_judged LIMIT 3")
    database.execute("DELETE FROM finding WHERE subject IN (SELECT subject FROM unjudged)")
    verification = verify_ledger(database, SIGNER, judge_plainly)
    assert verification.is_sound, verification.differences
    assert verification.not_yet_judged == 4


def test_an_empty_instance_is_sound():
    from tests.support.small_company import MemoryInstance

    verification = verify_ledger(MemoryInstance().database, SIGNER, judge_plainly)
    assert verification.is_sound
    assert verification.entries == 0


def test_an_entry_that_cannot_be_read_stops_nothing(sound):
    database = copy_of(sound)
    database.execute("UPDATE log_entry SET entry = x'00' WHERE position = 40")
    named = {(each.table, each.row) for each in differences_of(database)}
    assert ("log_entry", "40") in named


def test_text_that_is_no_text_is_named(sound):
    database: MemoryDatabase = copy_of(sound)
    database.execute("UPDATE repository SET repository = CAST(x'ff' AS TEXT)")
    (difference,) = differences_of(database)
    assert difference.what.startswith("it is '\\\\xff'")


def test_a_table_or_column_that_is_gone_is_named(sound):
    database = copy_of(sound)
    database.execute("DROP TABLE finding")
    (difference,) = differences_of(database)
    assert (difference.table, difference.what) == ("finding", "the table is missing")
    database = copy_of(sound)
    database.execute("ALTER TABLE review RENAME COLUMN verdict TO opinion")
    (difference,) = differences_of(database)
    assert (difference.table, difference.column) == ("review", "verdict")
