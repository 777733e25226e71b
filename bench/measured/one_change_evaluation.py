"""One change with all checks, as after a webhook: evidence read, judged in memory, findings out.

The peer is the same change's share of a batch of five hundred: what judging one at a time costs.
Then records of a thousand and of a hundred thousand changes hold three hundred to judge: the
peer of the larger is the smaller.
"""

import statistics
import time
from collections.abc import Iterator, Sequence

from bench.measured.append_project_join import batches_of, entries
from bench.registry import Measurement, benchmark
from changeproof.checks.judge import judge
from changeproof.events.entry import seal
from changeproof.ledger.evidence import Evidence
from changeproof.ledger.schema import create_tables
from changeproof.ledger.store import Store
from changeproof.log.database import MemoryDatabase
from changeproof.policy.parameters import initial_policy_event
from tests.checks.populations import pull_requests, store_of

CHANGES = 500
RECORDS, SAMPLE = (1_000, 100_000), 300
AS_OF = 1_800_000_000_000_000


@benchmark
def one_change_evaluation() -> Iterator[Measurement]:
    store, changes = _ledger()
    times = _milliseconds(store, changes)
    begun = time.perf_counter()
    judge(store, changes, AS_OF, context_version=1)
    share = (time.perf_counter() - begun) * 1000 / len(changes)
    peer = "its share of 500"
    yield Measurement(statistics.median(times), "ms", "lower", peer, share, target=1)
    yield Measurement(
        sorted(times)[-len(times) // 100], "ms", "lower", peer, share, target=3, part="p99"
    )
    yield from _as_the_record_grows()


def _as_the_record_grows() -> Iterator[Measurement]:
    """The median of a change in records of each of `RECORDS` changes, each of the same kind."""
    first: float | None = None
    for size in RECORDS:
        store = store_of()
        for rows in batches_of(10_000, pull_requests(size)):
            store.insert(rows)
        sample = [f"github:repo/1/pull/{number}" for number in range(0, size, size // SAMPLE)]
        median = statistics.median(_milliseconds(store, sample))
        yield Measurement(median, "ms", "lower", f"of {RECORDS[0]:,}", first, part=f"of {size:,}")
        first = first if first is not None else median


def _milliseconds(store: Store, changes: Sequence[str]) -> list[float]:
    """What each change takes when it is judged alone, statements being prepared."""
    judge(store, changes[:3], AS_OF, context_version=1)
    times = []
    for change in changes:
        begun = time.perf_counter()
        judge(store, [change], AS_OF, context_version=1)
        times.append((time.perf_counter() - begun) * 1000)
    return times


def _ledger() -> tuple[Store, list[str]]:
    database = MemoryDatabase()
    create_tables(database)
    evidence = Evidence(database)
    policy, _ = initial_policy_event("standard")
    evidence.take([seal(policy, received_at=0, collector="bench"), *entries(CHANGES)])
    rows = database.execute("SELECT change_id FROM change ORDER BY change_id")
    return evidence.store, [str(row[0]) for row in rows]
