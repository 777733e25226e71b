"""A pack's reconciliation: each side's query and count, and every leftover with its verdict."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from changeproof.ledger.joined import Finding
from changeproof.ledger.reconciliation.described import leftover_json, reconciliation_json
from changeproof.ledger.reconciliation.reconcile import Reconciliation, reconcile
from changeproof.ledger.store import Store
from changeproof.verifier.pack_format import Cover, as_json
from changeproof.verifier.tabular import csv_bytes, utc

COLUMNS = ("side", "item", "system", "at", "result", "reason", "subject", "check", "evidence")

Judge = Callable[[Sequence[str]], Collection[Finding]]


def reconciled_for(
    store: Store, cover: Cover, findings: Collection[Finding], judge: Judge
) -> Reconciliation:
    """The pack's period; what a leftover belongs to and the population does not is judged too."""
    held = {(row.subject, row.check_id): row for row in findings}
    judged = {row.subject for row in findings}

    def findings_of(subjects: Collection[str]) -> Mapping[tuple[str, str], Finding]:
        missing = set(subjects) - judged
        if missing:
            judged.update(missing)
            held.update({(row.subject, row.check_id): row for row in judge(sorted(missing))})
        return held

    return reconcile(store, findings_of, cover.period_from, cover.period_until)


def spans_json(found: Reconciliation) -> bytes:
    """Counts and queries; the leftovers are in the CSV beside it."""
    told = reconciliation_json(found)
    for count in _counts(told):
        del count["items"]
    return as_json(told)


def leftovers_csv(found: Reconciliation) -> bytes:
    """Every leftover: one row each, in the order of the fence, the most urgent first."""
    rows: list[dict[str, Any]] = []
    for each in found.spans:
        for words, side, count in (
            (each.span.left_over, each.span.left, each.left),
            (each.span.right_over, each.span.right, each.right),
        ):
            rows += [
                {"side": f"{side.label}, {words}", **leftover_json(row)} for row in count.leftovers
            ]
    for other in found.beside:
        rows += [
            {"side": other.beside.label, **leftover_json(row)} for row in other.count.leftovers
        ]
    return csv_bytes(
        COLUMNS,
        (
            {**row, "at": utc(row["at"]), "result": str(row["verdict"]).replace("_", " ")}
            for row in rows
        ),
    )


def _counts(told: dict[str, Any]) -> list[dict[str, Any]]:
    sides = [span[half] for span in told["spans"] for half in ("left", "right")]
    return [*sides, *told["not_code"]]
