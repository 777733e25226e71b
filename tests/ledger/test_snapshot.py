"""A snapshot: every table, sorted, the same bytes for the same rows."""

import hashlib
import json

import polars
import pytest

from changeproof.events.refusal import Refusal
from changeproof.ledger.snapshot import write_snapshot
from changeproof.ledger.table import TABLES
from tests.support.small_company import MemoryInstance, small_history, small_instance


@pytest.fixture(scope="module")
def made():
    return small_instance()


def test_every_table_is_written_sorted_with_its_digest(made, tmp_path):
    manifest = write_snapshot(made.store, tmp_path)
    assert [file.table for file in manifest.files] == sorted(TABLES)
    for file in manifest.files:
        data = (tmp_path / file.name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == file.sha256
        frame = polars.read_parquet(data)
        table = TABLES[file.table]
        names, key = ", ".join(table.column_names), ", ".join(table.key)
        rows = made.database.execute(f"SELECT {names} FROM {file.table} ORDER BY {key}")
        assert (frame.rows(), file.rows) == (rows, len(rows))
    assert json.loads((tmp_path / "manifest.json").read_text())["files"][0]["table"] == min(TABLES)


def test_the_same_log_gives_the_same_bytes_however_it_came(made, tmp_path):
    stated = [name for name, table in TABLES.items() if table.layer != "result"]
    other = MemoryInstance()
    other.take(small_history(), batch=7)
    first = write_snapshot(made.store, tmp_path / "a", stated)
    second = write_snapshot(other.store, tmp_path / "b", stated)
    assert first == second
    for file in first.files:
        assert (tmp_path / "a" / file.name).read_bytes() == (
            tmp_path / "b" / file.name
        ).read_bytes()


def test_a_snapshot_is_replaced_and_nothing_else_ever(made, tmp_path):
    assert write_snapshot(made.store, tmp_path) == write_snapshot(made.store, tmp_path)
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(Refusal, match="not written") as refusal:
        write_snapshot(made.store, tmp_path)
    assert "holiday.jpg" in refusal.value.why
