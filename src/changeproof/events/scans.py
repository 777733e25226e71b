"""Scanners that ran on a revision."""

from typing import Literal

from changeproof.events.event import Count, Digest, Event, Revision, ShortText


class ScanRan(Event):
    """A scanner ended on `revision` with so many findings still open (`occurred_at`)."""

    type: Literal["ScanRan"] = "ScanRan"
    revision: Revision
    kind: Literal["static", "secrets", "dependencies", "dynamic"]
    tool: ShortText = ""
    open_findings: Count
    report: Digest | None = None
