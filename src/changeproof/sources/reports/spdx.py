"""SPDX → the artifact that a document describes, and advisories that stand at its packages.

`SECURITY advisory` references name advisories that may affect a package (SPDX 2.3, annex F);
they carry no rating. Weaknesses of SPDX 3's security profile are not read.
"""

import re

from changeproof.sources.delivery import Delivery, Pseudonyms, Translation
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reports.report import (
    OPTIONS,
    Finding,
    Report,
    digest_in,
    moment,
    package_of,
)
from changeproof.sources.reports.spdx_reading import Document, Package, read_spdx

_KNOWN = re.compile(r"(CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3})", re.ASCII)
_NO_DIGEST = "it lists what is in something, and states no SHA-256 of what it describes"
_TAGS = re.compile(r"^SPDXVersion:|^\"?spdxVersion\"?:", re.MULTILINE)


def translate_spdx(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload for what is no SPDX document."""
    document = read_spdx(delivery.body)
    report = Report("spdx", delivery, pseudonyms)
    if report.at is None and document.creation_info:
        report.at = moment(document.creation_info.created)
    packages = document.packages or []
    for package in packages:
        _advisories(report, package, document.name or "")
    described = _described(document)
    subjects = [each for each in packages if each.spdx_id in described]
    for subject in subjects or (packages if len(packages) == 1 else ()):
        if digest := _digest(subject):
            report.built(digest, report.options.get("name") or subject.name)
    if report.states_nothing:
        report.note(_NO_DIGEST)
    return report.translation()


def _advisories(report: Report, package: Package, place: str) -> None:
    refs = package.external_refs or []
    purl = next((each.reference_locator for each in refs if each.reference_type == "purl"), None)
    for each in refs:
        kind = (each.reference_type or "").rpartition("/")[2]
        if kind != "advisory" or not each.reference_locator:
            continue
        known = _KNOWN.search(each.reference_locator)
        advisory = known[1] if known else each.reference_locator
        report.found(Finding(advisory, package_of(purl, package.name), place, None))


def _described(document: Document) -> set[str]:
    """The ids of what the document is about."""
    ids = set(document.document_describes or ())
    for each in document.relationships or ():
        if each.relationship_type == "DESCRIBES" and each.related_spdx_element:
            ids.add(each.related_spdx_element)
        elif each.relationship_type == "DESCRIBED_BY" and each.spdx_element_id:
            ids.add(each.spdx_element_id)
    return ids


def _digest(package: Package) -> str | None:
    stated = [
        each.checksum_value
        for each in package.checksums or ()
        if (each.algorithm or "").replace("-", "") == "SHA256"
    ]
    return digest_in(*stated)


def _fits(glimpse: Glimpse) -> bool:
    if glimpse.document is not None:
        return glimpse.holds("spdxVersion") or (
            glimpse.holds("@graph", "@context") and "spdx" in str(glimpse.document["@context"])
        )
    if glimpse.root == "RDF":
        return "spdx.org/rdf" in glimpse.text
    if glimpse.root == "Document":
        return "<spdxVersion>" in glimpse.text
    return glimpse.root is None and bool(_TAGS.search(glimpse.text))


KINDS = (Kind("spdx", "SPDX", translate_spdx, _fits, json=False, options=OPTIONS),)
