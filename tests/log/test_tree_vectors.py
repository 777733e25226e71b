"""The tree agrees with vectors and a library that nobody here wrote."""

import json
from base64 import b64decode

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeproof.log.checkpoints import parse_checkpoint, verify_checkpoint
from changeproof.log.notes import Verifier
from changeproof.log.tiles import parse_bundle, parse_tile
from changeproof.log.tree import (
    BadProof,
    leaf_hash,
    prove_inclusion,
    tree_root,
    verify_consistency,
    verify_inclusion,
)

TESSERA = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def vectors(shared, name):
    lines = (shared / "data/payloads/tlog" / name).read_text().splitlines()
    return [json.loads(line) for line in lines]


def hashes(values):
    return [b64decode(value) for value in values or ()]


def test_the_inclusion_vectors_of_transparency_dev(shared):
    for vector in vectors(shared, "merkle-inclusion.jsonl"):
        leaf, root = hashes([vector["leafHash"] or "", vector["root"] or ""])
        arguments = leaf, vector["leafIdx"], vector["treeSize"], hashes(vector.get("proof")), root
        expect(vector, verify_inclusion, arguments)


def test_the_consistency_vectors_of_transparency_dev(shared):
    for vector in vectors(shared, "merkle-consistency.jsonl"):
        old_root, new_root = hashes([vector["root1"] or "", vector["root2"] or ""])
        proof = hashes(vector.get("proof"))
        expect(
            vector,
            verify_consistency,
            (vector["size1"], vector["size2"], proof, old_root, new_root),
        )


def expect(vector, verify, arguments):
    if vector["wantErr"]:
        with pytest.raises(BadProof):
            verify(*arguments)
    else:
        verify(*arguments)


def test_the_log_of_tessera(shared):
    folder = shared / "data/payloads/tlog/tessera-log"
    for width in (1, 2, 3, 7, 8, 11, 14, 15):
        note = (folder / f"checkpoint.{width}").read_bytes()
        checkpoint = verify_checkpoint(note, Verifier.parse(TESSERA))
        assert checkpoint.size == width
        entries_path = folder / f"tile/entries/000.p/{width}"
        if entries_path.exists():
            entries = parse_bundle(entries_path.read_bytes(), width)
            tile = (folder / f"tile/0/000.p/{width}").read_bytes()
            assert parse_tile(tile, width) == [leaf_hash(entry) for entry in entries]
            assert tree_root(entries) == checkpoint.root


def test_the_empty_checkpoint_of_tessera(shared):
    text = (shared / "data/payloads/tlog/tessera-log/checkpoint.0").read_text()
    assert parse_checkpoint(text.split("\n\n")[0] + "\n").root == tree_root([])


@given(st.lists(st.binary(), min_size=1, max_size=40), st.data())
def test_root_and_proofs_are_those_of_pymerkle(entries, data):
    theirs = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in entries:
        theirs.append_entry(entry)
    assert tree_root(entries) == theirs.get_root()
    index = data.draw(st.integers(0, len(entries) - 1))
    path = theirs.prove_inclusion(index + 1).path
    assert prove_inclusion(entries, index) == path[1:]  # theirs begins with the leaf
