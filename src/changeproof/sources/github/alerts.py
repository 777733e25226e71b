"""Alerts of GitHub's scanners → vulnerabilities of packages, and detections of all else.

An alert is one finding: it does not say that a scan ended, on which revision, or with how many.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from changeproof.events.event import Event
from changeproof.events.oversight import DetectionAnswered, DetectionRaised
from changeproof.events.vulnerabilities import Severity, VulnerabilityEnded, VulnerabilityFound
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.github.payload import (
    Number,
    RepositoryEnvelope,
    User,
    identity,
    repository_id,
)
from changeproof.sources.reading import Reading, optional_time, read
from changeproof.sources.times import latest

_SEVERITIES: dict[str, Severity] = {
    "low": "low",
    "moderate": "medium",
    "medium": "medium",
    "high": "high",
    "critical": "critical",
}
_DISMISSED: dict[str, Literal["not_affected", "false_positive"]] = {
    "inaccurate": "false_positive",
    "not_used": "not_affected",
}
"""Dismissals that say it never was one; what is only tolerated stays found."""

_RAISED = frozenset({"created", "reopened", "reopened_by_user", "publicly_leaked"})
_ANSWERED = frozenset({"fixed", "closed_by_user", "resolved"})


class Advisory(msgspec.Struct):
    """What is known of a weakness."""

    ghsa_id: str
    severity: str
    published_at: str | None = None
    cve_id: str | None = None


class Package(msgspec.Struct):
    """Where it is."""

    name: str


class Dependency(msgspec.Struct):
    """What the repository uses."""

    package: Package


class Version(msgspec.Struct):
    """One of the package's."""

    identifier: str


class Range(msgspec.Struct):
    """The versions that have the weakness, and the first that has not."""

    first_patched_version: Version | None = None


class DependabotAlert(msgspec.Struct):
    """One weakness of one dependency."""

    number: Number
    security_advisory: Advisory
    dependency: Dependency
    security_vulnerability: Range | None = None
    created_at: str | None = None
    fixed_at: str | None = None
    dismissed_at: str | None = None
    dismissed_reason: str | None = None
    dismissed_by: User | None = None


class DependabotPayload(RepositoryEnvelope, kw_only=True):
    """The delivery."""

    alert: DependabotAlert


class VulnerabilityAlert(msgspec.Struct):
    """The same, as GitHub told of it before Dependabot; at first without a number."""

    ghsa_id: str
    severity: str
    number: Number | None = None
    affected_package_name: str | None = None
    created_at: str | None = None
    fixed_at: str | None = None
    dismissed_at: str | None = None
    dismiss_reason: str | None = None
    dismisser: User | None = None
    id: Number | None = None


class VulnerabilityPayload(RepositoryEnvelope, kw_only=True):
    """The delivery."""

    alert: VulnerabilityAlert


class Rule(msgspec.Struct):
    """What a scanner looked for."""

    id: str


class ScannerAlert(msgspec.Struct):
    """A finding in the code, or a secret in it."""

    number: Number
    created_at: str | None = None
    updated_at: str | None = None
    fixed_at: str | None = None
    dismissed_at: str | None = None
    dismissed_reason: str | None = None
    dismissed_by: User | None = None
    resolved_at: str | None = None
    resolution: str | None = None
    resolved_by: User | None = None
    rule: Rule | None = None
    secret_type: str | None = None


class ScannerPayload(RepositoryEnvelope, kw_only=True):
    """The delivery."""

    alert: ScannerAlert


