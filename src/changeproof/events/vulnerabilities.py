"""Known weaknesses in what runs, from scanners and advisories (CC8.1, point 14)."""

from typing import Literal

from changeproof.events.event import Digest, Event, Identifier, Microseconds, ShortText

Severity = Literal["low", "medium", "high", "critical"]


class VulnerabilityFound(Event):
    """A package with a known weakness was found in a system. `occurred_at` is when it was found.

    The first statement is the finding; each one also scores it. `known_exploited`: it stands in
    a catalogue of weaknesses that are being used.
    """

    type: Literal["VulnerabilityFound"] = "VulnerabilityFound"
    vulnerability: Identifier
    advisory: Identifier
    package: ShortText | None = None
    system: ShortText | None = None
    severity: Severity
    known_exploited: bool = False
    published_at: Microseconds | None = None
    fix_available_at: Microseconds | None = None


class VulnerabilityScored(Event):
    """It is rated otherwise from now on, or a fix has come out."""

    type: Literal["VulnerabilityScored"] = "VulnerabilityScored"
    vulnerability: Identifier
    severity: Severity
    known_exploited: bool = False
    fix_available_at: Microseconds | None = None


class VulnerabilityLinked(Event):
    """A change is meant to remove it."""

    type: Literal["VulnerabilityLinked"] = "VulnerabilityLinked"
    vulnerability: Identifier
    change: Identifier


class VulnerabilityEnded(Event):
    """It is gone, or never was one."""

    type: Literal["VulnerabilityEnded"] = "VulnerabilityEnded"
    vulnerability: Identifier
    outcome: Literal["fixed", "not_affected", "false_positive"]
    reason: Digest | None = None
