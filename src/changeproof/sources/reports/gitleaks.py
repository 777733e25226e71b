"""Gitleaks' reports → how many secrets it found. Nothing that it found leaves the contents.

JSON of three generations (before 7, 7 and 8), CSV and its JUnit. A finding's commit is the one
that brought the secret, not the one that was scanned. `null` is how version 7 says nothing.
"""

import csv
from io import StringIO
from typing import Any

import msgspec

from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.documents import below, read_json, read_xml, text_of, utf8
from changeproof.sources.kinds import Glimpse, Kind, always
from changeproof.sources.reports.report import OPTIONS, Report

_CSV = b"RuleID,Commit,File,"
_LARGEST_FIELD = 1 << 25


class Finding(msgspec.Struct):
    """Only what tells a finding from other objects; the secret is not even read."""

    rule: str | None = None
    RuleID: str | None = None
    Description: str | None = None


def translate_gitleaks(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload for what Gitleaks never wrote, without a word out of it."""
    body = utf8(delivery.body).lstrip()
    report = Report("gitleaks", delivery, pseudonyms)
    if body.startswith(b"<"):
        count = sum(1 for _ in below(read_xml(delivery.body), "testcase"))
    elif body.startswith(_CSV):
        count = _rows(text_of(delivery.body))
    else:
        found = read_json(list[Finding] | None, delivery.body) or []  # type: ignore[arg-type]
        if not all(each.rule or each.RuleID or each.Description for each in found):
            raise MalformedPayload("a finding in it names no rule")
        count = len(found)
    report.scan("secrets", "gitleaks", count)
    return report.translation()


def _rows(text: str) -> int:
    csv.field_size_limit(_LARGEST_FIELD)
    try:
        return sum(1 for row in csv.DictReader(StringIO(text, newline="")) if row.get("RuleID"))
    except csv.Error as error:
        raise MalformedPayload("it is no CSV that can be read") from error


def _fits(glimpse: Glimpse) -> bool:
    if glimpse.plain.startswith(_CSV):
        return True
    if glimpse.root == "testsuites":
        return 'name="gitleaks"' in glimpse.text
    document: Any = glimpse.document
    if not isinstance(document, list) or not document or not isinstance(document[0], dict):
        return False
    keys = document[0].keys()
    return {"offender", "rule"} <= keys or {"Secret", "Match"} <= keys


KINDS = (
    Kind(
        "gitleaks",
        "Gitleaks",
        translate_gitleaks,
        _fits,
        json=False,
        options=OPTIONS,
        confidential=always,
    ),
)
