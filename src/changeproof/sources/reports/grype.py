"""Grype's reports → a dependency scan and each vulnerability.

A match is named by its CVE where exactly one is related, so that other tools' findings of it
are the same. Severity is the match's own (a distribution's); the related record's where it is
unknown.
"""

from typing import Any

from msgspec import Struct, field

from changeproof.sources.delivery import Delivery, Pseudonyms, Translation
from changeproof.sources.documents import read_json
from changeproof.sources.facts import text
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reports.report import (
    OPTIONS,
    Finding,
    Report,
    moment,
    package_of,
    revision_in,
    source_of,
    untagged,
)
from changeproof.sources.reports.severities import of_score, of_vector, of_word, worst


class Metrics(Struct, rename="camel"):
    base_score: float | None = None


class Rating(Struct):
    vector: str | None = None
    metrics: Metrics | None = None


class Available(Struct):
    date: str | None = None


class Fix(Struct):
    available: list[Available] | None = None
    versions: list[str] | None = None


class Record(Struct, rename="camel"):
    id: str
    severity: str | None = None
    cvss: list[Rating] | None = None
    fix: Fix | None = None
    known_exploited: list[dict[str, Any]] | None = None


class Upstream(Struct):
    name: str | None = None


class Artifact(Struct):
    name: str | None = None
    purl: str | None = None
    upstreams: list[Upstream] | None = None
    metadata: Any = None


class Match(Struct, rename="camel"):
    vulnerability: Record
    related_vulnerabilities: list[Record] | None = None
    artifact: Artifact = field(default_factory=Artifact)


class Target(Struct, rename="camel"):
    user_input: str = ""
    labels: dict[str, str] | None = None


class Source(Struct):
    target: Target | str | None = None


class Descriptor(Struct):
    timestamp: str | None = None


class Whole(Struct):
    matches: list[Match] | None
    source: Source | None = None
    descriptor: Descriptor | None = None


def translate_grype(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload for what is no report of Grype."""
    whole = read_json(Whole, delivery.body)
    report = Report("grype", delivery, pseudonyms)
    if report.at is None and whole.descriptor:
        report.at = moment(whole.descriptor.timestamp)
    target = whole.source.target if whole.source else None
    if isinstance(target, Target):
        report.revision = report.revision or revision_in(target.labels or {})
        target = target.user_input
    for match in whole.matches or ():
        report.found(_finding(match, untagged(target or "")))
    report.scan("dependencies", "grype", len(whole.matches or ()))
    return report.translation()


def _finding(match: Match, place: str) -> Finding:
    record, related = match.vulnerability, match.related_vulnerabilities or []
    numbers = {each.id for each in related if each.id.startswith("CVE-")}
    advisory = record.id
    if not advisory.startswith("CVE-") and len(numbers) == 1:
        advisory = numbers.pop()
    available = [moment(each.date) for each in (record.fix.available if record.fix else None) or ()]
    return Finding(
        advisory,
        package_of(match.artifact.purl, match.artifact.name),
        place,
        _severity(record) or worst(map(_severity, related)),
        fix_available_at=min((each for each in available if each is not None), default=None),
        known_exploited=bool(record.known_exploited)
        or any(each.known_exploited for each in related),
        aliases=(record.id, *(each.id for each in related)),
        fixed_in=tuple((record.fix.versions if record.fix else None) or ()),
        source_package=_source(match.artifact),
    )


def _source(artifact: Artifact) -> str | None:
    """What it was built of: as it is told now, or as older versions told it of Debian's."""
    told = next((each.name for each in artifact.upstreams or () if each.name), None)
    return told or source_of(artifact.purl) or text(artifact.metadata, "Source")


def _severity(record: Record) -> Any:
    return of_word(record.severity) or worst(
        of_score(each.metrics.base_score if each.metrics else None) or of_vector(each.vector)
        for each in record.cvss or ()
    )


def _fits(glimpse: Glimpse) -> bool:
    matches = glimpse.document["matches"] if glimpse.holds("matches") else None
    if not isinstance(matches, list):
        return False
    if not matches:
        return glimpse.holds("source") or glimpse.holds("descriptor")
    return isinstance(matches[0], dict) and {"vulnerability", "artifact"} <= matches[0].keys()


KINDS = (Kind("grype", "Grype", translate_grype, _fits, json=False, options=OPTIONS),)
