"""Known weaknesses in what runs, from scanners and advisories (CC8.1, point 14)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from changeproof.events.event import Digest, Event, Identifier, Microseconds, ShortText

Severity = Literal["low", "medium", "high", "critical"]


class VulnerabilityFound(Event):
    """A package with a known weakness was found in a system. `occurred_at` is when it was found.

    The first statement is the finding; each one also scores it. `known_exploited`: it stands in
    a catalogue of weaknesses that are being used. `aliases` are other names of the advisory,
    `fixed_in` the versions of the package from which on it is gone, one a line of versions.
    """

    later: ClassVar[tuple[str, ...]] = ("aliases", "fixed_in")

    type: Literal["VulnerabilityFound"] = "VulnerabilityFound"
    vulnerability: Identifier
    advisory: Identifier
    package: ShortText | None = None
    system: ShortText | None = None
    severity: Severity
    known_exploited: bool = False
    published_at: Microseconds | None = None
    fix_available_at: Microseconds | None = None
    aliases: Annotated[tuple[Identifier, ...], Field(max_length=50)] = ()
    fixed_in: Annotated[tuple[ShortText, ...], Field(max_length=20)] = ()


class AdvisoryExploited(Event):
    """A catalogue lists an advisory as being used. `occurred_at` is since when."""

    type: Literal["AdvisoryExploited"] = "AdvisoryExploited"
    advisory: Identifier
    catalogue: ShortText


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
