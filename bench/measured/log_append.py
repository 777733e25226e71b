"""Appending to the log alone: entries, tiles, signed checkpoints, durable on disk.

The peer is pymerkle's tree on the same SQLite with the same entries, asked for its root after
each batch, as a checkpoint needs it; it keeps no tiles, ids or signatures.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from pymerkle import SqliteTree

from bench.registry import Measurement, benchmark
from bench.timing import seconds
from changeproof.log.database import MemoryDatabase
from changeproof.log.notes import Signer
from changeproof.log.storage import Log
from changeproof.log.tables import log_ddl

ENTRIES, PEER_ENTRIES, BATCH, SIZE = 36_000, 6_000, 300, 400
ORIGIN = "bench.example/log"


@benchmark
def log_append() -> Iterator[Measurement]:
    with tempfile.TemporaryDirectory() as directory:
        here = ENTRIES / seconds(lambda: append(Path(directory, "ours.sqlite3")))
        peer = PEER_ENTRIES / seconds(lambda: append_peer(Path(directory, "peer.sqlite3")))
    yield Measurement(here, "entries/s", "higher", "pymerkle on SQLite", peer)


def append(file: Path) -> None:
    database = MemoryDatabase()
    database.connection = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    for statement in log_ddl("sqlite"):
        database.execute(statement)
    log = Log(database, Signer.generate(ORIGIN), ORIGIN)
    for first in range(0, ENTRIES, BATCH):
        database.execute("BEGIN IMMEDIATE")
        log.append([(sha256(entry).hexdigest(), entry) for entry in entries(first, BATCH)])
        database.execute("COMMIT")
    database.connection.close()


def append_peer(file: Path) -> None:
    with SqliteTree(str(file), algorithm="sha256") as tree:
        for first in range(0, PEER_ENTRIES, BATCH):
            tree.append_entries(entries(first, BATCH), chunksize=BATCH)
            tree.get_state()


def entries(first: int, count: int) -> list[bytes]:
    """Distinct entries of one size."""
    return [f"{number:0{SIZE}d}".encode() for number in range(first, first + count)]
