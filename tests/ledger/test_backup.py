"""A backup taken while events arrive restores to an instance that verifies."""

import stat
import threading

import psycopg
import pytest

from changeproof.events.refusal import Refusal
from changeproof.ledger.backup import backup, restore
from changeproof.ledger.instance import create_instance
from changeproof.ledger.postgresql_rows import _migrate
from changeproof.ledger.reading import reading
from changeproof.ledger.schema import create_statements
from changeproof.ledger.verify import verify_ledger
from changeproof.log.keys import load_key
from changeproof.log.storage import Log
from changeproof.log.verify import verify_against
from tests.log.logs import PostgresqlDatabase
from tests.support.small_company import (
    BEGIN,
    MemoryInstance,
    judge_plainly,
    seal,
    small_history,
)


@pytest.fixture
def made(tmp_path):
    instance = create_instance(tmp_path / "own")
    opened = MemoryInstance(instance.database_file, load_key(instance.log_key_file))
    return instance, opened


def verified(instance):
    signer = load_key(instance.log_key_file)
    with reading(instance) as database:
        return verify_ledger(database, signer, judge_plainly)


def test_a_backup_taken_while_events_arrive_restores_and_verifies(made, tmp_path):
    instance, opened = made
    events = small_history(changes=30).events
    entries = [seal(each, received_at=BEGIN + n, collector="t") for n, each in enumerate(events)]
    begun, files = threading.Event(), []

    def arrive():
        for at in range(0, len(entries), 5):
            part = entries[at : at + 5]
            opened.database.execute("BEGIN IMMEDIATE")
            opened.log.append([(entry.id, entry.encoded) for entry in part])
            touched = opened.evidence.take(part)
            opened.database.executemany(
                "INSERT OR IGNORE INTO unjudged VALUES (?)", [(each,) for each in touched]
            )
            opened.database.execute("COMMIT")
            begun.set()

    writer = threading.Thread(target=arrive)
    writer.start()
    begun.wait()
    while writer.is_alive():
        files.append(backup(instance, tmp_path / f"{len(files)}.backup"))
    writer.join()
    files.append(backup(instance, tmp_path / "last.backup"))
    assert len(files) > 2
    assert len({each.log_size for each in files}) > 2
    for number, each in enumerate(files[:: max(1, len(files) // 3)]):
        restored = restore(each.file, tmp_path / f"restored-{number}")
        verification = verified(restored)
        assert verification.is_sound, verification.differences
        assert verification.entries == each.log_size
        vkey = load_key(restored.log_key_file).verifier.vkey
        with reading(restored) as database:
            assert verify_against(database, each.checkpoint, vkey) == []  # kept elsewhere


def test_keys_and_description_come_back_readable_by_the_owner_alone(made, tmp_path):
    instance, opened = made
    opened.take(small_history())
    written = backup(instance, tmp_path / "file")
    assert stat.S_IMODE(written.file.stat().st_mode) == 0o600
    restored = restore(written.file, tmp_path / "there")
    assert restored.pseudonym_key == instance.pseudonym_key
    assert (restored.origin, restored.profile) == (instance.origin, instance.profile)
    assert stat.S_IMODE((tmp_path / "there" / "secrets" / "log.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "there" / "secrets").stat().st_mode) == 0o700
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "own", "there"]


def test_an_empty_instance_can_be_backed_up(made, tmp_path):
    written = backup(made[0], tmp_path / "file")
    assert (written.log_size, written.checkpoint) == (0, None)
    assert verified(restore(written.file, tmp_path / "there")).is_sound


def test_a_directory_that_holds_something_is_refused(made, tmp_path):
    written = backup(made[0], tmp_path / "file")
    with pytest.raises(Refusal, match="not restored"):
        restore(written.file, made[0].directory)
    (tmp_path / "empty").mkdir()
    restore(written.file, tmp_path / "empty")


def test_a_damaged_backup_is_refused_and_leaves_nothing(made, tmp_path):
    instance, opened = made
    opened.take(small_history())
    data = bytearray(backup(instance, tmp_path / "file").file.read_bytes())
    for position in (0, 40, len(data) // 2, len(data) - 150, len(data) - 1):
        data[position] ^= 1
        (tmp_path / "damaged").write_bytes(data)
        with pytest.raises(Refusal, match="not restored"):
            restore(tmp_path / "damaged", tmp_path / "there")
        data[position] ^= 1
    assert not (tmp_path / "there").exists()


def test_a_missing_place_is_refused(made, tmp_path):
    with pytest.raises(Refusal, match="The backup was not made"):
        backup(made[0], tmp_path / "nowhere" / "file")
    with pytest.raises(Refusal, match="not restored"):
        restore(tmp_path / "no such file", tmp_path / "there")


def test_a_postgresql_instance_comes_back_into_an_empty_database(postgresql_database, tmp_path):
    instance = create_instance(tmp_path / "own", database_url=postgresql_database())
    _migrate(instance.directory)
    database = PostgresqlDatabase(instance.database_url)
    for statement in create_statements("postgresql"):
        database.execute(statement)
    opened = MemoryInstance.__new__(MemoryInstance)
    signer = load_key(instance.log_key_file)
    opened.open(database, Log(database, signer, instance.origin), signer)
    opened.take(small_history(3))
    opened.judge(BEGIN)
    database.connection.commit()
    database.connection.execute("UPDATE review SET verdict = 'commented'")
    assert verified(instance).is_sound, "another's uncommitted edit is not seen"
    written = backup(instance, tmp_path / "file")
    database.connection.close()
    with pytest.raises(Refusal, match="not restored"):
        restore(written.file, tmp_path / "there")
    url = postgresql_database()
    restored = restore(written.file, tmp_path / "there", url)
    verification = verified(restored)
    assert verification.is_sound, verification.differences
    assert verification.entries == written.log_size > 50
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE review SET verdict = 'commented' WHERE verdict = 'approved'")
    differences = verified(restored).differences
    assert {(each.table, each.column) for each in differences} == {("review", "verdict")}
    assert all(each.entry is not None for each in differences)
    with pytest.raises(Refusal, match="not restored"):
        restore(written.file, tmp_path / "again", url)
