"""Tile paths, tiles and bundles: encoders and strict parsers agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeproof.log.tiles import (
    BadTile,
    Tile,
    encode_bundle,
    encode_tile,
    parse_bundle,
    parse_tile,
    parse_tile_path,
    tile_reader,
    tiles_of,
    width_at,
)
from changeproof.log.tree import inclusion_proof, leaf_hash, perfect_root, prove_inclusion

TILES = st.builds(
    Tile,
    level=st.integers(0, 63) | st.just("entries"),
    number=st.integers(0, 10**15),
    width=st.integers(1, 256),
)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile("entries", 1000), "tile/entries/x001/000"),
        (Tile(63, 0, 1), "tile/63/000.p/1"),
    ],
)
def test_a_path_is_as_the_specification_writes_it(tile, path):
    assert tile.path == path
    assert parse_tile_path(path) == tile


@given(TILES)
def test_a_path_names_its_tile(tile):
    assert parse_tile_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/1",
        "tile/00/001",
        "tile/64/001",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/07",
        "tile/-1/001",
        "tile/0/001\n",
        "tile/0/٠٠١",
        "/tile/0/001",
        "tile/0/../001",
        "",
    ],
)
def test_another_spelling_is_refused(path):
    with pytest.raises(BadTile):
        parse_tile_path(path)


def test_the_tiles_of_a_tree_of_seventy_thousand():
    by_level = {}
    for tile in tiles_of(70_000):
        by_level.setdefault(tile.level, []).append(tile.width)
        assert width_at(tile.level, tile.number, 70_000) == tile.width
    assert by_level == {0: [256] * 273 + [112], 1: [256, 17], 2: [1]}
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=256))
def test_a_tile_round_trips(hashes):
    assert parse_tile(encode_tile(hashes), len(hashes)) == hashes


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_a_bundle_round_trips(entries):
    assert parse_bundle(encode_bundle(entries), len(entries)) == entries


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=20), st.data())
def test_a_bundle_cut_short_is_refused(entries, data):
    encoded = encode_bundle(entries)
    cut = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(BadTile):
        parse_bundle(encoded[:cut], len(entries))


def test_an_entry_too_long_for_a_bundle_is_refused():
    assert parse_bundle(encode_bundle([bytes(65_535)]), 1) == [bytes(65_535)]
    with pytest.raises(BadTile):
        encode_bundle([bytes(65_536)])


def test_proofs_from_tiles_are_those_from_the_list():
    entries = [str(number).encode() for number in range(700)]
    leaves = [leaf_hash(entry) for entry in entries]
    read = tile_reader(lambda level, number: stored(leaves, level, number))
    for index in (0, 255, 256, 511, 512, 699):
        assert inclusion_proof(index, 700, read) == prove_inclusion(entries, index)


def stored(leaves, level, number):
    hashes = leaves
    for _ in range(level):
        full = len(hashes) // 256
        hashes = [perfect_root(hashes[at * 256 : at * 256 + 256]) for at in range(full)]
    return b"".join(hashes[number * 256 : number * 256 + 256])
