"""The case of a silence ends by itself once the time that it hid has been read as a whole."""

from collections.abc import Sequence

from changeproof.events.acts import CaseResolved
from changeproof.events.event import canonical, sha256_hex
from changeproof.ledger.cases_read import cases_of
from changeproof.ledger.joined import Finding
from changeproof.ledger.judgements import CaseFile
from changeproof.ledger.service import Ledger
from changeproof.ledger.silences import cases_read_since
from changeproof.monitor.causes import TOOLS


def end_recovered(ledger: Ledger, findings: Sequence[Finding], moment: int) -> list[CaseResolved]:
    """The end of each case whose silence was read. What the silence hid is judged by then, and has
    cases of its own."""
    if not any(row.check_id == TOOLS for row in findings):
        return []
    files = ledger.store.by(CaseFile, "case_id", cases_read_since(ledger.store))
    return [
        CaseResolved(
            source="monitor",
            delivery=sha256_hex(canonical([case.name, len(case.resolutions)])),
            occurred_at=moment,
            case=case.name,
            outcome="read_since",
        )
        for case in cases_of(ledger.store, files)
        if case.ended is None
    ]
