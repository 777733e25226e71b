"""Reviews, control activities and alarms around the changes."""

from typing import Literal

from changeproof.events.event import Digest, Event, Identifier, ShortText


class ReviewHeld(Event):
    """The actor looked at a topic again; of one system, or of the organisation."""

    type: Literal["ReviewHeld"] = "ReviewHeld"
    topic: Literal[
        "process",
        "access",
        "pipeline",
        "protection",
        "baseline",
        "deviations",
        "unilateral_path",
        "scope",
        "prover",
        "drift",
        "vendor",
    ]
    system: ShortText | None = None
    outcome: Literal["kept", "changed", "escalated"] = "kept"
    reason: Digest | None = None


class DocumentAcknowledged(Event):
    """The actor read a document and agreed; `policy` is the change process."""

    type: Literal["DocumentAcknowledged"] = "DocumentAcknowledged"
    document: Identifier
    document_version: ShortText


class ControlPerformed(Event):
    """A control was exercised on a system: with what result, and what it found."""

    type: Literal["ControlPerformed"] = "ControlPerformed"
    activity: Literal[
        "drift_scan",
        "restore_test",
        "failover_test",
        "capacity_review",
        "vendor_assessment",
        "data_reconciliation",
        "notice_monitoring",
    ]
    system: ShortText | None = None
    outcome: Literal["passed", "failed"]
    found: ShortText | None = None


class DetectionRaised(Event):
    """A tool said that something is not as it should be."""

    type: Literal["DetectionRaised"] = "DetectionRaised"
    detection: Identifier
    system: ShortText | None = None
    kind: ShortText


class DetectionAnswered(Event):
    """The actor said what it was."""

    type: Literal["DetectionAnswered"] = "DetectionAnswered"
    detection: Identifier
    outcome: ShortText
    reason: Digest | None = None