def dependabot_alert(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(DependabotPayload, reading.delivery.body)
    alert, advisory = payload.alert, payload.alert.security_advisory
    told = VulnerabilityAlert(
        advisory.ghsa_id,
        advisory.severity,
        alert.number,
        alert.dependency.package.name,
        alert.created_at,
        alert.fixed_at,
        alert.dismissed_at,
        alert.dismissed_reason,
        alert.dismissed_by,
    )
    published = optional_time(advisory.published_at, "alert.security_advisory.published_at")
    patched = alert.security_vulnerability and alert.security_vulnerability.first_patched_version
    yield from _vulnerability(
        reading,
        payload,
        told,
        published,
        aliases=(advisory.cve_id,) if advisory.cve_id else (),
        fixed_in=(patched.identifier,) if patched else (),
    )


def repository_vulnerability_alert(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(VulnerabilityPayload, reading.delivery.body)
    yield from _vulnerability(reading, payload, payload.alert, None)


def _vulnerability(
    reading: Reading,
    payload: RepositoryEnvelope,
    alert: VulnerabilityAlert,
    published: int | None,
    *,
    aliases: tuple[str, ...] = (),
    fixed_in: tuple[str, ...] = (),
) -> Iterator[Event]:
    """Every delivery states when it was found; later ones, how it ended."""
    repository = repository_id(payload.repository)
    severity = _SEVERITIES.get(alert.severity.lower())
    if severity is None:
        raise MalformedPayload(f"{alert.severity[:60]!r} is no severity", where="alert.severity")
    if alert.number is not None:
        name = f"{repository}/dependabot/{alert.number}"
    elif alert.id is not None:
        name = f"{repository}/vulnerability_alert/{alert.id}"
    else:
        raise MalformedPayload("it has no number", where="alert.number")
    yield VulnerabilityFound(
        **reading.header(optional_time(alert.created_at, "alert.created_at")),
        vulnerability=name,
        advisory=alert.ghsa_id,
        package=alert.affected_package_name,
        system=payload.repository.full_name,
        severity=severity,
        published_at=published,
        aliases=aliases,
        fixed_in=fixed_in,
    )
    fixed = optional_time(alert.fixed_at, "alert.fixed_at")
    dismissed = optional_time(alert.dismissed_at, "alert.dismissed_at")
    reason = (alert.dismiss_reason or "").lower().replace(" ", "_")
    if fixed is not None or payload.action in ("fixed", "resolve"):
        yield VulnerabilityEnded(**reading.header(fixed), vulnerability=name, outcome="fixed")
    elif dismissed is not None and reason in _DISMISSED:
        yield VulnerabilityEnded(
            **reading.header(dismissed, actor=identity(alert.dismisser)),
            vulnerability=name,
            outcome=_DISMISSED[reason],
            reason=reading.keep(alert.dismiss_reason),
        )


def code_scanning_alert(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    yield from _scanner(reading, "code_scanning", "code scanning")


def secret_scanning_alert(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    yield from _scanner(reading, "secret_scanning", "secret in the repository")


def _scanner(reading: Reading, mark: str, kind: str) -> Iterator[Event]:
    payload = read(ScannerPayload, reading.delivery.body)
    alert, repository = payload.alert, repository_id(payload.repository)
    name = f"{repository}/{mark}/{alert.number}"
    what = alert.rule.id if alert.rule else alert.secret_type
    if payload.action in _RAISED:
        again = payload.action != "created"
        at = latest(
            optional_time(alert.created_at, "alert.created_at"),
            optional_time(alert.updated_at, "alert.updated_at") if again else None,
        )
        yield DetectionRaised(
            **reading.header(at, bound=again),
            detection=name,
            system=payload.repository.full_name,
            kind=f"{kind}: {what}"[:500] if what else kind,
        )
    elif payload.action in _ANSWERED:
        at = latest(
            optional_time(alert.fixed_at, "alert.fixed_at"),
            optional_time(alert.dismissed_at, "alert.dismissed_at"),
            optional_time(alert.resolved_at, "alert.resolved_at"),
        )
        said = alert.resolution or alert.dismissed_reason or str(payload.action)
        yield DetectionAnswered(
            **reading.header(at, actor=identity(alert.resolved_by or alert.dismissed_by)),
            detection=name,
            outcome=said[:500],
        )
    else:
        reason = f"the action {str(payload.action)[:60]!r} raises and answers nothing"
        yield reading.seen(f"{mark}_alert", reason, repository)
