"""Semgrep's JSON → how many findings its rules left open, and how many in dependencies."""

from typing import Any

from msgspec import Struct, field

from changeproof.sources.delivery import Delivery, Pseudonyms, Translation
from changeproof.sources.documents import read_json
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reports.report import OPTIONS, Report


class Extra(Struct):
    is_ignored: bool | None = None
    sca_info: dict[str, Any] | None = None


class Result(Struct):
    check_id: str
    extra: Extra = field(default_factory=Extra)


class Whole(Struct):
    results: list[Result]


def translate_semgrep(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """It states neither time nor revision: options say them. `nosem` comments close a finding."""
    whole = read_json(Whole, delivery.body)
    report = Report("semgrep", delivery, pseudonyms)
    found = [each.extra for each in whole.results if not each.extra.is_ignored]
    supply = sum(each.sca_info is not None for each in found)
    report.scan("static", "semgrep", len(found) - supply)
    if any(each.extra.sca_info is not None for each in whole.results):
        report.scan("dependencies", "semgrep", supply)
    return report.translation()


def _fits(glimpse: Glimpse) -> bool:
    results = glimpse.document["results"] if glimpse.holds("results", "errors") else None
    if not isinstance(results, list):
        return False
    return not results or (isinstance(results[0], dict) and "check_id" in results[0])


KINDS = (Kind("semgrep", "Semgrep", translate_semgrep, _fits, json=False, options=OPTIONS),)
