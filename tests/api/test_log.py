"""The log as its clients read it: checkpoint, tiles, entries with proofs."""

import base64
import json

from changeproof.ledger.service import ledger
from changeproof.log.checkpoints import parse_checkpoint, verify_checkpoint
from changeproof.log.keys import load_key
from changeproof.log.tiles import parse_bundle, parse_tile
from changeproof.log.tree import implied_root, leaf_hash


def test_an_entry_is_proven_by_what_the_api_says_of_it(forge, caller):
    forge.open(7)
    told = caller("auditor").get("/api/log/entries/2").json()
    encoded = base64.b64decode(told["encoded"])
    proof = [base64.b64decode(each) for each in told["proof"]]
    signed = verify_checkpoint(
        told["checkpoint"], load_key(ledger().instance.log_key_file).verifier
    )
    leaf = leaf_hash(encoded)
    assert base64.b64decode(told["leaf_hash"]) == leaf
    assert implied_root(leaf, 2, told["tree_size"], proof) == signed.root
    assert json.loads(encoded) == told["entry"]
    assert caller().get("/api/log/entries/999999").status_code == 404
    assert caller().get("/api/log/entries/-1").status_code in (404, 422)


def test_checkpoint_and_tiles_are_public_and_fit_together(forge, nobody):
    forge.open(7)
    reply = nobody.get("/log/checkpoint")
    assert reply["Content-Type"].startswith("text/plain")
    note = reply.content.decode()
    size = parse_checkpoint(note.partition("\n\n")[0] + "\n").size
    entries = parse_bundle(nobody.get(f"/log/tile/entries/000.p/{size}").content, size)
    hashes = parse_tile(nobody.get(f"/log/tile/0/000.p/{size}").content, size)
    assert [leaf_hash(entry) for entry in entries] == hashes


def test_a_full_tile_may_be_kept_for_ever(forge, nobody):
    number = 0
    while ledger().log.size() < 256:
        number += 1
        forge.open(number)
    full = nobody.get("/log/tile/0/000")
    assert "immutable" in full["Cache-Control"]
    assert len(full.content) == 256 * 32
    assert "immutable" not in nobody.get("/log/tile/0/000.p/5")["Cache-Control"]


def test_what_the_log_has_not_is_not_there(nobody):
    for path in (
        "0/000",
        "0/001",
        "entries/000",
        "0/0",
        "x",
        "0/000.p/256",
        "../secrets",
        "64/000",
    ):
        assert nobody.get(f"/log/tile/{path}").status_code == 404
