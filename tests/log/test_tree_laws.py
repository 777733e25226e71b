"""Laws of the tree: true of every list of entries."""

from hypothesis import given
from hypothesis import strategies as st

from changeproof.log.tree import (
    BadProof,
    Frontier,
    implied_root,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    reader_of,
    root_at,
    tree_root,
    verify_consistency,
    verify_inclusion,
)

ENTRIES = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


@given(ENTRIES, st.data())
def test_a_proof_holds_for_its_own_entry_alone(entries, data):
    index = data.draw(st.integers(0, len(entries) - 1))
    other = data.draw(st.binary() | st.just(entries[index]))
    root = implied_root(leaf_hash(other), index, len(entries), prove_inclusion(entries, index))
    assert (root == tree_root(entries)) == (other == entries[index])


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70, unique=True), st.data())
def test_a_proof_holds_at_its_own_place_alone(entries, data):
    index = data.draw(st.integers(0, len(entries) - 1))
    place = data.draw(st.integers(-1, len(entries)))
    proof = prove_inclusion(entries, index)
    try:
        verify_inclusion(leaf_hash(entries[index]), place, len(entries), proof, tree_root(entries))
    except BadProof:
        assert place != index
    else:
        assert place == index


@given(ENTRIES, st.data())
def test_every_prefix_is_consistent_with_the_whole(entries, data):
    old = data.draw(st.integers(1, len(entries)))
    proof = prove_consistency(entries, old)
    verify_consistency(old, len(entries), proof, tree_root(entries[:old]), tree_root(entries))


@given(ENTRIES, st.data())
def test_no_other_prefix_is_consistent_with_the_whole(entries, data):
    old = data.draw(st.integers(1, len(entries)))
    changed = data.draw(st.integers(0, old - 1))
    forged = [*entries[:changed], entries[changed] + b"!", *entries[changed + 1 : old]]
    proof = prove_consistency(entries, old)
    assert_refused(old, len(entries), proof, tree_root(forged), tree_root(entries))


@given(ENTRIES, st.data())
def test_a_proof_with_one_bit_flipped_is_refused(entries, data):
    old = data.draw(st.integers(0, len(entries)))
    proof = prove_consistency(entries, old)
    if not proof:
        proof = [bytes(32)]
    else:
        place = data.draw(st.integers(0, len(proof) - 1))
        bit = data.draw(st.integers(0, 255))
        flipped = int.from_bytes(proof[place], "big") ^ 1 << bit
        proof[place] = flipped.to_bytes(32, "big")
    assert_refused(old, len(entries), proof, tree_root(entries[:old]), tree_root(entries))


@given(ENTRIES, st.data())
def test_a_frontier_knows_the_root_at_every_size(entries, data):
    leaves = [leaf_hash(entry) for entry in entries]
    size = data.draw(st.integers(0, len(entries)))
    frontier = Frontier.read(size, reader_of(leaves))
    assert frontier.root() == root_at(size, reader_of(leaves)) == tree_root(entries[:size])
    frontier.extend(leaves[size:])
    assert frontier.size == len(entries)
    assert frontier.root() == tree_root(entries)


def assert_refused(old, new, proof, old_root, new_root):
    try:
        verify_consistency(old, new, proof, old_root, new_root)
    except BadProof:
        return
    raise AssertionError("the proof was accepted")
