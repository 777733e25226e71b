"""CycloneDX bills of materials as one shape: JSON and XML, versions 1.0 to 1.7.

What breaks the specification where it identifies the document (version, serial number, time,
namespace) is malformed. The rest is read leniently: tools write many fields wrongly.
"""

import re
from typing import Any
from xml.etree.ElementTree import Element

from msgspec import Struct, field

from changeproof.sources.delivery import MalformedPayload
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

_VERSION = re.compile(r"1\.[0-7]", re.ASCII)
_NAMESPACE = re.compile(r"\{http://cyclonedx\.org/schema/bom/(1\.[0-7])\}bom", re.ASCII)
_SERIAL = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.I)


class Hash(Struct):
    alg: str | None = None
    content: str | None = None


class Property(Struct):
    name: str = ""
    value: str | None = None


class Commit(Struct):
    uid: str | None = None


class Pedigree(Struct):
    commits: list[Commit] | None = None


class Component(Struct, rename={"bom_ref": "bom-ref"}):
    name: str = ""
    group: str | None = None
    version: str | None = None
    bom_ref: str | None = None
    purl: str | None = None
    hashes: list[Hash] | None = None
    properties: list[Property] | None = None
    pedigree: Pedigree | None = None
    components: "list[Component] | None" = None


class Metadata(Struct):
    timestamp: str | None = None
    component: Component | None = None
    properties: list[Property] | None = None


class Rating(Struct):
    score: float | None = None
    severity: str | None = None
    method: str | None = None
    vector: str | None = None


class Analysis(Struct, rename="camel"):
    state: str | None = None
    justification: str | None = None
    detail: str | None = None
    last_updated: str | None = None


class Affected(Struct):
    ref: str = ""


class Weakness(Struct):
    id: str | None = None
    ratings: list[Rating] | None = None
    published: str | None = None
    analysis: Analysis | None = None
    affects: list[Affected] | None = None


class Bom(Struct, rename="camel"):
    spec_version: str
    serial_number: str | None = None
    metadata: Metadata = field(default_factory=Metadata)
    components: list[Component] | None = None
    vulnerabilities: list[Weakness] | None = None


class _Marked(Bom, rename="camel"):
    bom_format: str = ""


def read_bom(body: bytes) -> Bom:
    """Raises MalformedPayload for what is no bill of materials of a version that we know."""
    if utf8(body).lstrip().startswith(b"<"):
        bom = _from_xml(read_xml(body))
    else:
        bom = read_json(_Marked, body)
        if bom.bom_format != "CycloneDX":
            raise MalformedPayload("it does not say that it is CycloneDX", where="bomFormat")
    if not _VERSION.fullmatch(bom.spec_version):
        raise MalformedPayload("it is of no version that we read", where="specVersion")
    if bom.serial_number and not _SERIAL.fullmatch(bom.serial_number):
        raise MalformedPayload("it is no UUID", where="serialNumber")
    return bom


def _from_xml(root: Element) -> Bom:
    version = _NAMESPACE.fullmatch(str(root.tag))
    if version is None:
        raise MalformedPayload("its first element is no bom of a version that we read")
    subject = child(root, "metadata", "component")
    weaknesses = next(below(root, "vulnerabilities"), None)
    nested = list(below(root, "vulnerability"))
    return shaped(
        Bom,
        {
            "specVersion": version[1],
            "serialNumber": root.get("serialNumber"),
            "metadata": {
                "timestamp": said(root, "metadata", "timestamp"),
                "component": None if subject is None else _component(subject),
                "properties": _properties(child(root, "metadata")),
            },
            "components": [_component(each) for each in children(root, "components", "component")],
            "vulnerabilities": None if weaknesses is None else [_weakness(each) for each in nested],
        },
    )


def _component(element: Element) -> dict[str, Any]:
    return {
        "name": said(element, "name") or "",
        "group": said(element, "group"),
        "version": said(element, "version"),
        "bom-ref": element.get("bom-ref"),
        "purl": said(element, "purl"),
        "hashes": [
            {"alg": each.get("alg"), "content": (each.text or "").strip()}
            for each in children(element, "hashes", "hash")
        ],
        "properties": _properties(element),
        "pedigree": {
            "commits": [
                {"uid": said(each, "uid")}
                for each in children(element, "pedigree", "commits", "commit")
            ]
        },
        "components": [_component(each) for each in children(element, "components", "component")],
    }


def _properties(element: Element | None) -> list[dict[str, Any]]:
    return [
        {"name": each.get("name") or "", "value": (each.text or "").strip()}
        for each in children(element, "properties", "property")
    ]


def _weakness(element: Element) -> dict[str, Any]:
    """Also as the extension of versions 1.0 to 1.3 wrote it: one reference, as an attribute."""
    refs = [said(each, "ref") for each in children(element, "affects", "target")]
    if element.get("ref"):
        refs.append(element.get("ref"))
    analysis = child(element, "analysis")
    return {
        "id": said(element, "id"),
        "ratings": [_rating(each) for each in children(element, "ratings", "rating")],
        "published": said(element, "published"),
        "analysis": None
        if analysis is None
        else {local(each): said(each) for each in analysis if len(each) == 0},
        "affects": [{"ref": ref} for ref in refs if ref],
    }


def _rating(element: Element) -> dict[str, Any]:
    return {
        "score": said(element, "score", "base") or said(element, "score"),
        "severity": said(element, "severity"),
        "method": said(element, "method"),
        "vector": said(element, "vector"),
    }
