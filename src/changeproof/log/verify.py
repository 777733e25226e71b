"""`verify`, the log's part: every cell of its four tables, recomputed from the entries.

Nothing in a cell makes it raise; what is found is named by table, row, column and log entry.
It reads in one pass and flat memory, and should be given one transaction to read in.
What it cannot find by itself: that the log was cut back to an earlier checkpoint, tiles and
all (that takes a checkpoint kept elsewhere, `verify_against`), and that a content is no longer
kept.
"""

from collections.abc import Callable, Iterable, Iterator

from changeproof.log.checkpoint_rows import Claim, claims, read_checkpoint_rows
from changeproof.log.checkpoints import verify_checkpoint
from changeproof.log.contents import content_address
from changeproof.log.database import Database
from changeproof.log.difference import LogDifference, named, runs
from changeproof.log.notes import BadNote, Verifier
from changeproof.log.recomputation import Recomputation, Row
from changeproof.log.rows import as_bytes, blob, integer, pages, select, text_bytes
from changeproof.log.tiles import TILE_WIDTH, width_at
from changeproof.log.tree import Frontier, leaf_hash

Progress = Callable[[int, int], None]
"""Called with the entries done and the entries in all."""


def verify_log(
    database: Database, vkey: str, on_progress: Progress | None = None
) -> list[LogDifference]:
    """Everything in the log's tables that is not as it was signed. Raises BadNote for a bad key."""
    checkpoints = read_checkpoint_rows(database, Verifier.parse(vkey))
    differences = checkpoints.differences
    size = checkpoints.signed_size
    if checkpoints.unsigned_size == _present(database) > size:
        size = checkpoints.unsigned_size  # the last note was edited: its row still says how far
    pass_ = Recomputation(lambda level, n: _tile(database, level, n), differences.append)
    missing: list[int] = []
    ahead = _Ahead(claim for claim in claims(database, checkpoints) if claim.size <= size)
    number = 0
    while number * TILE_WIDTH < size:
        first, stop = number * TILE_WIDTH, min((number + 1) * TILE_WIDTH, size)
        rows = _block(database, first, stop)
        if not rows and _tile(database, 0, number) is None:
            beyond = _next_block(database, number, size)
            pass_.lose("the entries are missing", first, min(beyond * TILE_WIDTH, size) - 1)
            pass_.upper_tiles_known = False
            ahead.up_to(beyond * TILE_WIDTH)
            number = beyond
            continue
        missing += [position for position in range(first, stop) if position not in rows]
        pass_.block(number, [rows.get(p) for p in range(first, stop)], ahead.up_to(stop))
        number += 1
        if on_progress is not None:
            on_progress(stop, size)
    pass_.end(size)
    differences += _gaps(missing, "the row is missing")
    differences += _gaps(_uncovered(database, size), "no signed checkpoint covers it")
    differences += _extra_tiles(database, size)
    differences += _contents(database)
    return differences


def verify_against(database: Database, note: str | bytes, vkey: str) -> list[LogDifference]:
    """Whether the log still begins with what a checkpoint kept elsewhere signed.

    This finds a log that was cut back or written anew with its own key. Raises BadNote for a
    malformed key; a note that the key did not sign is a difference.
    """
    try:
        kept = verify_checkpoint(note, Verifier.parse(vkey))
    except BadNote as error:
        return [LogDifference("log_checkpoint", "kept elsewhere", "note", None, str(error))]
    frontier = Frontier()
    while frontier.size < kept.size:
        stop = min(frontier.size + TILE_WIDTH, kept.size)
        rows = _block(database, frontier.size, stop)
        entries = [row.entry for row in rows.values() if row.entry is not None]
        if len(entries) < stop - frontier.size:
            what = f"missing or no blob; the checkpoint kept elsewhere covers {kept.size} entries"
            row = named(frontier.size, stop - 1)
            return [LogDifference("log_entry", row, "entry", frontier.size, what)]
        frontier.extend(leaf_hash(entry) for entry in entries)
    if frontier.root() != kept.root:
        what = f"another root at size {kept.size} than the checkpoint kept elsewhere"
        row = named(0, max(kept.size - 1, 0))
        return [LogDifference("log_entry", row, "entry", None, what)]
    return []


