"""Scanners that ran on a revision: rows and projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.scans import ScanRan
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("scan_run", key=("revision", "kind", "tool", "event"), seen="finished_at")
@dataclass(frozen=True, slots=True)
class ScanRun(Row):
    """A scan of a revision, and how many findings it left open."""

    revision: str
    kind: str
    tool: str
    open_findings: int
    finished_at: int | None
    stated_at: int
    event: str


@projects(ScanRan)
def scan_row(event: ScanRan, event_id: str) -> Iterator[Row]:
    yield ScanRun(
        event.revision,
        event.kind,
        event.tool,
        event.open_findings,
        event.occurred_at,
        moment(event),
        event_id,
    )
