"""The log as files, laid out as C2SP tlog-tiles clients expect."""

from pathlib import Path

from changeproof.events.refusal import Refusal
from changeproof.log.storage import Log
from changeproof.log.tiles import Tile, tiles_of


def export(log: Log, directory: Path) -> int:
    """Write `checkpoint`, `tile/<L>/…` and `tile/entries/…`, uncompressed; the log's size.

    The checkpoint comes last: whoever reads it finds all it covers. What an earlier export
    wrote there stays valid, so exporting again into the same directory carries it on. Raises
    Refusal where the directory cannot be written or the log has a hole.
    """
    size = log.size()
    note = log.checkpoint_at(size)
    if note is None:
        raise _hole(f"log_checkpoint, size {size}")
    try:
        for tile in tiles_of(size):
            _write(directory / tile.path, _tile(log, tile))
            if tile.level == 0:
                bundle = Tile("entries", tile.number, tile.width)
                _write(directory / bundle.path, _bundle(log, bundle))
        _write(directory / "checkpoint", note.encode())
    except OSError as error:
        raise Refusal(
            "The log was not exported.",
            where=str(directory),
            why=f"it cannot be written: {error.strerror or error}",
            cure="Name a directory that you may write to and that has room.",
        ) from error
    return size


def _tile(log: Log, tile: Tile) -> bytes:
    if tile.level == "entries":
        raise ValueError("an entry bundle is no hash tile")
    data = log.tile_bytes(tile.level, tile.number, tile.width)
    if data is None:
        raise _hole(f"log_tile, level {tile.level}, number {tile.number}")
    return data


def _bundle(log: Log, tile: Tile) -> bytes:
    data = log.entry_bundle_bytes(tile.number, tile.width)
    if data is None:
        raise _hole(f"log_entry, bundle {tile.number}")
    return data


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _hole(where: str) -> Refusal:
    return Refusal(
        "The log was not exported.",
        where=where,
        why="a row that the log's own checkpoint needs is missing",
        cure="Run: changeproof verify. It names what was edited; restore it from a backup.",
    )
