"""What the Trivy operator keeps in a cluster: reports as Kubernetes resources, one or many."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

from changeproof.sources.documents import shaped
from changeproof.sources.reports.report import Finding, Report, moment, package_of
from changeproof.sources.reports.severities import of_score, of_word

_GROUP = "aquasecurity.github.io"


class Metadata(Struct):
    name: str = ""
    namespace: str = ""
    labels: dict[str, str] | None = None


class Artifact(Struct):
    repository: str = ""


class Weakness(Struct, rename="camel"):
    vulnerability_id: str | None = field(name="vulnerabilityID", default=None)
    resource: str | None = None
    package_purl: str | None = field(name="packagePURL", default=None)
    severity: str | None = None
    score: float | None = None
    published_date: str | None = None


class Check(Struct):
    success: bool = False


class Body(Struct, rename="camel"):
    update_timestamp: str | None = None
    artifact: Artifact | None = None
    vulnerabilities: list[Weakness] | None = None
    checks: list[Check] | None = None
    secrets: list[dict[str, Any]] | None = None


class Control(Struct, rename="camel"):
    id: str = ""
    total_fail: int | None = None
    checks: list[Check] | None = None


class Compliance(Struct, rename="camel"):
    control_check: list[Control] | None = None
    results: list[Control] | None = None


class Status(Struct, rename="camel"):
    update_timestamp: str | None = None
    summary_report: Compliance | None = None
    detail_report: Compliance | None = None


class Resource(Struct):
    kind: str
    metadata: Metadata = field(default_factory=Metadata)
    report: Body | None = None
    status: Status | None = None


def holds_resources(document: Any) -> bool:
    """Whether it is one such resource, a list of them, or lists by the resources' names."""
    if isinstance(document, list):
        return bool(document) and _is_resource(document[0])
    if not isinstance(document, dict):
        return False
    if _is_resource(document) or any(str(key).endswith(f".{_GROUP}") for key in document):
        return True
    items = document.get("items")
    return document.get("kind") == "List" and isinstance(items, list) and holds_resources(items)


def state(report: Report, document: Any) -> None:
    """State what each resource says."""
    seen = False
    for each in _resources(document):
        seen = True
        resource = shaped(Resource, each)
        if report.at is None and "at" not in report.options:
            told = resource.report or resource.status
            report.at = moment(told.update_timestamp) if told else None
        _resource(report, resource)
    if not seen:
        report.note("it holds no report")


def _resource(report: Report, resource: Resource) -> None:
    body = resource.report or Body()
    place = "/".join(
        part
        for part in (resource.metadata.namespace, body.artifact.repository if body.artifact else "")
        if part
    )
    match resource.kind:
        case "VulnerabilityReport" | "ClusterVulnerabilityReport":
            told = body.vulnerabilities or []
            for weakness in told:
                if weakness.vulnerability_id:
                    report.found(_finding(weakness, place))
            report.scan("dependencies", "trivy", len(told))
        case "ExposedSecretReport":
            report.scan("secrets", "trivy", len(body.secrets or ()))
        case "ClusterComplianceReport":
            _compliance(report, resource)
        case kind if kind.endswith(("AssessmentReport", "ConfigAuditReport")):
            report.scan("static", "trivy", sum(not each.success for each in body.checks or ()))
        case kind:
            report.note(f"a {kind[:60]} tells of no weakness")


def _compliance(report: Report, resource: Resource) -> None:
    status = resource.status or Status()
    told = status.summary_report or status.detail_report or Compliance()
    outcomes: dict[str, str] = {}
    for control in (*(told.control_check or ()), *(told.results or ())):
        failed = control.total_fail or any(not each.success for each in control.checks or ())
        outcomes[control.id] = "fail" if failed else "pass"
    if outcomes:
        bad = sum(outcome == "fail" for outcome in outcomes.values())
        report.complied(resource.metadata.name, "", outcomes, bad)
    else:
        report.note("it states no outcome of any control")


def _finding(weakness: Weakness, place: str) -> Finding:
    return Finding(
        weakness.vulnerability_id or "",
        package_of(weakness.package_purl, weakness.resource),
        place,
        of_word(weakness.severity) or of_score(weakness.score),
        published_at=moment(weakness.published_date),
    )


def _is_resource(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and str(value.get("apiVersion", "")).startswith(f"{_GROUP}/")
        and isinstance(value.get("kind"), str)
    )


def _resources(document: Any) -> Iterator[Any]:
    """The resources in a document, whose depth is bounded."""
    if _is_resource(document):
        yield document
    elif isinstance(document, dict):
        for each in document.values():
            if isinstance(each, (dict, list)):
                yield from _resources(each)
    elif isinstance(document, list):
        for each in document:
            yield from _resources(each)
