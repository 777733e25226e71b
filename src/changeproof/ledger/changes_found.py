"""Which changes match: ids alone, a page at a time, by the findings that stand."""

from collections.abc import Collection
from typing import Any

from changeproof.ledger.changes_read import URGENCY
from changeproof.ledger.store import Store

# Of a change without a finding yet, `pending` is said (changes_read.verdict_of).
_RANK = " ".join(f"WHEN '{verdict}' THEN {rank}" for rank, verdict in enumerate(URGENCY))
_VERDICT = (
    f"COALESCE((SELECT MIN(CASE f.verdict {_RANK} ELSE {len(URGENCY)} END) FROM finding f"
    " WHERE f.subject = c.change_id AND f.check_id >= 'cc8_1/' AND f.check_id < 'cc8_10'),"
    f" {URGENCY.index('pending')})"
)


def find_changes(
    store: Store,
    *,
    systems: Collection[str] | None = None,
    verdict: str | None = None,
    after: str = "",
    limit: int = 100,
) -> list[str]:
    """Up to `limit` ids behind `after`, in their order; `systems` None means all."""
    conditions = ["c.change_id > ?"]
    bound: list[Any] = [after]
    if systems is not None:
        if not systems:
            return []
        conditions.append(f"c.system IN ({', '.join('?' for _ in systems)})")
        bound += sorted(systems)
    if verdict is not None:
        conditions.append(f"{_VERDICT} = ?")
        bound.append(URGENCY.index(verdict))
    rows = store.database.execute(
        f"SELECT c.change_id FROM change c WHERE {' AND '.join(conditions)}"
        " ORDER BY c.change_id LIMIT ?",
        (*bound, limit),
    )
    return [str(row[0]) for row in rows]
