"""What could not be seen: silences, unread deliveries, time before a source was connected."""

from changeproof.ledger.receipts import (
    QuarantinedDelivery,
    Recovery,
    ReplayedDelivery,
    Silence,
    SourceCoverage,
)
from tests.oracle.record import Record
from tests.oracle.terms import terms_at
from tests.oracle.work import Work, system_of

ALWAYS = 2**62


def unseen(record: Record, work: Work, until: int | None = None) -> bool:
    """Whether a record of this work may be missing because nobody looked (hard case 51)."""
    begins = work.begun_at if work.begun_at is not None else 0
    ends = work.deployed_at if work.deployed_at is not None else record.as_of
    ends = until if until is not None else ends
    if not work.is_covered:
        return False  # git alone tells of it: no forge is missed
    systems = {system.lower() for system in (*work.systems, work.change.system)}
    scopes = {"github", work.repository or "", *systems}
    scopes |= {
        row.repository
        for row in record.all(SourceCoverage)
        if system_of(record, row.repository).lower() in systems
    }
    scopes = {scope.lower() for scope in scopes if scope}
    for row in record.all(Silence):
        until = ALWAYS
        for recovery in record.of(Recovery, "scope", row.scope):
            if recovery.silent_from == row.silent_from:
                until = -1 if recovery.filled else recovery.silent_until
        if row.scope.lower() in scopes and row.silent_from <= ends and begins < until:
            return True
    read = {(row.kind, row.delivery) for row in record.all(ReplayedDelivery)}
    settle = terms_at(record, ends).time("settle", 600_000_000)
    for kept in record.all(QuarantinedDelivery):
        if kept.kind != "github" or (kept.kind, kept.delivery) in read:
            continue
        if kept.repository is not None and kept.repository != work.repository:
            continue
        if kept.received_at - settle <= ends and begins <= kept.received_at:
            return True
    for source in record.of(SourceCoverage, "repository", work.repository):
        if source.covered_from > begins and work.kind == "pull":
            return True
    return False
