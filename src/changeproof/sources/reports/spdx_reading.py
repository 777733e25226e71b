"""SPDX documents as one shape: 2.x as JSON, YAML, XML, tag-value and RDF/XML; 3 as JSON-LD."""

import re
from typing import Any
from xml.etree.ElementTree import Element

from msgspec import Struct, field

from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.documents import (
    below,
    local,
    read_json,
    read_xml,
    read_yaml,
    said,
    shaped,
    text_of,
    utf8,
)

_TAG = re.compile(r"([A-Za-z]+):[ \t]*(.*)")
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LISTS = ("packages", "externalRefs", "checksums", "relationships", "documentDescribes")


class Checksum(Struct, rename="camel"):
    algorithm: str | None = None
    checksum_value: str | None = None


class Reference(Struct, rename="camel"):
    reference_type: str | None = None
    reference_locator: str | None = None


class Package(Struct, rename="camel"):
    name: str = ""
    spdx_id: str | None = field(name="SPDXID", default=None)
    checksums: list[Checksum] | None = None
    external_refs: list[Reference] | None = None


class Relationship(Struct, rename="camel"):
    spdx_element_id: str | None = None
    relationship_type: str | None = None
    related_spdx_element: str | None = None


class Creation(Struct):
    created: str | None = None


class Hash3(Struct, rename="camel"):
    algorithm: str | None = None
    hash_value: str | None = None


class Element3(Struct, rename="camel"):
    """Any element of SPDX 3, by what of it is read."""

    type: str | None = None
    name: str | None = None
    spdx_id: str | None = None
    created: str | None = None
    verified_using: list[Hash3 | str] | None = None
    root_element: list[str] | None = None


class Document(Struct, rename="camel"):
    spdx_version: str
    name: str | None = None
    creation_info: Creation | None = None
    packages: list[Package] | None = None
    relationships: list[Relationship] | None = None
    document_describes: list[str] | None = None


def read_spdx(body: bytes) -> Document:
    """Raises MalformedPayload for what is no SPDX document in any of its forms."""
    start = utf8(body).lstrip()
    if start.startswith(b"{"):
        stated = read_json(dict[str, Any], body)
        if "@graph" in stated:
            return _from_graph(stated)
        document = shaped(Document, stated)
    elif start.startswith(b"<"):
        document = _from_xml(read_xml(body))
    elif re.search(rb"^SPDXVersion:", start, re.MULTILINE):
        document = _from_tags(text_of(body))
    else:
        document = shaped(Document, read_yaml(body))
    if not re.fullmatch(r"SPDX-2\.[0-9]{1,3}", document.spdx_version, re.ASCII):
        raise MalformedPayload("it is of no version that we read", where="spdxVersion")
    return document


def _from_graph(document: dict[str, Any]) -> Document:
    """SPDX 3 tells of elements in one list; what is not told in place is only named there."""
    graph = shaped(list[Element3], document["@graph"])
    made = next((each.created for each in graph if each.type == "CreationInfo"), None)
    packages = [
        Package(
            each.name or "",
            each.spdx_id,
            [
                Checksum((one.algorithm or "").upper(), one.hash_value)
                for one in each.verified_using or ()
                if isinstance(one, Hash3)
            ],
        )
        for each in graph
        if each.type in ("software_Package", "Package")
    ]
    roots = [
        root
        for each in graph
        if each.type in ("SpdxDocument", "software_Sbom")
        for root in each.root_element or ()
    ]
    return Document("SPDX-3", None, Creation(made), packages, document_describes=roots)


