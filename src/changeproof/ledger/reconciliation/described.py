"""A reconciliation as programs read it: one object in the API, `reconcile --json` and the pack."""

from collections.abc import Collection, Mapping
from typing import Any

from changeproof.ledger.joined import Finding
from changeproof.ledger.reconciliation.reconcile import (
    Count,
    FindingsOf,
    Leftover,
    Reconciliation,
    period_query,
)
from changeproof.ledger.reconciliation.spans import SIDES
from changeproof.ledger.store import Store


def standing_findings(store: Store) -> FindingsOf:
    """The findings that stand now, as `reconcile` asks for them."""

    def found(subjects: Collection[str]) -> Mapping[tuple[str, str], Finding]:
        rows = store.by(Finding, "subject", subjects)
        return {(row.subject, row.check_id): row for row in rows}

    return found


def reconciliation_json(found: Reconciliation) -> dict[str, Any]:
    """Sides, spans, what is not code, retrievals; every leftover stands in its list."""
    return {
        "from": found.since,
        "until": found.until,
        "systems": None if found.systems is None else sorted(found.systems),
        "reconciled": found.unexplained == 0,
        "unexplained": found.unexplained,
        "leftovers": found.by_verdict,
        "sides": [
            {"side": side.name, "title": side.label, "total": found.total_of(side)}
            for side in SIDES
        ],
        "spans": [
            {
                "span": each.span.name,
                "title": each.span.label,
                "left": _count(each.left, each.span.left_items, found),
                "right": _count(each.right, each.span.right_items, found),
            }
            for each in found.spans
        ],
        "not_code": [
            {
                "population": each.beside.name,
                "title": each.beside.label,
                **_count(each.count, each.beside.items, found),
            }
            for each in found.beside
        ],
        "retrievals": [
            {
                "of": row.scope,
                "items": row.items,
                "query": row.query,
                "retrieved_at": row.retrieved_at or None,
                "pages": row.page_count,
                "rows": row.row_count,
                "stated_total": row.stated_total,
                "ending": row.ending,
                "reply": row.reply,
            }
            for row in found.retrievals
        ],
    }


def _count(count: Count, items: str, found: Reconciliation) -> dict[str, Any]:
    return {
        "total": count.total,
        "matched": count.matched,
        "left_over": len(count.leftovers),
        "by_verdict": count.by_verdict,
        "query": period_query(items, found.since, found.until),
        "items": [leftover_json(row) for row in count.leftovers],
    }


def leftover_json(row: Leftover) -> dict[str, Any]:
    """One item without a counterpart."""
    return {
        "item": row.item,
        "system": row.system,
        "at": row.happened_at,
        "verdict": row.verdict,
        "reason": row.reason,
        "subject": row.subject,
        "check": row.check,
        "evidence": sorted(filter(None, row.evidence.split(","))),
    }
