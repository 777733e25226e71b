"""One change with all checks, as after a webhook: evidence read, judged in memory, findings out.

The peer is the same change's share of a batch of five hundred: what judging one at a time costs.
"""

import statistics
import time
from collections.abc import Iterator

from bench.measured.append_project_join import entries
from bench.registry import Measurement, benchmark
from changeproof.checks.judge import judge
from changeproof.events.entry import seal
from changeproof.ledger.evidence import Evidence
from changeproof.ledger.schema import create_tables
from changeproof.ledger.store import Store
from changeproof.log.database import MemoryDatabase
from changeproof.policy.parameters import initial_policy_event

CHANGES = 500
AS_OF = 1_800_000_000_000_000


@benchmark
def one_change_evaluation() -> Iterator[Measurement]:
    store, changes = _ledger()
    judge(store, changes[:3], AS_OF, context_version=1)  # statements are prepared
    times = []
    for change in changes:
        begun = time.perf_counter()
        judge(store, [change], AS_OF, context_version=1)
        times.append((time.perf_counter() - begun) * 1000)
    begun = time.perf_counter()
    judge(store, changes, AS_OF, context_version=1)
    share = (time.perf_counter() - begun) * 1000 / len(changes)
    peer = "its share of 500"
    yield Measurement(statistics.median(times), "ms", "lower", peer, share, target=1)
    yield Measurement(
        sorted(times)[-len(times) // 100], "ms", "lower", peer, share, target=3, part="p99"
    )


def _ledger() -> tuple[Store, list[str]]:
    database = MemoryDatabase()
    create_tables(database)
    evidence = Evidence(database)
    policy, _ = initial_policy_event("standard")
    evidence.take([seal(policy, received_at=0, collector="bench"), *entries(CHANGES)])
    rows = database.execute("SELECT change_id FROM change ORDER BY change_id")
    return evidence.store, [str(row[0]) for row in rows]
