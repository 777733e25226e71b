"""The evidence once more, out of log entries alone, in a private database in memory.

`verify` holds it against an instance's tables, the verifier against a pack's snapshot. An entry
that cannot be read is left out and named; the others still tell what they told.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from changeproof.events.entry import Entry, parse_entry
from changeproof.events.refusal import Refusal
from changeproof.ledger.evidence import Evidence
from changeproof.ledger.schema import create_tables
from changeproof.ledger.store import Store
from changeproof.log.database import MemoryDatabase

BATCH = 500


@dataclass
class Reprojection:
    """What the entries gave. `unreadable` maps a position to why nothing was read there."""

    store: Store
    entries: int = 0
    unreadable: dict[int, str] = field(default_factory=dict)


def reproject(
    entries: Iterable[tuple[int, bytes]], on_progress: Callable[[int], None] | None = None
) -> Reprojection:
    """Project (position, entry bytes) pairs; their order does not matter."""
    database = MemoryDatabase()
    create_tables(database)
    database.execute("BEGIN")  # without one, each statement would be a transaction of its own
    evidence = Evidence(database)
    found = Reprojection(evidence.store)
    batch: list[Entry] = []
    for position, encoded in entries:
        try:
            batch.append(parse_entry(encoded))
        except (Refusal, RecursionError) as error:
            why = error.why if isinstance(error, Refusal) else "it nests too deeply"
            found.unreadable[position] = why
            continue
        found.entries += 1
        if len(batch) == BATCH:
            evidence.take(batch)
            batch = []
            if on_progress is not None:
                on_progress(found.entries)
    if batch:
        evidence.take(batch)
    database.execute("COMMIT")
    if on_progress is not None:
        on_progress(found.entries)
    return found
