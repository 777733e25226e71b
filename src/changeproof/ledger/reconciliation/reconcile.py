"""The fence of a period: each side's total, what matches its neighbour, every leftover's verdict.

Only zero unexplained leftovers is a pass: an item that neither the record nor a finding explains
is counted as such and listed first.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from changeproof.ledger.joined import Finding
from changeproof.ledger.reconciliation.beside import BESIDE, Beside
from changeproof.ledger.reconciliation.spans import SPANS, Side, Span
from changeproof.ledger.retrievals import Retrieval
from changeproof.ledger.store import Store

UNEXPLAINED = "unexplained"
ORDER = (UNEXPLAINED, "deviation", "not_verifiable", "pending", "met", "not_applicable")
"""The verdicts of leftovers, the most urgent first."""

FindingsOf = Callable[[Collection[str]], Mapping[tuple[str, str], Finding]]
"""The findings on these subjects, by subject and check."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """An item without a counterpart. `subject` is what its verdict was given on."""

    item: str
    system: str | None
    happened_at: int | None
    verdict: str
    reason: str
    subject: str | None
    check: str | None
    evidence: str = ""


@dataclass(frozen=True)
class Count:
    """One side of one span: `total` is `matched` and the leftovers together."""

    matched: int
    leftovers: tuple[Leftover, ...]

    @property
    def total(self) -> int:
        return self.matched + len(self.leftovers)

    @property
    def by_verdict(self) -> dict[str, int]:
        """How many leftovers have which verdict, the most urgent first."""
        told = Counter(row.verdict for row in self.leftovers)
        return {verdict: told[verdict] for verdict in ORDER if told[verdict]}


@dataclass(frozen=True)
class SpanCount:
    """A span with both of its sides counted."""

    span: Span
    left: Count
    right: Count


@dataclass(frozen=True)
class BesideCount:
    """A population that is not code, counted."""

    beside: Beside
    count: Count


@dataclass(frozen=True)
class Reconciliation:
    """Of a period (UTC microseconds, end excluded; null: open) and of some systems (null: all)."""

    since: int | None
    until: int | None
    systems: frozenset[str] | None
    spans: tuple[SpanCount, ...]
    beside: tuple[BesideCount, ...]
    retrievals: tuple[Retrieval, ...] = field(default=())

    @property
    def leftovers(self) -> Iterable[Leftover]:
        for each in self.spans:
            yield from each.left.leftovers
            yield from each.right.leftovers
        for other in self.beside:
            yield from other.count.leftovers

    @property
    def by_verdict(self) -> dict[str, int]:
        """All leftovers by verdict, the most urgent first."""
        told = Counter(row.verdict for row in self.leftovers)
        return {verdict: told[verdict] for verdict in ORDER if told[verdict]}

    @property
    def unexplained(self) -> int:
        """Zero, or the record is not reconciled."""
        return sum(row.verdict == UNEXPLAINED for row in self.leftovers)

    def total_of(self, side: Side) -> int:
        """How many items a side has; a side of two spans has the same in both."""
        for each in self.spans:
            if each.span.left == side:
                return each.left.total
            if each.span.right == side:
                return each.right.total
        return 0


def reconcile(
    store: Store,
    findings_of: FindingsOf,
    since: int | None = None,
    until: int | None = None,
    systems: frozenset[str] | None = None,
    *,
    with_retrievals: bool = True,
) -> Reconciliation:
    """Count every side and give every leftover its verdict. Reads, and writes nothing.

    A list that was retrieved may name any system: without `with_retrievals` none is told.
    """

    def count(items: str) -> Count:
        return _count(store, items, findings_of, since, until, systems)

    return Reconciliation(
        since,
        until,
        systems,
        tuple(SpanCount(each, count(each.left_items), count(each.right_items)) for each in SPANS),
        tuple(BesideCount(each, count(each.items)) for each in BESIDE),
        retrievals_since(store, since) if with_retrievals else (),
    )


def retrievals_since(store: Store, since: int | None) -> tuple[Retrieval, ...]:
    """Lists that may hold what happened since then: one that bears no time may."""
    return tuple(
        row
        for row in store.all(Retrieval)
        if since is None or not row.retrieved_at or row.retrieved_at >= since
    )


def period_query(items: str, since: int | None, until: int | None) -> str:
    """The query of one side for a period, as it runs: times are written in."""
    bounds = [
        f"s.happened_at {sign} {moment}"
        for sign, moment in ((">=", since), ("<", until))
        if moment is not None
    ]
    # What bears no time belongs to every period: it is never lost between two.
    when = f"\nWHERE s.happened_at IS NULL OR ({' AND '.join(bounds)})" if bounds else ""
    return (
        "SELECT s.item, s.system, s.happened_at, s.matched, s.subject, s.check_id, s.ruled, s.why"
        f"\nFROM ({items}) AS s{when}"
    )


def _count(
    store: Store,
    items: str,
    findings_of: FindingsOf,
    since: int | None,
    until: int | None,
    systems: frozenset[str] | None,
) -> Count:
    asked = period_query(items, since, until)
    seen = [
        (system, number)
        for system, number in store.database.execute(
            f"SELECT m.system, COUNT(*) FROM ({asked}) AS m WHERE m.matched = 1 GROUP BY m.system"
        )
        if systems is None or system in systems
    ]
    rows = [
        row
        for row in store.database.execute(f"SELECT * FROM ({asked}) AS m WHERE m.matched = 0")
        if systems is None or row[1] in systems
    ]
    subjects = {str(row[4]) for row in rows if row[6] is None and row[4] is not None}
    findings = findings_of(subjects) if subjects else {}
    leftovers = sorted(
        (leftover(row, findings) for row in rows),
        key=lambda each: (ORDER.index(each.verdict), -(each.happened_at or 0), each.item),
    )
    return Count(sum(number for _, number in seen), tuple(leftovers))


def leftover(row: tuple[Any, ...], findings: Mapping[tuple[str, str], Finding]) -> Leftover:
    """A row of `period_query` with its verdict: from the record alone, by its finding, or none."""
    item, system, happened_at, _, subject, check, ruled, why = row
    if ruled is not None:
        return Leftover(item, system, happened_at, ruled, why, subject, None)
    found = findings.get((subject, check))
    if found is not None:
        return Leftover(
            *(item, system, happened_at, found.verdict, found.reason, subject, check),
            evidence=found.evidence,
        )
    why_not = "It belongs to no change on record."
    if subject is not None:
        why_not = "The change that it belongs to has not been judged."
    return Leftover(item, system, happened_at, UNEXPLAINED, why_not, subject, None)
