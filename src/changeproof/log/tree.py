"""The Merkle tree of RFC 6962 section 2.1 and RFC 9162 section 2.1: hashes and proofs.

Hashes are 32 raw bytes (SHA-256). Everything here is pure and total: bytes in, bytes out, and
`BadProof` for what does not fit. Where the hashes are kept is no concern of this module: it
asks a `HashReader` for the root of a perfect subtree.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256().digest()

HashReader = Callable[[int, int], bytes]
"""(level, index) → the root over the 2^level entries from index · 2^level on."""


class BadProof(ValueError):
    """A proof that does not fit its sizes, or does not lead to the root it should."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one log entry (RFC 9162 section 2.1.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (RFC 9162 section 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def tree_root(entries: Iterable[bytes]) -> bytes:
    """The root over `entries`; of none, the SHA-256 of nothing."""
    frontier = Frontier()
    frontier.extend(leaf_hash(entry) for entry in entries)
    return frontier.root()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of subtree hashes, as one tile holds them."""
    if not hashes or len(hashes) & (len(hashes) - 1):
        raise ValueError(f"{len(hashes)} is no power of two")
    row = list(hashes)
    while len(row) > 1:
        pairs = iter(row)
        row = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs)]  # noqa: B905 - even
    return row[0]


class Frontier:
    """A growing tree in its compact form: the roots of its perfect subtrees, largest first.

    It takes leaf hashes one after the other and knows the root at any moment, in memory that
    grows with the logarithm of the size.
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if size < 0 or len(hashes) != size.bit_count():
            raise ValueError(f"{len(hashes)} subtrees do not make {size} entries")
        self.size = size
        self.hashes = list(hashes)

    @classmethod
    def read(cls, size: int, read: HashReader) -> "Frontier":
        """The frontier of the first `size` entries of a stored tree."""
        return cls(size, [read(level, index) for level, index in perfect_subtrees(0, size)])

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append leaf hashes."""
        hashes, size = self.hashes, self.size
        for leaf in leaves:
            node, rest = leaf, size
            while rest & 1:
                node = sha256(b"\x01" + hashes.pop() + node).digest()
                rest >>= 1
            hashes.append(node)
            size += 1
        self.size = size

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        return folded(self.hashes) if self.hashes else EMPTY_ROOT


def perfect_subtrees(start: int, stop: int) -> list[tuple[int, int]]:
    """The (level, index) of the perfect subtrees that make up the entries start to stop.

    `start` is a multiple of the smallest power of two that is not below stop - start, as it is
    for every subtree that RFC 9162 speaks of.
    """
    subtrees = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        subtrees.append((level, start >> level))
        start += 1 << level
    return subtrees


def folded(hashes: Sequence[bytes]) -> bytes:
    """One root from perfect subtrees, largest first."""
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def range_root(start: int, stop: int, read: HashReader) -> bytes:
    """The root over the entries start to stop, aligned as `perfect_subtrees` asks."""
    return folded([read(level, index) for level, index in perfect_subtrees(start, stop)])


def root_at(size: int, read: HashReader) -> bytes:
    """The root over the first `size` entries of a stored tree."""
    return range_root(0, size, read) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: HashReader) -> list[bytes]:
    """The proof that entry `index` is in the tree of `size` entries (RFC 9162 section 2.1.3.1).

    Raises BadProof if there is no such entry.
    """
    inner = _inner_levels(index, size)
    proof = []
    for level in range(inner):
        sibling = index >> level ^ 1
        stop = min(sibling + 1 << level, size)  # the topmost may be the ragged right edge
        proof.append(range_root(sibling << level, stop, read))
    border = (level for level in range(inner, size.bit_length()) if index >> level & 1)
    proof.extend(read(level, (index >> level) - 1) for level in border)
    return proof


def implied_root(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that `proof` implies for leaf hash `leaf` at `index` of `size` entries.

    RFC 9162 section 2.1.3.2. It proves nothing until compared with a *signed* root. Raises
    BadProof when index or length does not fit.
    """
    inner = _inner_levels(index, size)  # below here, siblings on both sides
    border = (index >> inner).bit_count()  # above, along the right edge: left siblings only
    _require_hashes([leaf, *proof], 1 + inner + border)
    root = leaf
    for level, sibling in enumerate(proof):
        on_the_right = level >= inner or index >> level & 1
        root = node_hash(sibling, root) if on_the_right else node_hash(root, sibling)
    return root


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise BadProof unless leaf hash `leaf` stands at `index` of the tree with that root."""
    implied = implied_root(leaf, index, size, proof)
    if implied != root:
        raise BadProof(f"expected root {root.hex()}, the proof gives {implied.hex()}")


def consistency_proof(old: int, new: int, read: HashReader) -> list[bytes]:
    """The proof that the tree of `old` entries is a prefix of that of `new` (section 2.1.4.1).

    Empty when the sizes are equal or `old` is zero. Raises BadProof if `old` is the larger one.
    """
    if not 0 <= old <= new:
        raise BadProof(f"a tree of {old} entries is no prefix of one of {new}")
    if old == 0:
        return []
    proof = []
    start, stop, whole = 0, new, True
    while old != stop:
        middle = start + (1 << (stop - start - 1).bit_length() - 1)
        if old <= middle:
            proof.append(range_root(middle, stop, read))
            stop = middle
        else:
            proof.append(range_root(start, middle, read))
            start, whole = middle, False
    if not whole:
        proof.append(range_root(start, stop, read))
    proof.reverse()
    return proof


def verify_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Raise BadProof unless the tree of `old` entries is a prefix of that of `new`.

    RFC 9162 section 2.1.4.2. From the empty tree nothing can be proven, for every tree begins
    with it: refused, so that nobody takes it for a proof.
    """
    if not 0 <= old <= new:
        raise BadProof(f"a tree of {old} entries is no prefix of one of {new}")
    if old == new:
        _require_hashes(proof, 0)
        expected = old_root if old else EMPTY_ROOT
        if not old_root == new_root == expected:
            raise BadProof(f"expected root {expected.hex()}, got {new_root.hex()}")
        return
    if old == 0:
        raise BadProof("every tree begins with the empty one: there is nothing to prove")
    shift = (old & -old).bit_length() - 1  # the last perfect subtree of the old tree
    inner = _inner_levels(old - 1, new)
    border = (old - 1 >> inner).bit_count()
    is_perfect = old == 1 << shift
    _require_hashes(proof, inner - shift + border + (not is_perfect))
    seed, path = (old_root, proof) if is_perfect else (proof[0], proof[1:])
    implied_old = implied_new = seed
    for level, sibling in enumerate(path, start=shift):
        if level >= inner or old - 1 >> level & 1:
            implied_old = node_hash(sibling, implied_old)
            implied_new = node_hash(sibling, implied_new)
        else:
            implied_new = node_hash(implied_new, sibling)
    if implied_old != old_root:
        raise BadProof(f"expected old root {old_root.hex()}, the proof gives {implied_old.hex()}")
    if implied_new != new_root:
        raise BadProof(f"expected new root {new_root.hex()}, the proof gives {implied_new.hex()}")


def reader_of(leaves: Sequence[bytes]) -> HashReader:
    """A HashReader over leaf hashes in memory."""

    def read(level: int, index: int) -> bytes:
        return perfect_root(leaves[index << level : index + 1 << level])

    return read


def prove_inclusion(entries: Sequence[bytes], index: int) -> list[bytes]:
    """`inclusion_proof` in the tree over a list of entries."""
    return inclusion_proof(index, len(entries), reader_of([leaf_hash(e) for e in entries]))


def prove_consistency(entries: Sequence[bytes], old: int) -> list[bytes]:
    """`consistency_proof` from the first `old` entries of a list to all of it."""
    return consistency_proof(old, len(entries), reader_of([leaf_hash(e) for e in entries]))


def _inner_levels(index: int, size: int) -> int:
    if not 0 <= index < size:
        raise BadProof(f"index {index} is outside a tree of {size} entries")
    return (index ^ size - 1).bit_length()


def _require_hashes(proof: Sequence[bytes], count: int) -> None:
    if len(proof) != count:
        raise BadProof(f"expected {count} hashes, got {len(proof)}")
    if any(len(sibling) != HASH_SIZE for sibling in proof):
        raise BadProof(f"a hash is not {HASH_SIZE} bytes long")
