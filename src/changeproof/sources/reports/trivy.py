"""Trivy's reports → scans and vulnerabilities: its own JSON (two shapes) and Kubernetes resources.

An image's revision is read from its label `org.opencontainers.image.revision`, a repository's from
the report. Version 0.19 and earlier wrote a bare list, `null` where nothing was found.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.documents import read_json, shaped
from changeproof.sources.facts import image_digest
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reports import trivy_operator
from changeproof.sources.reports.report import (
    OPTIONS,
    Finding,
    Report,
    moment,
    package_of,
    revision_in,
    source_of,
    stated_revision,
    untagged,
)
from changeproof.sources.reports.severities import of_score, of_vector, of_word, worst

_NOT_THERE = ("not_affected",)


class Identifier(Struct):
    PURL: str | None = None


class Score(Struct):
    V2Score: float | None = None
    V3Score: float | None = None
    V40Score: float | None = None
    V2Vector: str | None = None
    V3Vector: str | None = None
    V40Vector: str | None = None


class Weakness(Struct):
    VulnerabilityID: str | None = None
    PkgName: str | None = None
    PkgIdentifier: Identifier | None = None
    Ref: str | None = None
    Severity: str | None = None
    CVSS: dict[str, Score] | None = None
    Status: str | None = None
    PublishedDate: str | None = None
    FixedVersion: str | None = None


class Misconfiguration(Struct):
    Status: str | None = None


class Result(Struct):
    Target: str = ""
    Class: str = ""
    Vulnerabilities: list[Weakness] | None = None
    Misconfigurations: list[Misconfiguration] | None = None
    MisconfSummary: dict[str, Any] | None = None
    Secrets: list[dict[str, Any]] | None = None


class ImageSettings(Struct):
    Labels: dict[str, str] | None = None


class ImageConfig(Struct):
    config: ImageSettings | None = None


class Metadata(Struct):
    ImageConfig: "ImageConfig | None" = None
    Commit: str | None = None
    RepoDigests: list[str] | None = None


class Whole(Struct):
    ArtifactName: str = ""
    CreatedAt: str | None = None
    Metadata: "Metadata | None" = None
    Results: list[Result] | None = None


class Resource(Struct):
    Namespace: str = ""
    Kind: str = ""
    Name: str = ""
    Results: list[Result] | None = None


class Cluster(Struct):
    ClusterName: str
    Vulnerabilities: list[Resource] | None = None
    Misconfigurations: list[Resource] | None = None
    Resources: list[Resource] | None = None


def translate_trivy(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload for JSON that is none of the shapes that Trivy writes."""
    document = read_json(Any, delivery.body)
    report = Report("trivy", delivery, pseudonyms)
    if trivy_operator.holds_resources(document):
        trivy_operator.state(report, document)
    elif isinstance(document, dict) and "ClusterName" in document:
        _cluster(report, shaped(Cluster, document))
    elif isinstance(document, dict) and "SchemaVersion" in document:
        _whole(report, shaped(Whole, document))
    elif document is None or isinstance(document, list):
        _results(report, shaped(list[Result], document or []), "")
    else:
        raise MalformedPayload("it is no report of Trivy: it has no SchemaVersion")
    return report.translation()


def _whole(report: Report, whole: Whole) -> None:
    metadata = whole.Metadata or Metadata()
    settings = metadata.ImageConfig.config if metadata.ImageConfig else None
    labels = (settings.Labels if settings else None) or {}
    if report.at is None:
        report.at = moment(whole.CreatedAt)
    report.revision = report.revision or stated_revision(metadata.Commit) or revision_in(labels)
    labelled, digests = revision_in(labels), metadata.RepoDigests or ()
    known = {digest for digest in map(image_digest, digests) if digest}
    if labelled and len(known) == 1:
        report.labelled(known.pop(), labelled, untagged(whole.ArtifactName))
    _results(report, whole.Results or [], untagged(whole.ArtifactName))


def _cluster(report: Report, cluster: Cluster) -> None:
    for resource in (
        *(cluster.Vulnerabilities or ()),
        *(cluster.Misconfigurations or ()),
        *(cluster.Resources or ()),
    ):
        place = "/".join((cluster.ClusterName, resource.Namespace, resource.Kind, resource.Name))
        _results(report, resource.Results or [], place)


def _results(report: Report, results: list[Result], artifact: str) -> None:
    """What each scanner in it found. Where no scanner shows, vulnerabilities were looked for."""
    looked = {name for result in results for name in _scanners(result)}
    names = 0
    for result in results:
        for weakness in result.Vulnerabilities or ():
            if weakness.Status in _NOT_THERE:
                continue
            names += 1
            if weakness.VulnerabilityID:
                report.found(_finding(weakness, artifact or result.Target))
            else:
                report.note("a finding in it names no advisory")
    if "dependencies" in looked or not results:
        report.scan("dependencies", "trivy", names)
    if "static" in looked:
        wrong = [each for result in results for each in result.Misconfigurations or ()]
        report.scan("static", "trivy", sum(each.Status in (None, "FAIL") for each in wrong))
    if "secrets" in looked:
        report.scan("secrets", "trivy", sum(len(result.Secrets or ()) for result in results))
    if not looked and results:
        report.note("it tells of licences alone")


def _scanners(result: Result) -> Iterator[str]:
    if result.Class in ("os-pkgs", "lang-pkgs") or result.Vulnerabilities:
        yield "dependencies"
    if result.Class == "config" or result.Misconfigurations or result.MisconfSummary:
        yield "static"
    if result.Class == "secret" or result.Secrets:
        yield "secrets"
    if not result.Class and not result.Misconfigurations and not result.Secrets:
        yield "dependencies"


def _finding(weakness: Weakness, place: str) -> Finding:
    purl = weakness.PkgIdentifier.PURL if weakness.PkgIdentifier else None
    scores = (weakness.CVSS or {}).values()
    severity = of_word(weakness.Severity) or worst(
        rating
        for one in scores
        for rating in (
            of_score(one.V40Score) or of_vector(one.V40Vector),
            of_score(one.V3Score) or of_vector(one.V3Vector),
        )
    )
    return Finding(
        weakness.VulnerabilityID or "",
        package_of(purl or weakness.Ref, weakness.PkgName),
        place,
        severity,
        published_at=moment(weakness.PublishedDate),
        source_package=source_of(purl or weakness.Ref),
        fixed_in=tuple(
            each.strip() for each in (weakness.FixedVersion or "").split(",") if each.strip()
        ),
    )


def _fits(glimpse: Glimpse) -> bool:
    document = glimpse.document
    if glimpse.holds("SchemaVersion") and ("ArtifactName" in document or "Results" in document):
        return True
    if glimpse.holds("ClusterName") and not glimpse.keys.isdisjoint(
        {"Vulnerabilities", "Misconfigurations", "Resources"}
    ):
        return True
    first = document[0] if isinstance(document, list) and document else None
    if isinstance(first, dict) and "Target" in first:
        return not first.keys().isdisjoint({"Type", "Vulnerabilities"})
    return trivy_operator.holds_resources(document)


KINDS = (Kind("trivy", "Trivy", translate_trivy, _fits, json=False, options=OPTIONS),)
