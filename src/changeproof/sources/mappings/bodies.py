"""A body as the payloads that it holds: one, or as many as an API's reply or an export lists."""

import csv
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.document_files import MOST_DOCUMENTS, documents
from changeproof.sources.documents import text_of, utf8
from changeproof.sources.kinds import Glimpse
from changeproof.sources.mappings.expressions import find
from changeproof.sources.mappings.shape import Heading

_MOST_FIELDS = 1_000
_MOST_GLIMPSED = 20


def payloads_of(heading: Heading, body: bytes) -> list[dict[str, Any]]:
    """All of them, in their order. Raises MalformedPayload."""
    return [_object(one) for one in _placed(heading, _objects(heading, body))]


def glimpsed(heading: Heading, glimpse: Glimpse) -> Iterator[dict[str, Any]]:
    """The first payloads that a body shows; none where it cannot be read in that way."""
    try:
        for one in islice(_placed(heading, _first(heading, glimpse)), _MOST_GLIMPSED):
            if isinstance(one, dict):
                yield one
    except MalformedPayload:
        return


def _objects(heading: Heading, body: bytes) -> list[Any]:
    match heading.body:
        case "form":
            return [_form(text_of(body))]
        case "csv":
            return list(_rows(text_of(body)))
        case _:
            if utf8(body).lstrip()[:1] not in (b"{", b"["):
                raise MalformedPayload("it is no JSON: it begins with neither { nor [")
            found = documents(body)
            return found[0] if len(found) == 1 and isinstance(found[0], list) else found


def _first(heading: Heading, glimpse: Glimpse) -> list[Any]:
    if heading.body == "json":
        if glimpse.document is not None:
            value = glimpse.document
            return value[:_MOST_GLIMPSED] if isinstance(value, list) else [value]
        return _first_lines(glimpse)
    if glimpse.document is not None or glimpse.text.lstrip()[:1] in ("<", "{", "[", ""):
        return []
    if heading.body == "form":
        return [_form(glimpse.text)] if "=" in glimpse.text.partition("&")[0] else []
    return list(islice(_rows(glimpse.text), 1))


def _first_lines(glimpse: Glimpse) -> list[Any]:
    """Of one object a line: those that stand whole among the first."""
    if not glimpse.plain.startswith(b"{"):
        return []
    lines = glimpse.plain.split(b"\n", _MOST_GLIMPSED)[:_MOST_GLIMPSED]
    return [found for line in lines if (found := Glimpse(line).document) is not None]


def _placed(heading: Heading, objects: list[Any]) -> Iterator[Any]:
    for one in objects:
        if heading.payloads is None:
            yield one
            continue
        found = find(heading.payloads, one, "payloads")
        if found is not None and not isinstance(found, list):
            raise MalformedPayload(f"`{heading.payloads}` is no list", where="payloads")
        yield from found or []


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MalformedPayload("a payload in it is no object")
    return value


def _form(text: str) -> dict[str, Any]:
    try:
        pairs = parse_qsl(text.strip(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise MalformedPayload(f"it has more than {_MOST_FIELDS:,} fields") from error
    if any("\0" in part for pair in pairs for part in pair):
        raise MalformedPayload("it holds a NUL")
    return dict(pairs)


def _rows(text: str) -> Iterator[dict[str, Any]]:
    reader = csv.reader(text.splitlines(), strict=True)
    names: list[str] | None = None
    try:
        for number, row in enumerate(reader):
            if number > MOST_DOCUMENTS:
                raise MalformedPayload(f"it has more than {MOST_DOCUMENTS:,} rows")
            if names is None:
                names = row
            elif len(row) != len(names):
                raise MalformedPayload(
                    f"it has {len(row)} cells under {len(names)} names", where=f"row {number:,}"
                )
            else:
                yield dict(zip(names, row, strict=True))
    except csv.Error as error:
        raise MalformedPayload(f"it is no CSV: {error}") from error