def _from_tags(text: str) -> Document:
    """Tag-value: a package's tags follow its name; `<text>` spans lines, which hold no tags."""
    whole: dict[str, Any] = {"packages": [], "relationships": []}
    holder: dict[str, Any] = {}
    kind = "document"
    open_text = False
    for line in text.split("\n"):
        if open_text:
            open_text = "</text>" not in line
            continue
        match = _TAG.match(line)
        if match is None:
            continue
        tag, value = match[1], match[2].strip()
        open_text = "<text>" in value and "</text>" not in value
        match tag:
            case "SPDXVersion":
                whole["spdxVersion"] = value
            case "DocumentName":
                whole["name"] = value
            case "Created":
                whole["creationInfo"] = {"created": value}
            case "PackageName":
                kind, holder = "package", {"name": value, "checksums": [], "externalRefs": []}
                whole["packages"].append(holder)
            case "FileName" | "SnippetSPDXID" | "LicenseID":
                kind = "other"
            case "SPDXID" if kind == "package":
                holder["SPDXID"] = value
            case "PackageChecksum" if kind == "package":
                name, _, digest = value.partition(":")
                holder["checksums"].append(
                    {"algorithm": name.strip(), "checksumValue": digest.strip()}
                )
            case "ExternalRef" if kind == "package":
                parts = [*value.split(None, 2), "", "", ""][:3]
                holder["externalRefs"].append(
                    {
                        "referenceType": parts[1],
                        "referenceLocator": parts[2],
                    }
                )
            case "Relationship":
                parts = [*value.split(), "", "", ""][:3]
                whole["relationships"].append(
                    {
                        "spdxElementId": parts[0],
                        "relationshipType": parts[1],
                        "relatedSpdxElement": parts[2],
                    }
                )
    return shaped(Document, whole)


def _from_xml(root: Element) -> Document:
    if root.tag == f"{_RDF}RDF":
        return _from_rdf(root)
    if local(root) != "Document":
        raise MalformedPayload("an SPDX document in XML begins with Document or RDF")
    return shaped(Document, _fields(root))


def _fields(element: Element) -> dict[str, Any]:
    """Elements as the JSON form names them; those that repeat there are lists."""
    fields: dict[str, Any] = {}
    for each in element:
        name = local(each)
        value = _fields(each) if len(each) else (each.text or "").strip()
        if name in _LISTS:
            fields.setdefault(name, []).append(value)
        else:
            fields[name] = value
    return fields


def _from_rdf(root: Element) -> Document:
    """Packages wherever they stand in the graph, by their `rdf:about`."""
    version = next((said(each) for each in below(root, "specVersion")), None)
    made = next((said(each) for each in below(root, "created")), None)
    packages = [_rdf_package(each) for each in below(root, "Package")]
    return shaped(
        Document,
        {
            "spdxVersion": version or "",
            "creationInfo": {"created": made},
            "packages": packages,
            "documentDescribes": [
                (each.get(f"{_RDF}about") or each.get(f"{_RDF}resource") or "").rpartition("#")[2]
                for holder in below(root, "describesPackage")
                for each in (holder, *holder)
            ],
        },
    )


def _rdf_package(element: Element) -> dict[str, Any]:
    checksums = [
        one for each in element if local(each) == "checksum" for one in below(each, "Checksum")
    ]
    references = [
        one
        for each in element
        if local(each) == "externalRef"
        for one in below(each, "ExternalRef")
    ]
    return {
        "name": said(element, "name") or "",
        "SPDXID": (element.get(f"{_RDF}about") or "").rpartition("#")[2],
        "checksums": [
            {
                "algorithm": _ending(one, "algorithm").removeprefix("checksumAlgorithm_").upper(),
                "checksumValue": said(one, "checksumValue"),
            }
            for one in checksums
        ],
        "externalRefs": [
            {
                "referenceType": _ending(one, "referenceType"),
                "referenceLocator": said(one, "referenceLocator"),
            }
            for one in references
        ],
    }


def _ending(element: Element, name: str) -> str:
    """The last part of the address that a property points to."""
    found = next((each for each in element if local(each) == name), None)
    address = found.get(f"{_RDF}resource") if found is not None else None
    return re.split(r"[#/]", address or "")[-1]
