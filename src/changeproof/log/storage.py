"""The log in a database: append, prove, serve.

Right-edge tiles are kept partial and replaced as they grow; every appended batch ends with one
signed checkpoint. The caller owns the transaction, so a batch and what is projected from it
stand or fall together.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from changeproof.events.refusal import Refusal
from changeproof.log.checkpoints import Checkpoint
from changeproof.log.contents import content_address
from changeproof.log.database import Database, Question, json_list
from changeproof.log.notes import Signer, sign_note
from changeproof.log.tiles import (
    MAX_ENTRY_SIZE,
    TILE_HEIGHT,
    TILE_WIDTH,
    BadTile,
    encode_bundle,
    grown_tiles,
    tile_reader,
    width_at,
)
from changeproof.log.tree import (
    EMPTY_ROOT,
    HASH_SIZE,
    BadProof,
    Frontier,
    HashReader,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
)

CHUNK = 500
HEAD = Question("SELECT size, root FROM log_checkpoint ORDER BY size DESC LIMIT 1", (), 2)
LATEST = Question(
    "SELECT position, event_id, entry FROM log_entry ORDER BY position DESC LIMIT 1", (), 3
)
_ENTRIES = (
    "SELECT position, event_id, entry FROM log_entry "
    "WHERE position >= ? AND position < ? ORDER BY position LIMIT ?"
)
_TILE = "SELECT hashes FROM log_tile WHERE level = ? AND number = ?"
_WRITER_LOCK = 0x6368_6C6F_67  # "chlog": one writer assigns positions (PostgreSQL)


class LogEntry(NamedTuple):
    """One row of the log."""

    position: int
    event_id: str
    entry: bytes


class _Edge(NamedTuple):
    """What appending needs of the tree as it stood at `root`."""

    root: bytes
    frontier: Frontier
    tiles: dict[int, bytes]  # by level: the hashes of the partial tile


class Log:
    """A log under one origin. Without a signer it can be read, not appended to."""

    def __init__(self, database: Database, signer: Signer | None, origin: str) -> None:
        if signer is not None and signer.name != origin:
            raise ValueError(f"the key signs for {signer.name}, the log is {origin}")
        self.database = database
        self.origin = origin
        self._signer = signer
        self._edge: _Edge | None = None

    # -- the head ------------------------------------------------------------------------

    def size(self) -> int:
        """How many entries the latest checkpoint covers."""
        return self.head().size

    def head(self) -> Checkpoint:
        """Size and root of the latest checkpoint."""
        rows = self.database.execute(HEAD.sql)
        size, root = rows[0] if rows else (0, EMPTY_ROOT)
        return Checkpoint(self.origin, size, bytes(root))

    def checkpoint(self) -> str:
        """The latest signed checkpoint; of an empty log, one signed on the spot."""
        rows = self.database.execute("SELECT note FROM log_checkpoint ORDER BY size DESC LIMIT 1")
        return str(rows[0][0]) if rows else self._sign(Checkpoint(self.origin, 0, EMPTY_ROOT))

    def checkpoint_at(self, size: int) -> str | None:
        """The checkpoint signed at exactly that size, if a batch ended there."""
        if size == 0:
            return self._sign(Checkpoint(self.origin, 0, EMPTY_ROOT))
        rows = self.database.execute("SELECT note FROM log_checkpoint WHERE size = ?", (size,))
        return str(rows[0][0]) if rows else None

    # -- appending -----------------------------------------------------------------------

    def lock(self) -> None:
        """Make this transaction the one that assigns positions, until it ends.

        On SQLite, BEGIN IMMEDIATE did so already. Call it before asking what is `known`.
        """
        if self.database.dialect == "postgresql":
            self.database.execute("SELECT pg_advisory_xact_lock(?)", (_WRITER_LOCK,))

    def append(self, entries: Sequence[tuple[str, bytes]]) -> int:
        """Append (event id, entry bytes) pairs, none of them known; the first one's position.

        Writes entries, tiles of all levels and one signed checkpoint into the caller's
        transaction. Raises Refusal if the stored tiles do not lead to the signed head: then
        nothing may be signed on top of it.
        """
        if any(len(entry) > MAX_ENTRY_SIZE for _, entry in entries):
            raise ValueError(f"an entry is longer than {MAX_ENTRY_SIZE} bytes")
        self.lock()
        head = self.head()
        if not entries:
            return head.size
        edge = self._take_edge(head)
        first = head.size
        self.database.executemany(
            "INSERT INTO log_entry (position, event_id, entry) VALUES (?, ?, ?)",
            [
                (position, event_id, entry)
                for position, (event_id, entry) in enumerate(entries, first)
            ],
        )
        leaves = [leaf_hash(entry) for _, entry in entries]
        self.database.executemany(
            "INSERT INTO log_tile (level, number, hashes) VALUES (?, ?, ?) "
            "ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes",
            grown_tiles(edge.tiles, leaves, first),
        )
        edge.frontier.extend(leaves)
        covered = Checkpoint(self.origin, edge.frontier.size, edge.frontier.root())
        self.database.execute(
            "INSERT INTO log_checkpoint (size, root, note) VALUES (?, ?, ?)",
            (covered.size, covered.root, self._sign(covered)),
        )
        self._edge = _Edge(covered.root, edge.frontier, edge.tiles)
        return first

    def _take_edge(self, head: Checkpoint) -> _Edge:
        """The tree's right edge at `head`: remembered, if it is still that tree, else read.

        The root decides, so a batch that was rolled back, or another writer's, cannot mislead.
        """
        edge, self._edge = self._edge, None  # a failure half-way leaves nothing remembered
        if edge is not None and (edge.frontier.size, edge.root) == (head.size, head.root):
            return edge
        tiles: dict[int, bytes] = {}
        for level in range(head.size.bit_length() // TILE_HEIGHT + 1):
            number, width = divmod(head.size >> TILE_HEIGHT * level, TILE_WIDTH)
            if width:
                tiles[level] = (self._tile(level, number) or b"")[: width * HASH_SIZE]
        try:
            frontier = Frontier.read(head.size, self._reader())
        except BadTile as error:
            raise _damaged(head.size, str(error)) from error
        if frontier.root() != head.root:
            raise _damaged(head.size, "the stored tiles lead to another root than the signed one")
        return _Edge(head.root, frontier, tiles)

    def _sign(self, checkpoint: Checkpoint) -> str:
        if self._signer is None:
            raise Refusal(
                "Nothing was signed.",
                why="the log was opened without its signing key",
                cure="Open it where secrets/log.key is at hand.",
            )
        return sign_note(checkpoint.text, [self._signer])

    # -- entries -------------------------------------------------------------------------

    def known(self, event_ids: Iterable[str]) -> set[str]:
        """Those of `event_ids` that the log holds."""
        return set(self.positions(event_ids))

    def positions(self, event_ids: Iterable[str]) -> dict[str, int]:
        """Where the log holds them; unknown ones are left out."""
        wanted = list(event_ids)
        if not wanted:
            return {}
        if self.database.dialect == "sqlite":
            rows = self.database.execute(
                "SELECT event_id, position FROM log_entry "
                "WHERE event_id IN (SELECT value FROM json_each(?))",
                (json_list(wanted),),
            )
        else:
            rows = self.database.execute(
                "SELECT event_id, position FROM log_entry WHERE event_id = ANY(?)", (wanted,)
            )
        return {str(event_id): int(position) for event_id, position in rows}

    def position_of(self, event_id: str) -> int | None:
        """Where the log holds this event, if it does."""
        return self.positions([event_id]).get(event_id)

    def entry(self, position: int) -> LogEntry | None:
        """The entry at `position`, if the log is that long."""
        return next(self.entries(position, position + 1), None)

    def latest(self) -> LogEntry | None:
        """The entry that came last."""
        rows = self.database.execute(LATEST.sql)
        return LogEntry(rows[0][0], rows[0][1], bytes(rows[0][2])) if rows else None

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[LogEntry]:
        """The entries from `start` to before `stop` (default: the end), in order.

        Read in chunks, so that memory stays flat.
        """
        end = self.size() if stop is None else stop
        while start < end:
            rows = self.database.execute(_ENTRIES, (start, end, CHUNK))
            for position, event_id, entry in rows:
                yield LogEntry(position, event_id, bytes(entry))
            if len(rows) < CHUNK:
                return
            start = rows[-1][0] + 1

    # -- proofs and tiles ----------------------------------------------------------------

    def inclusion_proof(self, position: int, size: int | None = None) -> list[bytes]:
        """That the entry at `position` is in the tree of `size` entries (default: the head).

        Raises BadProof if there is no such entry or tree.
        """
        size = self._within(size)
        return inclusion_proof(position, size, self._reader())

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        """That the tree of `old` entries is a prefix of that of `new`. Raises BadProof."""
        new = self._within(new)
        return consistency_proof(old, new, self._reader())

    def tile_bytes(self, level: int, number: int, width: int = TILE_WIDTH) -> bytes | None:
        """The first `width` hashes of a tile; None where the log has not so many."""
        if not 1 <= width <= width_at(level, number, self.size()):
            return None
        data = self._tile(level, number)
        return None if data is None else data[: width * HASH_SIZE]

    def entry_bundle_bytes(self, number: int, width: int = TILE_WIDTH) -> bytes | None:
        """The first `width` entries of a bundle; None where the log has not so many, or one of
        them was removed."""
        if not 1 <= width <= width_at(0, number, self.size()):
            return None
        first = number * TILE_WIDTH
        held = [entry.entry for entry in self.entries(first, first + width)]
        return encode_bundle(held) if len(held) == width else None

    def proof_questions(self, position: int, size: int) -> list[Question]:
        """What `entry` and `inclusion_proof` will ask: the entry, the tiles on the way up, and
        those at the right edge."""
        wanted: set[tuple[int, int]] = set()
        level, span = 0, TILE_WIDTH
        while size >> TILE_HEIGHT * level:
            wanted |= {(level, position // span), (level, (size - 1) // span)}
            level, span = level + 1, span * TILE_WIDTH
        entry = Question(_ENTRIES, (position, position + 1, CHUNK), 3)
        return [entry, *(Question(_TILE, each, 1) for each in sorted(wanted))]

    def _within(self, size: int | None) -> int:
        head = self.size()
        if size is not None and size > head:
            raise BadProof(f"the log has {head} entries, not {size}")
        return head if size is None else size

    def _tile(self, level: int, number: int) -> bytes | None:
        rows = self.database.execute(_TILE, (level, number))
        return bytes(rows[0][0]) if rows else None

    def _reader(self) -> HashReader:
        return tile_reader(lambda level, number: self._tile(level, number) or b"")

    # -- contents ------------------------------------------------------------------------

    def put_contents(self, bodies: Iterable[bytes]) -> list[str]:
        """Keep bodies under their digests, which it returns; what is there already stays."""
        rows = [(content_address(body), body) for body in bodies]
        self.database.executemany(
            "INSERT INTO log_content (digest, body) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING",
            rows,
        )
        return [digest for digest, _ in rows]

    def holds_content(self, digest: str) -> bool:
        """Whether the body under `digest` is kept; it is not read."""
        return bool(self.database.execute("SELECT 1 FROM log_content WHERE digest = ?", (digest,)))

    def content(self, digest: str) -> bytes | None:
        """The body under `digest`; None if it was never kept, or is no longer."""
        rows = self.database.execute("SELECT body FROM log_content WHERE digest = ?", (digest,))
        return bytes(rows[0][0]) if rows else None


def _damaged(size: int, why: str) -> Refusal:
    return Refusal(
        "Nothing was appended to the log.",
        where=f"log_tile, at size {size}",
        why=why,
        cure="Run: changeproof verify. It names what was edited; restore it from a backup.",
    )
