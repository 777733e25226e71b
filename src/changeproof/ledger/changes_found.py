"""Which changes match: ids alone, a page at a time, by the findings that stand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Span:
    """A period, `until` excluded, UTC microseconds, of some systems; None: of all."""

    systems: frozenset[str] | None
    begins_at: int
    until: int

    def covers(self, system: str, listed_at: int) -> bool:
        """Whether a change of this system that stands at `listed_at` in the lists lies in it."""
        within = self.begins_at <= listed_at < self.until
        return within and (self.systems is None or system in self.systems)


def within_spans(spans: Sequence[Span], prefix: str = "") -> tuple[str, list[Any]]:
    """A condition on `subject_judged`, whose columns are written after `prefix`, with what it
    binds; of no spans, nothing lies within."""
    parts: list[str] = []
    bound: list[Any] = []
    for span in spans:
        part = f"{prefix}listed_at >= ? AND {prefix}listed_at < ?"
        bound += [span.begins_at, span.until]
        if span.systems is not None:
            marks = ", ".join("?" for _ in span.systems)
            part += f" AND {prefix}system IN ({marks})" if span.systems else " AND 1 = 0"
            bound += sorted(span.systems)
        parts.append(f"({part})")
    return f"({' OR '.join(parts)})" if parts else "1 = 0", bound


def find_changes(
    store: Store,
    *,
    systems: Collection[str] | None = None,
    spans: Sequence[Span] | None = None,
    verdict: str | None = None,
    matching: tuple[str, Sequence[Any]] | None = None,
    after: str = "",
    limit: int = 100,
) -> list[str]:
    """Up to `limit` ids behind `after`, in their order; `systems` None means all, and `spans` None
    any time. `matching` is a query of subjects with its parameters: only these."""
    conditions = ["c.change_id > ?"]
    bound: list[Any] = [after]
    if systems is not None:
        if not systems:
            return []
        conditions.append(f"c.system IN ({', '.join('?' for _ in systems)})")
        bound += sorted(systems)
    if spans is not None:
        inside, parameters = within_spans(spans, "s.")
        conditions.append(
            f"EXISTS (SELECT 1 FROM subject_judged AS s WHERE s.subject = c.change_id AND {inside})"
        )
        bound += parameters
    if verdict is not None:
        conditions.append(f"{_VERDICT} = ?")
        bound.append(URGENCY.index(verdict))
    if matching is not None:
        conditions.append(f"c.change_id IN ({matching[0]})")
        bound += matching[1]
    rows = store.database.execute(
        f"SELECT c.change_id FROM change c WHERE {' AND '.join(conditions)}"
        " ORDER BY c.change_id LIMIT ?",
        (*bound, limit),
    )
    return [str(row[0]) for row in rows]
