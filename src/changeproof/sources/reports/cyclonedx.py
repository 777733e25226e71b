"""CycloneDX → vulnerabilities, statements about them (VEX), and the artifact that is described.

A statement that a weakness is none for us ends it in the name of nobody: `cc8_1/14_patches`
counts a weakness as ruled out only where an account says so (option `decided_by`, which a
pipeline may not state). Findings of a list with components are a scan.
"""

from msgspec import Struct

from changeproof.events.vulnerabilities import Severity
from changeproof.sources.delivery import Delivery, Pseudonyms, Translation
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reading import time
from changeproof.sources.reports.cyclonedx_reading import (
    Bom,
    Component,
    Rating,
    Weakness,
    read_bom,
)
from changeproof.sources.reports.report import (
    OPTIONS,
    Finding,
    Report,
    digest_in,
    moment,
    package_of,
    revision_in,
    stated_revision,
)
from changeproof.sources.reports.severities import of_score, of_vector, of_word, worst

_ENDS = {
    "not_affected": "not_affected",
    "false_positive": "false_positive",
    "resolved": "fixed",
    "resolved_with_pedigree": "fixed",
}
_NO_DIGEST = "it lists what is in something, and states no SHA-256 of that"


class _Known(Struct):
    """A component, by what a statement may call it."""

    packages: dict[str, str | None]
    place: str


def translate_cyclonedx(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload for what breaks the specification."""
    bom = read_bom(delivery.body)
    report = Report("cyclonedx", delivery, pseudonyms)
    if bom.metadata.timestamp is not None:
        stated = time(bom.metadata.timestamp, "metadata.timestamp")
        report.at = stated if report.at is None else report.at
    report.revision = report.revision or _revision(bom)
    known = _known(bom)
    if bom.vulnerabilities is None:
        _built(report, bom)
        return report.translation()
    count = sum(_weakness(report, known, each) for each in bom.vulnerabilities)
    if bom.components:
        report.scan("dependencies", "cyclonedx", count)
    elif not bom.vulnerabilities:
        report.note("it states no vulnerability, and no component in which one was looked for")
    return report.translation()


def _weakness(report: Report, known: _Known, weakness: Weakness) -> int:
    """State it for each component; how many findings that leaves open."""
    if not weakness.id:
        report.note("a vulnerability in it has no id")
        return 0
    analysis = weakness.analysis
    state = analysis.state if analysis else None
    told = dict.fromkeys(
        known.packages.get(each.ref, _package_at(each.ref)) for each in weakness.affects or ()
    )
    for package in told or {None: None}:
        if analysis and state in _ENDS:
            words = [analysis.justification, analysis.detail]
            report.ended(
                weakness.id,
                package,
                known.place,
                _ENDS[state],  # type: ignore[arg-type]
                ": ".join(word for word in words if word) or None,
                at=moment(analysis.last_updated),
            )
        else:
            report.found(
                Finding(
                    weakness.id,
                    package,
                    known.place,
                    worst(map(_severity, weakness.ratings or ())),
                    published_at=moment(weakness.published),
                )
            )
    return 0 if state in _ENDS else max(1, len(told))


def _severity(rating: Rating) -> Severity | None:
    told = of_word(rating.severity) if rating.severity != "unknown" else None
    if told is None and (rating.method or "CVSS").upper().startswith("CVSS"):
        return of_score(rating.score) or of_vector(rating.vector)
    return told


def _built(report: Report, bom: Bom) -> None:
    subject = bom.metadata.component
    if subject is None:
        report.note(_NO_DIGEST)
        return
    hashes = [each.content for each in subject.hashes or () if (each.alg or "") == "SHA-256"]
    purl = (subject.purl or "").partition("?")[0].replace("%3A", ":").replace("%3a", ":")
    labelled = [
        each.value
        for each in subject.properties or ()
        if each.name.lower().rpartition(":")[2] in ("repodigest", "imageid", "digest")
    ]
    digest = digest_in(*hashes, *labelled)
    if digest is None and "sha256:" in purl + (subject.version or ""):
        digest = digest_in(purl, subject.version)
    if digest is None:
        report.note(_NO_DIGEST)
        return
    report.built(digest, report.options.get("name") or subject.name)


def _revision(bom: Bom) -> str | None:
    """As its properties state it, else the subject's one commit."""
    subject = bom.metadata.component or Component()
    stated = [*(bom.metadata.properties or ()), *(subject.properties or ())]
    commits = (subject.pedigree.commits if subject.pedigree else None) or []
    return revision_in({each.name: each.value or "" for each in stated}) or (
        stated_revision(commits[0].uid) if len(commits) == 1 else None
    )


def _known(bom: Bom) -> _Known:
    subject = bom.metadata.component
    packages: dict[str, str | None] = {}
    waiting = [*(bom.components or ()), *((subject.components if subject else None) or ())]
    while waiting:
        each = waiting.pop()
        waiting.extend(each.components or ())
        if each.bom_ref:
            full = f"{each.group}/{each.name}" if each.group else each.name
            packages[each.bom_ref] = package_of(each.purl, full)
    if subject and subject.bom_ref:
        packages[subject.bom_ref] = None  # it is the place itself
    place = (package_of(subject.purl, subject.name) if subject else None) or ""
    return _Known(packages, place)


def _package_at(ref: str) -> str | None:
    """What a reference into another document (BOM-Link) or a bare package URL says."""
    part = ref.partition("#")[2] if ref.startswith("urn:cdx:") else ref
    return package_of(part, part or ref)


def _fits(glimpse: Glimpse) -> bool:
    if glimpse.root == "bom":
        return "cyclonedx.org/schema/" in glimpse.text
    return glimpse.holds("bomFormat", "specVersion")


KINDS = (
    Kind(
        "cyclonedx",
        "CycloneDX",
        translate_cyclonedx,
        _fits,
        ("cdx",),
        json=False,
        options=(*OPTIONS, "decided_by"),
    ),
)
