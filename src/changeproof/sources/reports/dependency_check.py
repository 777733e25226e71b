"""OWASP Dependency-Check (XML of all schemas, JSON) → a dependency scan and vulnerabilities."""

from typing import Any
from xml.etree.ElementTree import Element

from msgspec import Struct, field

from changeproof.events.vulnerabilities import Severity
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.documents import (
    below,
    child,
    children,
    local,
    read_json,
    read_xml,
    said,
    shaped,
    utf8,
)
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reports.report import OPTIONS, Finding, Report, moment, package_of
from changeproof.sources.reports.severities import of_score, of_word, worst


class Rating(Struct, rename="camel"):
    score: float | None = None
    base_score: float | None = None


class Weakness(Struct, rename="camel"):
    name: str | None = None
    severity: str | None = None
    cvssv2: Rating | None = None
    cvssv3: Rating | None = None
    cvssv4: Rating | None = None
    known_exploited_vulnerability: dict[str, Any] | None = None


class Package(Struct):
    id: str | None = None


class Dependency(Struct, rename="camel"):
    file_name: str | None = None
    packages: list[Package] | None = None
    vulnerabilities: list[Weakness] | None = None


class Project(Struct, rename="camel"):
    name: str | None = None
    report_date: str | None = None


class Whole(Struct, rename="camel"):
    dependencies: list[Dependency] | None
    project_info: Project = field(default_factory=Project)


def translate_dependency_check(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Suppressed vulnerabilities are somebody's decision and count as closed."""
    if utf8(delivery.body).lstrip().startswith(b"<"):
        whole = _from_xml(read_xml(delivery.body))
    else:
        whole = read_json(Whole, delivery.body)
    report = Report("dependency-check", delivery, pseudonyms)
    if report.at is None:
        report.at = moment(whole.project_info.report_date)
    place = whole.project_info.name or ""
    count = 0
    for dependency in whole.dependencies or ():
        purl = next((each.id for each in dependency.packages or () if each.id), None)
        for weakness in dependency.vulnerabilities or ():
            count += 1
            if not weakness.name:
                report.note("a finding in it names no advisory")
                continue
            report.found(
                Finding(
                    weakness.name,
                    package_of(purl, dependency.file_name),
                    place,
                    _severity(weakness),
                    known_exploited=weakness.known_exploited_vulnerability is not None,
                )
            )
    report.scan("dependencies", "dependency-check", count)
    return report.translation()


def _severity(weakness: Weakness) -> Severity | None:
    """By the newest score, whose band the tool states too; else by its word."""
    for rating in (weakness.cvssv4, weakness.cvssv3):
        if rating and (told := of_score(rating.base_score)):
            return told
    return of_word(weakness.severity) or worst(
        [of_score(weakness.cvssv2.score) if weakness.cvssv2 else None]
    )


def _from_xml(root: Element) -> Whole:
    if local(root) != "analysis":
        raise MalformedPayload("a report of Dependency-Check begins with analysis")
    return shaped(
        Whole,
        {
            "projectInfo": {
                "name": said(root, "projectInfo", "name"),
                "reportDate": said(root, "projectInfo", "reportDate"),
            },
            "dependencies": [
                _dependency(each) for each in children(root, "dependencies", "dependency")
            ],
        },
    )


def _dependency(element: Element) -> dict[str, Any]:
    identifiers = child(element, "identifiers")
    packages = list(below(identifiers, "package")) if identifiers is not None else []
    return {
        "fileName": said(element, "fileName"),
        "packages": [{"id": said(each, "id")} for each in packages],
        "vulnerabilities": [
            _weakness(each) for each in children(element, "vulnerabilities", "vulnerability")
        ],
    }


def _weakness(element: Element) -> dict[str, Any]:
    exploited = child(element, "knownExploitedVulnerability")
    return {
        "name": said(element, "name"),
        "severity": said(element, "severity"),
        "cvssv2": {"score": said(element, "cvssV2", "score") or said(element, "cvssScore")},
        "cvssv3": {"baseScore": said(element, "cvssV3", "baseScore")},
        "cvssv4": {"baseScore": said(element, "cvssV4", "baseScore")},
        "knownExploitedVulnerability": None if exploited is None else {},
    }


def _fits(glimpse: Glimpse) -> bool:
    if glimpse.root == "analysis":
        return "dependency-check" in glimpse.text or "<scanInfo" in glimpse.text
    return glimpse.holds("reportSchema", "dependencies", "projectInfo")


KINDS = (
    Kind(
        "dependency-check",
        "OWASP Dependency-Check",
        translate_dependency_check,
        _fits,
        ("dependencycheck",),
        json=False,
        options=OPTIONS,
    ),
)
