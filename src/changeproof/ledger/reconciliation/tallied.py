"""A side's leftovers counted where they lie, for pages that list only a few of them.

`reconcile` gives every leftover as a row; a company of a hundred thousand changes may have as many.
Here the database counts them by verdict, and only what is shown is read. The verdicts are those
that stand (`described.standing_findings`), and the same that `reconcile` gives.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from changeproof.ledger.joined import Finding
from changeproof.ledger.reconciliation.beside import BESIDE, Beside
from changeproof.ledger.reconciliation.reconcile import (
    ORDER,
    UNEXPLAINED,
    Leftover,
    leftover,
    period_query,
)
from changeproof.ledger.reconciliation.spans import SPANS, Side, Span
from changeproof.ledger.store import Store


@dataclass(frozen=True, slots=True)
class Period:
    """[since, until) in UTC microseconds (null: open), and some systems (null: all)."""

    since: int | None
    until: int | None
    systems: frozenset[str] | None


@dataclass(frozen=True)
class Tally:
    """One side of a span, counted; `by_verdict` has the most urgent first.

    `reasons` has two reasons of each verdict's leftovers, the first and the last by name: one
    alone where there is no other, or where all are sure to be the same.
    """

    items: str
    matched: int
    by_verdict: dict[str, int]
    reasons: dict[str, frozenset[str]]

    @property
    def left(self) -> int:
        return sum(self.by_verdict.values())

    @property
    def total(self) -> int:
        return self.matched + self.left


@dataclass(frozen=True)
class SpanTally:
    """A span with both of its sides counted."""

    span: Span
    left: Tally
    right: Tally


@dataclass(frozen=True)
class BesideTally:
    """A population that is not code, counted."""

    beside: Beside
    count: Tally


@dataclass(frozen=True)
class Fence:
    """Every side of a period counted, and no leftover read."""

    period: Period
    spans: tuple[SpanTally, ...]
    beside: tuple[BesideTally, ...]

    @property
    def by_verdict(self) -> dict[str, int]:
        """All leftovers by verdict, the most urgent first."""
        told: Counter[str] = Counter()
        for each in self.spans:
            told.update(each.left.by_verdict)
            told.update(each.right.by_verdict)
        for other in self.beside:
            told.update(other.count.by_verdict)
        return {verdict: told[verdict] for verdict in ORDER if told[verdict]}

    def total_of(self, side: Side) -> int:
        """How many items a side has; a side of two spans has the same in both."""
        for each in self.spans:
            if each.span.left == side:
                return each.left.total
            if each.span.right == side:
                return each.right.total
        return 0


def tallied(store: Store, period: Period) -> Fence:
    """Count every side, as `reconcile` does."""

    def count(items: str) -> Tally:
        return tally(store, items, period)

    return Fence(
        period,
        tuple(SpanTally(each, count(each.left_items), count(each.right_items)) for each in SPANS),
        tuple(BesideTally(each, count(each.items)) for each in BESIDE),
    )


_FINDING = """
LEFT JOIN finding AS f ON m.matched = 0 AND m.ruled IS NULL
  AND f.subject = m.subject AND f.check_id = m.check_id"""
_VERDICT = f"COALESCE(m.ruled, f.verdict, '{UNEXPLAINED}')"


def tally(store: Store, items: str, period: Period) -> Tally:
    """How many of `items` match, and how many are left over with which verdict."""
    seen, values = _seen(store, items, period)
    first, last = (
        "(SELECT r.reason FROM finding AS r"
        f" WHERE r.subject = g.{each} AND r.check_id = g.check_id)"
        for each in ("first_subject", "last_subject")
    )
    groups = store.database.execute(
        "SELECT g.matched, g.ruled, g.verdict, g.check_id, g.number, g.first_subject,"
        f" COALESCE(g.first_why, {first}), COALESCE(g.last_why, {last})\nFROM ("
        "SELECT m.matched, m.ruled, f.verdict, m.check_id, COUNT(*) AS number,"
        " MIN(m.subject) AS first_subject, MAX(m.subject) AS last_subject,"
        " MIN(m.why) AS first_why, MAX(m.why) AS last_why"
        f"\n{seen} GROUP BY m.matched, m.ruled, f.verdict, m.check_id, m.subject IS NULL) AS g",
        values,
    )
    told: Counter[str] = Counter()
    reasons: dict[str, set[str]] = {}
    matched = 0
    for is_matched, ruled, judged, check, number, subject, *whys in groups:
        if is_matched:
            matched += int(number)
            continue
        verdict = ruled or judged or UNEXPLAINED
        told[verdict] += int(number)
        if ruled is None and judged is None:
            whys = [_read(("", None, None, subject, check, None, None, None, "", "")).reason]
        reasons.setdefault(verdict, set()).update(map(str, whys))
    return Tally(
        items,
        matched,
        {verdict: told[verdict] for verdict in ORDER if told[verdict]},
        {verdict: frozenset(said) for verdict, said in reasons.items()},
    )


def leftovers(
    store: Store, items: str, period: Period, verdict: str, most: int
) -> tuple[Leftover, ...]:
    """The latest `most` leftovers with this verdict, in the order in which `reconcile` has them."""
    seen, values = _seen(store, items, period)
    found = store.database.execute(
        "SELECT m.item, m.system, m.happened_at, m.subject, m.check_id, m.ruled, m.why,"
        " f.verdict, f.reason, f.evidence"
        f"\n{seen} AND m.matched = 0 AND {_VERDICT} = ?"
        f"\nORDER BY COALESCE(m.happened_at, 0) DESC, m.item LIMIT {int(most)}",
        (*values, verdict),
    )
    return tuple(_read(row) for row in found)


def every_reason(store: Store, items: str, period: Period, verdict: str) -> frozenset[str]:
    """All reasons of the leftovers with this verdict. Reads each of them: only where it matters."""
    seen, values = _seen(store, items, period)
    rows = store.database.execute(
        "SELECT DISTINCT m.subject IS NULL, m.ruled, m.why, f.verdict, f.reason"
        f"\n{seen} AND m.matched = 0 AND {_VERDICT} = ?",
        (*values, verdict),
    )
    return frozenset(
        _read(("", None, None, None if no_subject else "", "", *said, "")).reason
        for no_subject, *said in rows
    )


def _seen(store: Store, items: str, period: Period) -> tuple[str, tuple[Any, ...]]:
    """The side's items with the finding on each leftover, from FROM to WHERE; its parameters."""
    where: str = "m.matched IN (0, 1)"
    values: tuple[Any, ...] = ()
    if period.systems is not None:
        among, systems = store.among("m.system", period.systems)
        where, values = f"{where} AND {among}", (systems,)
    asked = period_query(items, period.since, period.until)
    return f"FROM ({asked}) AS m{_FINDING}\nWHERE {where}", values


def _read(row: tuple[Any, ...]) -> Leftover:
    item, system, happened_at, subject, check, ruled, why, verdict, reason, evidence = row
    judged = {}
    if verdict is not None:
        judged[subject, check] = Finding(subject, check, verdict, "direct", reason, evidence)
    return leftover((item, system, happened_at, 0, subject, check, ruled, why), judged)