class _Ahead:
    """Claims in ascending order, handed out as the entries reach them."""

    def __init__(self, source: Iterable[Claim]) -> None:
        self._source = iter(source)
        self._next = next(self._source, None)

    def up_to(self, size: int) -> list[Claim]:
        taken = []
        while self._next is not None and self._next.size <= size:
            taken.append(self._next)
            self._next = next(self._source, None)
        return taken


def _present(database: Database) -> int:
    last = database.execute("SELECT MAX(position) FROM log_entry")[0][0]
    return 0 if last is None else int(last) + 1


def _block(database: Database, first: int, stop: int) -> dict[int, Row]:
    cells = text_bytes("event_id", database.dialect), blob("entry", database.dialect)
    rows = select(
        database,
        ", ".join(["position", *cells]),
        "log_entry",
        "position >= ? AND position < ? ORDER BY position",
        (first, stop),
    )
    return {position: Row(as_bytes(id_cell), as_bytes(cell)) for position, id_cell, cell in rows}


def _next_block(database: Database, number: int, size: int) -> int:
    """The next block of which anything is left, or the one after the last."""
    last = (size + TILE_WIDTH - 1) // TILE_WIDTH
    entry = select(
        database,
        "MIN(position)",
        "log_entry",
        "position >= ? AND position < ?",
        ((number + 1) * TILE_WIDTH, size),
    )
    tile = select(
        database,
        "MIN(number)",
        "log_tile",
        "level = 0 AND number > ? AND number < ?",
        (number, last),
    )
    found = [last]
    if entry[0][0] is not None:
        found.append(entry[0][0] // TILE_WIDTH)
    if isinstance(tile[0][0], int):
        found.append(tile[0][0])
    return min(found)


def _tile(database: Database, level: int, number: int) -> bytes | None:
    hashes = blob("hashes", database.dialect)
    rows = select(database, hashes, "log_tile", "level = ? AND number = ?", (level, number))
    return as_bytes(rows[0][0]) if rows else None


def _gaps(positions: Iterable[int], what: str) -> Iterator[LogDifference]:
    for first, last in runs(positions):
        yield LogDifference("log_entry", named(first, last), "position", first, what)


def _uncovered(database: Database, size: int) -> Iterator[int]:
    beyond = "(position < 0 OR position >= ?)"
    for (position,) in pages(database, "log_entry", ["position"], (), beyond, (size,)):
        yield position


def _extra_tiles(database: Database, size: int) -> Iterator[LogDifference]:
    level, number = integer("level", database.dialect), integer("number", database.dialect)
    sound = f"{level} IS NOT NULL AND {number} IS NOT NULL"
    for at, n in pages(database, "log_tile", ["level", "number"], (), sound):
        if not width_at(at, n, size):
            row = f"level {at}, number {n}"
            yield LogDifference("log_tile", row, "level, number", None, "no tile belongs here")
    garbage = f"{level} IS NULL OR {number} IS NULL"
    for key in select(database, f"{level}, {number}", "log_tile", garbage):
        row = "level {}, number {}".format(*("?" if cell is None else cell for cell in key))
        column = "level" if key[0] is None else "number"
        yield LogDifference("log_tile", row, column, None, "it is not an integer")


def _contents(database: Database) -> Iterator[LogDifference]:
    """Re-hash every content, one body in memory at a time."""
    key = "rowid" if database.dialect == "sqlite" else "digest"  # a digest may be garbage there
    digest, body = text_bytes("digest", database.dialect), blob("body", database.dialect)
    for at, cell in pages(database, "log_content", [key], [digest]):
        stored = select(database, body, "log_content", f"{key} = ?", (at,))[0][0]
        yield from _content(f"{key} {at}", as_bytes(cell), as_bytes(stored))


def _content(key: str, digest: bytes | None, body: bytes | None) -> Iterator[LogDifference]:
    row = key if digest is None else digest.decode("utf-8", "backslashreplace")
    if body is None:
        yield LogDifference("log_content", row, "body", None, "it is not a blob")
    elif digest is None:
        yield LogDifference("log_content", row, "digest", None, "it is not text")
    elif digest != content_address(body).encode():
        what = f"digest and body differ: the body's is {content_address(body)}"
        yield LogDifference("log_content", row, "digest, body", None, what)
