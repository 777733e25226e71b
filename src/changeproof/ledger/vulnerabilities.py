"""Known weaknesses in what runs: rows and projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.acts import VulnerabilityRecognized
from changeproof.events.vulnerabilities import (
    AdvisoryExploited,
    VulnerabilityEnded,
    VulnerabilityFound,
    VulnerabilityLinked,
    VulnerabilityScored,
)
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table(
    "vulnerability",
    key=("vulnerability",),
    rule="earliest",
    seen="found_at",
    indexes=("system", "advisory"),
)
@dataclass(frozen=True, slots=True)
class Vulnerability(Row):
    """A weakness as it was first found: a scanner that states it daily starts no clock again.

    How it is rated since, and whether a fix came out, say the `vulnerability_score` rows; this
    first statement is one of them.
    """

    vulnerability: str
    advisory: str
    package: str | None
    system: str | None
    severity: str
    known_exploited: int
    published_at: int | None
    found_at: int | None
    fix_available_at: int | None
    stated_at: int
    event: str


@table("vulnerability_alias", key=("vulnerability", "alias"), indexes=("alias",))
@dataclass(frozen=True, slots=True)
class VulnerabilityAlias(Row):
    """Another name of its advisory."""

    vulnerability: str
    alias: str
    stated_at: int
    event: str


@table("vulnerability_fix", key=("vulnerability", "version"))
@dataclass(frozen=True, slots=True)
class VulnerabilityFix(Row):
    """A version of the package from which on it is gone."""

    vulnerability: str
    version: str
    stated_at: int
    event: str


@table("exploited_advisory", key=("advisory",), rule="earliest", seen="listed_at")
@dataclass(frozen=True, slots=True)
class ExploitedAdvisory(Row):
    """An advisory that a catalogue lists as being used, since when."""

    advisory: str
    catalogue: str
    listed_at: int | None
    stated_at: int
    event: str


@table("vulnerability_score", key=("vulnerability", "event"), seen="scored_at")
@dataclass(frozen=True, slots=True)
class VulnerabilityScore(Row):
    """How it was rated from a time on."""

    vulnerability: str
    severity: str
    known_exploited: int
    fix_available_at: int | None
    scored_at: int | None
    stated_at: int
    event: str


@table(
    "vulnerability_change",
    key=("vulnerability", "change_name", "event"),
    seen="linked_at",
    indexes=("change_name",),
)
@dataclass(frozen=True, slots=True)
class VulnerabilityChange(Row):
    """A change that is meant to remove it."""

    vulnerability: str
    change_name: str
    account: str | None
    linked_at: int | None
    stated_at: int
    event: str


@table("vulnerability_end", key=("vulnerability", "event"), seen="ended_at")
@dataclass(frozen=True, slots=True)
class VulnerabilityEnd(Row):
    """It is `fixed`, `not_affected` or a `false_positive`."""

    vulnerability: str
    outcome: str
    account: str | None
    ended_at: int | None
    stated_at: int
    event: str


@table("vulnerability_same", key=("vulnerability",))
@dataclass(frozen=True, slots=True)
class VulnerabilitySame(Row):
    """The weakness that it is, told under another name, and that is judged in its place."""

    vulnerability: str
    same_as: str
    stated_at: int
    event: str


@projects(VulnerabilityRecognized)
def same_row(event: VulnerabilityRecognized, event_id: str) -> Iterator[Row]:
    yield VulnerabilitySame(event.vulnerability, event.same_as, moment(event), event_id)


@projects(VulnerabilityLinked)
def link_row(event: VulnerabilityLinked, event_id: str) -> Iterator[Row]:
    yield VulnerabilityChange(
        event.vulnerability,
        event.change,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(VulnerabilityEnded)
def end_row(event: VulnerabilityEnded, event_id: str) -> Iterator[Row]:
    yield VulnerabilityEnd(
        event.vulnerability,
        event.outcome,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )


def _score(event: VulnerabilityFound | VulnerabilityScored, event_id: str) -> VulnerabilityScore:
    return VulnerabilityScore(
        event.vulnerability,
        event.severity,
        int(event.known_exploited),
        event.fix_available_at,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(VulnerabilityFound)
def found_rows(event: VulnerabilityFound, event_id: str) -> Iterator[Row]:
    """The finding, and how it is rated from now on."""
    yield Vulnerability(
        event.vulnerability,
        event.advisory,
        event.package,
        event.system,
        event.severity,
        int(event.known_exploited),
        event.published_at,
        event.occurred_at,
        event.fix_available_at,
        moment(event),
        event_id,
    )
    yield _score(event, event_id)
    stated = moment(event)
    for alias in event.aliases:
        yield VulnerabilityAlias(event.vulnerability, alias, stated, event_id)
    for version in event.fixed_in:
        yield VulnerabilityFix(event.vulnerability, version, stated, event_id)


@projects(AdvisoryExploited)
def exploited_row(event: AdvisoryExploited, event_id: str) -> Iterator[Row]:
    yield ExploitedAdvisory(
        event.advisory, event.catalogue, event.occurred_at, moment(event), event_id
    )


@projects(VulnerabilityScored)
def score_row(event: VulnerabilityScored, event_id: str) -> Iterator[Row]:
    yield _score(event, event_id)
