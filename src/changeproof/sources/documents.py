"""Documents that tools write, made safe to look into: any Unicode, JSON or XML, of bounded depth.

Reports come from many shells: with byte order marks, in UTF-16. What is no text, holds NULs,
declares entities or nests deeper than anything real is malformed, with the reason.
"""

import codecs
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
import msgspec
import yaml
from defusedxml.common import DefusedXmlException

from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.guards import DEEPEST_NESTING, guard_json
from changeproof.sources.reading import Payload, read

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ESCAPE = re.compile(rb"\\(?:(u0000)|.)", re.DOTALL)
_YAML: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # libyaml's, where it was built
LARGEST_YAML = 4 * 1024 * 1024
"""Bytes; YAML is read far slower than JSON."""
_TOO_DEEP = f"it nests deeper than {DEEPEST_NESTING} levels"


def utf8(body: bytes) -> bytes:
    """The text as UTF-8 without a mark. Raises MalformedPayload for what its mark belies."""
    if not body.strip():
        raise MalformedPayload("it is empty")
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            try:
                return body.decode(encoding).encode()
            except UnicodeError as error:
                raise MalformedPayload(f"it is not the {encoding} that it begins as") from error
    return body


def text_of(body: bytes) -> str:
    """The whole text. Raises MalformedPayload for what is none."""
    try:
        text = utf8(body).decode()
    except UnicodeDecodeError as error:
        raise MalformedPayload("it is not UTF-8", where=f"byte {error.start:,}") from error
    if "\0" in text:
        raise MalformedPayload("it holds a NUL")
    return text


def read_json(shape: type[Payload], body: bytes) -> Payload:
    """Decode JSON in any Unicode encoding. Raises MalformedPayload naming the field.

    Scanners copy texts out of binaries, escaped NULs with them; those are left out.
    """
    plain = utf8(body)
    if b"\\u0000" in plain:
        plain = _ESCAPE.sub(lambda match: b"" if match[1] else match[0], plain)
    guard_json(plain)
    return read(shape, plain)


def shaped(shape: type[Payload], value: Any) -> Payload:
    """Plain data as `shape`; texts may stand for numbers. Raises MalformedPayload."""
    try:
        return msgspec.convert(value, shape, strict=False)
    except msgspec.ValidationError as error:
        why, _, place = str(error).partition(" - at `")
        raise MalformedPayload(why, where=place.removesuffix("`").removeprefix("$.")) from error
    except UnicodeEncodeError as error:  # YAML spells halves of characters that no text holds
        raise MalformedPayload("a text in it has a lone surrogate") from error


def read_xml(body: bytes) -> Element:
    """The first element, whole. Raises MalformedPayload for attacks and what is no XML."""
    if not body.strip():
        raise MalformedPayload("it is empty")
    depth = 0
    root: Element | None = None
    try:
        for action, element in defusedxml.ElementTree.iterparse(
            BytesIO(body), events=("start", "end"), forbid_dtd=True
        ):
            depth += 1 if action == "start" else -1
            if depth > DEEPEST_NESTING:
                raise MalformedPayload(_TOO_DEEP)
            if root is None:
                root = element
    except DefusedXmlException as error:
        raise MalformedPayload("it declares entities or a document type") from error
    except ParseError as error:
        raise MalformedPayload(f"it is no XML: {error}") from error
    except (ValueError, LookupError) as error:
        raise MalformedPayload(f"it is no XML that can be read: {error}") from error
    if root is None:
        raise MalformedPayload("it is no XML: it has no element")
    return root


def read_yaml(body: bytes) -> Any:
    """Lists, objects and texts; every scalar is a text. Raises MalformedPayload.

    Aliases are refused: a few of them stand for gigabytes. So is what would take minutes.
    """
    if len(body) > LARGEST_YAML:
        raise MalformedPayload(
            f"it has {len(body):,} bytes; a document in YAML may have {LARGEST_YAML:,} (4 MiB)"
        )
    text = text_of(body)
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_YAML):
            if isinstance(event, yaml.AliasEvent):
                raise MalformedPayload("it has YAML aliases, which can stand for gigabytes")
            depth += isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent))
            depth -= isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent))
            if depth > DEEPEST_NESTING:
                raise MalformedPayload(_TOO_DEEP)
        return yaml.load(text, Loader=_YAML)  # noqa: S506 (builds texts alone)
    except yaml.YAMLError as error:
        raise MalformedPayload("it is no YAML that can be read") from error
    except (RecursionError, ValueError, TypeError) as error:
        raise MalformedPayload(f"it is no YAML that can be read: {error}") from error


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def below(element: Element, *names: str) -> Iterator[Element]:
    """All elements of these names anywhere in it, whatever their namespace."""
    return (each for each in element.iter() if local(each) in names)


def child(element: Element | None, *path: str) -> Element | None:
    """The first element at that path of names, whatever their namespaces."""
    for name in path:
        if element is None:
            return None
        element = next((each for each in element if local(each) == name), None)
    return element


def children(element: Element | None, *path: str) -> list[Element]:
    """All elements of the path's last name below the first at the path before."""
    holder = child(element, *path[:-1])
    return [] if holder is None else [each for each in holder if local(each) == path[-1]]


def said(element: Element | None, *path: str) -> str | None:
    """The text of the element at that path, stripped; None where there is none."""
    found = child(element, *path)
    text = "".join(found.itertext()).strip() if found is not None else ""
    return text or None
