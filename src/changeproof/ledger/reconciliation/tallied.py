"""A side's leftovers counted where they lie, for pages that list only a few of them.

`reconcile` gives every leftover as a row; a company of a hundred thousand changes may have as many.
Here the database counts them by verdict, and only what is shown is read. The verdicts are those
that stand (`described.standing_findings`), and the same that `reconcile` gives.
"""

import re
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
from changeproof.ledger.reconciliation.spans import COMMITS, SPANS, Side, Span
from changeproof.ledger.store import Store

TABLES_READ = frozenset(
    {
        "finding",
        *(
            name
            for items in (
                *(each.left_items for each in SPANS),
                *(each.right_items for each in SPANS),
                *(each.items for each in BESIDE),
            )
            for name in re.findall(r"\b(?:FROM|JOIN)\s+([a-z_]+)", items)
        ),
    }
)
"""The evidence tables that the counts follow from."""


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
    alone where there is no other, or where all are sure to be the same. `first` has the latest
    leftovers of each urgent verdict, at most `FIRST`.
    """

    items: str
    matched: int
    by_verdict: dict[str, int]
    reasons: dict[str, frozenset[str]]
    first: dict[str, tuple[Leftover, ...]]

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

    def count(items: str, side: Side | None = None) -> Tally:
        return tally(store, items, period, are_many=side == COMMITS)

    return Fence(
        period,
        tuple(
            SpanTally(each, count(each.left_items, each.left), count(each.right_items, each.right))
            for each in SPANS
        ),
        tuple(BesideTally(each, count(each.items)) for each in BESIDE),
    )


FIRST = 40
"""So many leftovers of each urgent verdict come with the counts."""
URGENT = (UNEXPLAINED, "deviation", "not_verifiable")

_FINDING = """
LEFT JOIN {findings} AS f ON m.matched = 0 AND m.ruled IS NULL
  AND f.subject = m.subject AND f.check_id = m.check_id"""
_JUDGED = """judged AS MATERIALIZED (
  SELECT j.subject, j.check_id, j.verdict FROM finding AS j WHERE j.check_id = {check}
), """
_CHECK = re.compile(r"('[^']+') AS check_id")
_VERDICT = f"COALESCE(m.ruled, f.verdict, '{UNEXPLAINED}')"

_NOTHING = "CAST(NULL AS TEXT)"
_REASON = (
    "(SELECT r.reason FROM finding AS r WHERE r.subject = g.{subject} AND r.check_id = g.check_id)"
)
_COUNTED = f"""
SELECT 0 AS part, g.matched, g.number, g.ruled, g.judged, g.check_id, g.first_subject AS subject,
  COALESCE(g.first_why, {_REASON.format(subject="first_subject")}) AS why,
  COALESCE(g.last_why, {_REASON.format(subject="last_subject")}) AS other,
  {_NOTHING} AS item, {_NOTHING} AS system
FROM (
  SELECT x.matched, x.ruled, x.judged, x.check_id, COUNT(*) AS number,
    MIN(x.subject) AS first_subject, MAX(x.subject) AS last_subject,
    MIN(x.why) AS first_why, MAX(x.why) AS last_why
  FROM x GROUP BY x.matched, x.ruled, x.judged, x.check_id, x.subject IS NULL
) AS g"""
_FIRST_OF = f"""
SELECT 1 AS part, 0 AS matched, l.happened_at AS number, l.ruled, l.judged, l.check_id, l.subject,
  COALESCE(l.why, f.reason) AS why, f.evidence AS other, l.item, l.system
FROM (
  SELECT x.happened_at, x.ruled, x.judged, x.check_id, x.subject, x.why, x.item, x.system
  FROM x WHERE x.matched = 0 AND COALESCE(x.ruled, x.judged, '{UNEXPLAINED}') = '{{verdict}}'
  ORDER BY COALESCE(x.happened_at, 0) DESC, x.item LIMIT {FIRST}
) AS l
LEFT JOIN finding AS f
  ON l.ruled IS NULL AND f.subject = l.subject AND f.check_id = l.check_id"""
_PARTS = "\nUNION ALL".join([_COUNTED, *(_FIRST_OF.format(verdict=each) for each in URGENT)])


def tally(store: Store, items: str, period: Period, *, are_many: bool = False) -> Tally:
    """How many of `items` match, how many are left over with which verdict, and the first of
    those: the items are gone through once.

    `are_many`: as many as there are findings of their check, which are then read in a row from
    its index; each looked up by itself takes three times as long.
    """
    seen, values = _seen(store, items, period, "judged" if are_many else "finding")
    read_first = _JUDGED.format(check=_CHECK.findall(items)[0]) if are_many else ""
    rows = store.database.execute(
        f"WITH {read_first}x AS MATERIALIZED (\nSELECT m.item, m.system, m.happened_at, m.matched,"
        f" m.subject, m.check_id, m.ruled, m.why, f.verdict AS judged\n{seen}\n){_PARTS}",
        values,
    )
    told: Counter[str] = Counter()
    reasons: dict[str, set[str]] = {}
    first: dict[str, list[Leftover]] = {}
    matched = 0
    for part, is_matched, number, ruled, judged, check, subject, why, other, item, system in rows:
        verdict = ruled or judged or UNEXPLAINED
        if part:
            found = (item, system, number, subject, check, ruled, why, judged, why, other)
            first.setdefault(verdict, []).append(_read(found))
        elif is_matched:
            matched += int(number)
        else:
            told[verdict] += int(number)
            unjudged = ("", None, None, subject, check, None, None, None, "", "")
            known = ruled is not None or judged is not None
            said = (why, other) if known else (_read(unjudged).reason,)
            reasons.setdefault(verdict, set()).update(map(str, said))
    return Tally(
        items,
        matched,
        {verdict: told[verdict] for verdict in ORDER if told[verdict]},
        {verdict: frozenset(said) for verdict, said in reasons.items()},
        {verdict: tuple(sorted(each, key=_latest_first)) for verdict, each in first.items()},
    )


def _latest_first(row: Leftover) -> tuple[int, str]:
    return -(row.happened_at or 0), row.item


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


def _seen(
    store: Store, items: str, period: Period, findings: str = "finding"
) -> tuple[str, tuple[Any, ...]]:
    """The side's items with the finding on each leftover, from FROM to WHERE; its parameters."""
    where: str = "m.matched IN (0, 1)"
    values: tuple[Any, ...] = ()
    if period.systems is not None:
        among, systems = store.among("m.system", period.systems)
        where, values = f"{where} AND {among}", (systems,)
    asked = period_query(items, period.since, period.until)
    return f"FROM ({asked}) AS m{_FINDING.format(findings=findings)}\nWHERE {where}", values


def _read(row: tuple[Any, ...]) -> Leftover:
    item, system, happened_at, subject, check, ruled, why, verdict, reason, evidence = row
    judged = {}
    if verdict is not None:
        judged[subject, check] = Finding(subject, check, verdict, "direct", reason, evidence)
    return leftover((item, system, happened_at, 0, subject, check, ruled, why), judged)
