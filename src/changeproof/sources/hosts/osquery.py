"""osquery's results log → what was seen on a host, by the digest of a query's rows.

https://osquery.readthedocs.io/en/stable/deployment/logging/ . Snapshots show all rows of a query;
differences (added, removed) show only what is new, and are detections.
"""

from collections.abc import Iterator
from typing import Any

from changeproof.events.deployments import StateObserved
from changeproof.events.event import Event
from changeproof.events.oversight import DetectionRaised
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.described import fields_of
from changeproof.sources.document_files import documents
from changeproof.sources.facts import Gathered, inside, option, text
from changeproof.sources.fingerprints import content_digest
from changeproof.sources.kinds import Glimpse, Kind, always
from changeproof.sources.reading import Reading
from changeproof.sources.times import from_seconds

_NAMES = ("name", "path", "username", "key", "label", "identifier")
"""Columns by which a row is known, the first that it has."""


def translate_osquery(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field."""
    reading = Reading("osquery", delivery, pseudonyms)
    gathered = Gathered(reading, "osquery")
    for value in documents(delivery.body):
        for each in value if isinstance(value, list) else [value]:
            if not text(each, "name") or not text(each, "hostIdentifier"):
                raise MalformedPayload("it is no result of osquery", where="name, hostIdentifier")
            found = list(_result(reading, each))
            gathered.add(found)
            if not found:
                gathered.passed_over("a result without rows")
    return gathered.translation()


def _result(reading: Reading, result: dict[str, Any]) -> Iterator[Event]:
    seconds = inside(result, "unixTime")
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit() and len(seconds) < 12:
        seconds = int(seconds)
    at = from_seconds(seconds) if isinstance(seconds, int) and seconds > 0 else None
    item = f"{text(result, 'hostIdentifier')}/{text(result, 'name')}"[:500]
    system = option(reading.delivery, "system") or "hosts"
    rows = inside(result, "snapshot")
    if isinstance(rows, list):
        yield StateObserved(
            **reading.header(at),
            system=system,
            environment=option(reading.delivery, "environment") or "production",
            item=item,
            digest=content_digest(sorted(rows, key=content_digest)),
            fields=fields_of(reading, _by_name(rows)),
        )
    elif (action := text(result, "action")) in ("added", "removed") and "columns" in result:
        row = content_digest(result["columns"])[:16]
        yield DetectionRaised(
            **reading.header(at),
            detection=f"osquery:{item[:400]}/{action}/{at}/{row}",
            system=system,
            kind=f"osquery: a row of {text(result, 'name')} was {action}"[:500],
        )


def _by_name(rows: list[Any]) -> dict[str, Any]:
    """Each row by what it is called, so that one more moves no other."""
    named: dict[str, Any] = {}
    for row in sorted(rows, key=content_digest):
        called = next((found for key in _NAMES if (found := text(row, key))), None)
        name = called or f"row {content_digest(row)[:12]}"
        while name in named:
            name = f"{name} {content_digest(row)[:12]}"
        named[name] = row
    return named


def _fits(glimpse: Glimpse) -> bool:
    value = glimpse.document
    if value is None and glimpse.body.startswith(b"{"):  # one result a line
        value = Glimpse(glimpse.body.split(b"\n", 1)[0]).document
    return isinstance(value, dict) and value.keys() >= {"name", "hostIdentifier", "action"}


OSQUERY = Kind(
    "osquery",
    "osquery results",
    translate_osquery,
    _fits,
    json=False,
    options=("system", "environment"),
    confidential=always,
)
