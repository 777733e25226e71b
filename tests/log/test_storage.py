"""The stored log: the same tree whatever the batches, proofs that hold, files that clients read."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeproof.events.refusal import Refusal
from changeproof.log.checkpoints import verify_checkpoint
from changeproof.log.contents import content_address
from changeproof.log.database import MemoryDatabase, json_list
from changeproof.log.export import export
from changeproof.log.storage import Log
from changeproof.log.tiles import Tile, parse_bundle, parse_tile, parse_tile_path, tile_reader
from changeproof.log.tree import (
    BadProof,
    leaf_hash,
    root_at,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from changeproof.log.verify import verify_against, verify_log
from tests.log.logs import (
    ORIGIN,
    SIGNER,
    VKEY,
    PostgresqlDatabase,
    log_in,
    memory_log,
    sealed,
)


@settings(max_examples=25)
@given(st.lists(st.integers(0, 300), max_size=5))
def test_any_batching_gives_the_same_tiles_and_root(batches):
    log, whole = memory_log(*batches), memory_log(sum(batches))
    entries = [entry.entry for entry in whole.entries()]
    assert log.head() == whole.head()
    assert log.head().root == tree_root(entries)
    tiles = "SELECT level, number, hashes FROM log_tile ORDER BY level, number"
    assert log.database.execute(tiles) == whole.database.execute(tiles)
    assert verify_log(log.database, VKEY) == []


@settings(max_examples=25)
@given(st.lists(st.integers(1, 300), min_size=1, max_size=4), st.data())
def test_proofs_from_stored_tiles_hold(batches, data):
    log = memory_log(*batches)
    entries = [entry.entry for entry in log.entries()]
    size = data.draw(st.integers(1, len(entries)))
    position = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    root, old_root = tree_root(entries[:size]), tree_root(entries[:old])
    proof = log.inclusion_proof(position, size)
    verify_inclusion(leaf_hash(entries[position]), position, size, proof, root)
    verify_consistency(old, size, log.consistency_proof(old, size), old_root, root)


def test_a_large_log_has_tiles_of_three_levels():
    log = memory_log(70_000, 300)
    assert [len(log.tile_bytes(2, 0, 1)), log.tile_bytes(2, 0, 2)] == [32, None]
    proof = log.inclusion_proof(65_536)
    leaf = leaf_hash(log.entry(65_536).entry)
    verify_inclusion(leaf, 65_536, 70_300, proof, log.head().root)
    assert verify_log(log.database, VKEY) == []


def test_each_batch_ends_with_a_signed_checkpoint():
    log = memory_log(3, 1)
    entries = [entry.entry for entry in log.entries()]
    for size in (0, 3, 4):
        checkpoint = verify_checkpoint(log.checkpoint_at(size), SIGNER.verifier)
        assert (checkpoint.size, checkpoint.root) == (size, tree_root(entries[:size]))
    assert log.checkpoint() == log.checkpoint_at(4)
    assert log.checkpoint_at(2) is None


def test_an_empty_log_has_a_checkpoint_and_verifies():
    log = memory_log()
    assert verify_checkpoint(log.checkpoint(), SIGNER.verifier).size == 0
    assert log.append([]) == log.size() == 0
    assert list(log.entries()) == []
    assert verify_log(log.database, VKEY) == []
    assert verify_against(log.database, log.checkpoint(), VKEY) == []


def test_a_batch_rolled_back_leaves_nothing_remembered():
    log = memory_log(5)
    log.database.execute("BEGIN")
    log.append([sealed(number) for number in range(100, 104)])
    log.database.execute("ROLLBACK")
    assert log.append([sealed(number) for number in range(5, 9)]) == 5
    assert verify_log(log.database, VKEY) == []


def test_a_second_writer_carries_on():
    first = memory_log(5)
    second = Log(first.database, SIGNER, ORIGIN)
    assert second.append([sealed(5)]) == 5
    assert first.append([sealed(6)]) == 6
    assert verify_log(first.database, VKEY) == []


def test_nothing_is_signed_on_top_of_an_edited_tile():
    log = memory_log(5)
    log.database.execute("UPDATE log_tile SET hashes = zeroblob(160)")
    with pytest.raises(Refusal, match="Nothing was appended"):
        Log(log.database, SIGNER, ORIGIN).append([sealed(5)])
    log.database.execute("UPDATE log_tile SET hashes = x'00'")
    with pytest.raises(Refusal, match="Nothing was appended"):
        Log(log.database, SIGNER, ORIGIN).append([sealed(5)])


def test_without_a_key_the_log_is_read_only():
    log = Log(memory_log(5).database, None, ORIGIN)
    assert log.size() == 5
    with pytest.raises(Refusal, match="Nothing was signed"):
        log.append([sealed(5)])


def test_events_are_found_by_their_ids():
    log = memory_log(600)
    ids = [sealed(number)[0] for number in (0, 5, 599, 600)]
    assert log.known(ids) == set(ids[:3])
    assert log.positions(ids) == {ids[0]: 0, ids[1]: 5, ids[2]: 599}
    assert log.position_of(ids[3]) is None
    assert log.known([]) == set()
    assert [entry.position for entry in log.entries(10, 560)] == list(range(10, 560))
    assert log.entry(5) == (5, *sealed(5))
    assert log.entry(600) is None


def test_contents_are_kept_once_under_their_digest():
    log = memory_log()
    digests = log.put_contents([b"one", b"two", b"one"])
    assert digests == [content_address(body) for body in (b"one", b"two", b"one")]
    assert log.put_contents([b"one"]) == digests[:1]
    assert log.content(digests[1]) == b"two"
    assert log.content(content_address(b"three")) is None


def test_tiles_and_bundles_end_where_the_log_does():
    log = memory_log(300)
    assert len(log.tile_bytes(0, 0)) == 8192
    assert len(log.tile_bytes(0, 1, 44)) == 44 * 32
    assert log.entry_bundle_bytes(1, 3) is not None
    for level, number, width in ((0, 1, 45), (0, 1, 256), (0, 2, 1), (2, 0, 1), (0, -1, 1)):
        assert log.tile_bytes(level, number, width) is None
    assert log.entry_bundle_bytes(1, 45) is None
    for ask in (lambda: log.inclusion_proof(300), lambda: log.inclusion_proof(0, 301)):
        with pytest.raises(BadProof):
            ask()


def test_an_export_is_a_log_that_tile_clients_read(tmp_path):
    log = memory_log(200, 400)
    assert export(log, tmp_path) == 600
    checkpoint = verify_checkpoint((tmp_path / "checkpoint").read_bytes(), SIGNER.verifier)
    files = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    tiles = [parse_tile_path(path) for path in files - {"checkpoint"}]
    assert {t.path for t in tiles if t.level == "entries"} == {
        "tile/entries/000",
        "tile/entries/001",
        "tile/entries/002.p/88",
    }

    def stored(level, number):
        width = next(t.width for t in tiles if (t.level, t.number) == (level, number))
        return (tmp_path / Tile(level, number, width).path).read_bytes()

    assert root_at(600, tile_reader(stored)) == checkpoint.root
    bundle = parse_bundle((tmp_path / "tile/entries/002.p/88").read_bytes(), 88)
    assert [leaf_hash(entry) for entry in bundle] == parse_tile(stored(0, 2), 88)


def test_an_export_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "tile").write_text("in the way")
    with pytest.raises(Refusal, match="not exported"):
        export(memory_log(3), tmp_path)


def test_the_log_on_postgresql_is_the_log_on_sqlite(postgresql_database):
    database = PostgresqlDatabase(postgresql_database())
    log = log_in(database)
    for first, last in ((0, 200), (200, 201), (201, 600)):
        log.append([sealed(number) for number in range(first, last)])
    same = memory_log(200, 1, 399)
    assert log.checkpoint() == same.checkpoint()
    assert log.tile_bytes(0, 2, 88) == same.tile_bytes(0, 2, 88)
    ids = [sealed(number)[0] for number in (0, 599, 600)]
    assert log.known(ids) == set(ids[:2])
    assert [e.entry for e in log.entries()] == [e.entry for e in same.entries()]
    digest = log.put_contents([b"one", b"one"])[0]
    assert log.content(digest) == b"one"
    assert verify_log(database, VKEY) == []
    for statement, found in (
        ("UPDATE log_entry SET event_id = 'x' WHERE position = 7", ("log_entry", "7", "event_id")),
        ("UPDATE log_checkpoint SET note = '' WHERE size = 201", ("log_checkpoint", "201", "note")),
        ("DELETE FROM log_entry WHERE position = 9", ("log_entry", "9", "position")),
        ("UPDATE log_content SET body = 'two'", ("log_content", digest, "digest, body")),
        (
            "UPDATE log_tile SET number = 7 WHERE level = 1",
            ("log_tile", "level 1, number 0", "hashes"),
        ),
    ):
        database.execute("SAVEPOINT before")
        database.execute(statement)
        differences = verify_log(database, VKEY)
        assert found in {(d.table, d.row, d.column) for d in differences}
        database.execute("ROLLBACK TO SAVEPOINT before")
    assert verify_log(database, VKEY) == []
    database.connection.close()


def test_progress_is_told_while_verifying():
    database = MemoryDatabase()
    log = log_in(database)
    log.append([sealed(number) for number in range(1000)])
    seen = []
    assert verify_log(database, VKEY, lambda done, total: seen.append((done, total))) == []
    assert seen == [(256, 1000), (512, 1000), (768, 1000), (1000, 1000)]


def test_many_keys_reach_sqlite_as_one_parameter():
    database = MemoryDatabase()
    asked = ["plain", 'qu"ote', "ü\n", "\U0001f600", 2**62]
    rows = database.execute("SELECT value FROM json_each(?)", (json_list(asked),))
    assert [row[0] for row in rows] == asked
    assert json.loads(json_list(["\ud800"])) == ["\ud800"]  # no table holds it, nothing stops
