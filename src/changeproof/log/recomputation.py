"""The tree computed again from the entries, in one pass, and held against tiles and checkpoints.

An entry's hash stands in two places: the entry gives it and its tile keeps it. Where they
disagree, the next checkpoint decides which of them was edited: the tree is carried on in up to
three versions (by the entries, by the tiles, and by whichever entries are sound in themselves)
until a checkpoint's root fits one. So one edit is one difference, and all after it still verify.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from changeproof.events.event import canonical, sha256_hex
from changeproof.log.checkpoint_rows import Claim
from changeproof.log.difference import LogDifference, named
from changeproof.log.tiles import TILE_HEIGHT, TILE_WIDTH
from changeproof.log.tree import HASH_SIZE, Frontier, leaf_hash, perfect_root

_ENTRY_KEYS = {"collector", "event", "received_at"}
_BY_ENTRY, _BY_TILE, _MIXED = range(3)

TileReader = Callable[[int, int], bytes | None]
"""(level, number) → the stored hashes; None where there is no such row, or no bytes in it."""


class Row(NamedTuple):
    """A stored entry; None for a cell of another type."""

    event_id: bytes | None
    entry: bytes | None


class _Dispute(NamedTuple):
    """A position where entry and tile disagree, until a checkpoint settles it."""

    position: int
    row: Row
    leaves: tuple[bytes, bytes, bytes]  # by entry, by tile, mixed


class Recomputation:
    """Fed block by block, it collects differences."""

    def __init__(self, tile: TileReader, report: Callable[[LogDifference], None]) -> None:
        self._tile = tile
        self._report = report
        self._trees = [Frontier()]  # three while there is a dispute
        self._disputes: list[_Dispute] = []
        self._uppers: list[list[tuple[bytes, ...]]] = []
        self._named_tiles: set[tuple[int, int]] = set()
        self._agreed = 0  # the size of the last checkpoint that fitted
        self._is_lost = False
        self.upper_tiles_known = True

    def lose(self, what: str, first: int, last: int) -> None:
        """From here on no root can be computed; said once."""
        if not self._is_lost:
            self._report(LogDifference("log_entry", named(first, last), "entry", first, what))
        self._is_lost = True

    def block(self, number: int, rows: Sequence[Row | None], claims: Sequence[Claim]) -> None:
        """Take the entries under tile `number` of level 0, and the checkpoints within them."""
        first = number * TILE_WIDTH
        stored = self._stored_leaves(number, len(rows))
        leaves: list[tuple[bytes, ...]] = []
        for position, (row, kept) in enumerate(zip(rows, stored, strict=True), first):
            leaves.append(self._leaf(position, row, kept))
        done = 0
        for claim in claims:
            self._extend(leaves[done : claim.size - first])
            done = claim.size - first
            self._settle(claim)
        self._extend(leaves[done:])
        if len(leaves) == TILE_WIDTH and self.upper_tiles_known:
            self._raise(1, number, _roots(leaves))

    def end(self, size: int) -> None:
        """Say what no checkpoint settled, and look at the partial tiles above level 0."""
        for dispute in self._disputes:
            what = "the entry and its tile disagree, and no checkpoint tells which was edited"
            self._entry_differs(dispute, what)
            self._tile_differs(dispute, what)
        self._disputes = []
        if self.upper_tiles_known:
            for level, slots in enumerate(self._uppers, 1):
                if slots:
                    self._compare_upper(level, (size >> TILE_HEIGHT * level) // TILE_WIDTH, slots)

    # -- leaves --------------------------------------------------------------------------

    def _stored_leaves(self, number: int, width: int) -> list[bytes | None]:
        data = self._tile(0, number)
        first = number * TILE_WIDTH
        if data is None:
            self._report_tile(0, number, first, "the row is missing, or holds no blob")
            return [None] * width
        if len(data) != width * HASH_SIZE:
            what = f"it is {len(data)} bytes long, {width * HASH_SIZE} are due"
            self._report_tile(0, number, first, what)
        slots = [data[at : at + HASH_SIZE] for at in range(0, width * HASH_SIZE, HASH_SIZE)]
        return [slot if len(slot) == HASH_SIZE else None for slot in slots]

    def _leaf(self, position: int, row: Row | None, kept: bytes | None) -> tuple[bytes, ...]:
        """The position's hash in each version of the tree; once, where all agree."""
        if row is None or row.entry is None:
            if row is not None:
                self._report(_entry_row(position, "entry", "it is not a blob"))
            if kept is None:
                self.lose("neither entry nor tile: no root can be computed", position, position)
            return () if kept is None else (kept,)
        leaf = leaf_hash(row.entry)
        if kept is None or leaf == kept:
            self._check_row(position, row)
            return (leaf,)
        mixed = leaf if _row_problem(row) is None else kept
        leaves = (leaf, kept, mixed)
        self._disputes.append(_Dispute(position, row, leaves))
        return leaves

    def _check_row(self, position: int, row: Row) -> None:
        problem = _row_problem(row)
        if problem is not None:
            self._report(_entry_row(position, *problem))

    # -- the tree ------------------------------------------------------------------------

    def _extend(self, leaves: Sequence[tuple[bytes, ...]]) -> None:
        if self._is_lost:
            return
        if len(self._trees) == 1:
            if all(len(leaf) == 1 for leaf in leaves):
                self._trees[0].extend(leaf[0] for leaf in leaves)
                return
            self._trees = [self._trees[0], *(_copy(self._trees[0]) for _ in range(2))]
        for way, tree in enumerate(self._trees):
            tree.extend(leaf[way % len(leaf)] for leaf in leaves)

    def _settle(self, claim: Claim) -> None:
        if self._is_lost:
            return
        roots = [tree.root() for tree in self._trees]
        if claim.root in roots:
            way = roots.index(claim.root)
            self._trees = [self._trees[way]]
            self._agreed = claim.size
            covered = [d for d in self._disputes if d.position < claim.size]
            for dispute in covered:
                if dispute.leaves[way] == dispute.leaves[_BY_ENTRY]:
                    self._tile_differs(dispute, "it is not the hash of the entry")
                    self._check_row(dispute.position, dispute.row)
                else:
                    self._entry_differs(dispute, "it is not what the log signed")
            self._disputes = self._disputes[len(covered) :]
        elif claim.is_signed:
            what = f"the entries do not lead to the signed root of size {claim.size}"
            self.lose(what, self._agreed, claim.size - 1)
        else:
            what = "the entries lead to another root"
            self._report(
                LogDifference("log_checkpoint", str(claim.size), "root", claim.size - 1, what)
            )

    def _entry_differs(self, dispute: _Dispute, what: str) -> None:
        self._report(_entry_row(dispute.position, "entry", what))

    def _tile_differs(self, dispute: _Dispute, what: str) -> None:
        number, slot = divmod(dispute.position, TILE_WIDTH)
        self._report_tile(0, number, dispute.position, f"hash {slot}: {what}")

    def _report_tile(self, level: int, number: int, entry: int, what: str) -> None:
        """A tile is one cell: its first difference names it."""
        if (level, number) not in self._named_tiles:
            self._named_tiles.add((level, number))
            row = f"level {level}, number {number}"
            self._report(LogDifference("log_tile", row, "hashes", entry, what))

    # -- tiles above level 0 ---------------------------------------------------------------

    def _raise(self, level: int, index: int, roots: tuple[bytes, ...]) -> None:
        """A tile below is full: its root, in each version, is the next hash of `level`."""
        while len(self._uppers) < level:
            self._uppers.append([])
        slots = self._uppers[level - 1]
        slots.append(roots)
        if len(slots) == TILE_WIDTH:
            number = index // TILE_WIDTH
            hashes = self._compare_upper(level, number, slots)
            roots = (perfect_root(hashes),) if all(slots) else ()
            slots.clear()
            self._raise(level + 1, number, roots)

    def _compare_upper(
        self, level: int, number: int, slots: Sequence[tuple[bytes, ...]]
    ) -> list[bytes]:
        """The hashes that the tile should have, after saying where it has others."""
        span = 1 << TILE_HEIGHT * level
        first = number * TILE_WIDTH * span
        data = self._tile(level, number)
        if data is None:
            self._report_tile(level, number, first, "the row is missing, or holds no blob")
            data = b""
        elif len(data) != len(slots) * HASH_SIZE:
            what = f"it is {len(data)} bytes long, {len(slots) * HASH_SIZE} are due"
            self._report_tile(level, number, first, what)
        hashes = []
        for slot, roots in enumerate(slots):
            kept = data[slot * HASH_SIZE : (slot + 1) * HASH_SIZE]
            is_judged = len(kept) == HASH_SIZE and len(roots) > 0
            hashes.append(kept if is_judged and kept in roots else (*roots, bytes(HASH_SIZE))[0])
            if is_judged and kept not in roots:
                what = f"hash {slot}: it is not the root of the tile below"
                self._report_tile(level, number, first + slot * span, what)
        return hashes


def _row_problem(row: Row) -> tuple[str, str] | None:
    """The column and what is wrong with it, judged by the row alone."""
    entry = row.entry or b""
    try:
        data = msgspec.json.decode(entry)
        if type(data) is not dict or data.keys() != _ENTRY_KEYS or canonical(data) != entry:
            return "entry", "its bytes are not the canonical form of an event with its receipt"
        event_id = sha256_hex(canonical(data["event"]))
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError) as error:
        return "entry", f"it cannot be read: {type(error).__name__}"
    if row.event_id != event_id.encode():
        return "event_id", f"the entry's event is {event_id}"
    return None


def _entry_row(position: int, column: str, what: str) -> LogDifference:
    return LogDifference("log_entry", str(position), column, position, what)


def _roots(leaves: Sequence[tuple[bytes, ...]]) -> tuple[bytes, ...]:
    """The root of a full tile in each version of it; none, where a leaf is not known."""
    if not all(leaves):
        return ()
    versions = max(len(leaf) for leaf in leaves)
    return tuple(
        perfect_root([leaf[way % len(leaf)] for leaf in leaves]) for way in range(versions)
    )


def _copy(tree: Frontier) -> Frontier:
    return Frontier(tree.size, tree.hashes)
