"""Findings as rows: state, reason in its parts, and the entries they rest on."""

from collections.abc import Iterable
from dataclasses import replace

from changeproof.ledger.joined import Finding
from changeproof.ledger.judgements import Judgement
from changeproof.web.pages.change_page import VerdictRow
from changeproof.web.readings.became import histories
from changeproof.web.readings.entries import Links, linked, listed
from changeproof.web.readings.numbers import check_name
from changeproof.web.readings.reasons import due_of, parted
from changeproof.web.states import state

SHOWN = 8  # entries beside a reason; the change's life links to them all


def verdict_rows(
    findings: Iterable[Finding],
    links: Links,
    due_at: int | None,
    judgements: Iterable[Judgement] = (),
) -> tuple[VerdictRow, ...]:
    """The rows in order of their numbers."""
    became = histories(judgements, links)
    rows = [
        replace(_row(finding, links, due_at), history=became.get(finding.check_id, ()))
        for finding in findings
    ]
    return tuple(sorted(rows, key=lambda row: check_name(row.check).order))


def _row(finding: Finding, links: Links, due_at: int | None) -> VerdictRow:
    name = check_name(finding.check_id)
    said = parted(finding.reason)
    entries = linked(links, listed(finding.evidence))
    due = due_of(finding.reason, due_at) if finding.verdict == "pending" else None
    return VerdictRow(
        check=finding.check_id,
        number=name.number,
        name=name.name,
        verdict=finding.verdict,
        state=state(finding.verdict, basis=finding.basis, due=due),
        reason=said.what,
        why=said.why,
        cure=said.cure,
        to_do=said.to_do,
        due=due,
        basis=finding.basis,
        evidence=entries[:SHOWN],
        evidence_more=max(0, len(entries) - SHOWN),
    )
