"""XCCDF results (SCAP: OpenSCAP, SCC; alone, in a Benchmark, in ARF) → what was compared.

With the system stated, a result is a look for drift; with its environment too, the outcomes are
the content of a configuration item. A failed rule that names a CVE is a vulnerability.
Compliance operators keep results as texts in ConfigMaps.
"""

from typing import Any
from xml.etree.ElementTree import Element

from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.documents import (
    below,
    children,
    local,
    read_json,
    read_xml,
    read_yaml,
    said,
    utf8,
)
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reports.report import OPTIONS, Finding, Report, moment
from changeproof.sources.reports.severities import of_word

_ROOTS = ("Benchmark", "TestResult", "Tailoring", "asset-report-collection")
_BAD = frozenset({"fail", "error", "unknown"})
_LOOKED = _BAD | {"pass", "fixed"}
_NO_RESULT = "it holds no result of a test, only what could be tested"


def translate_xccdf(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload for what is neither XCCDF, ARF nor a ConfigMap with a result."""
    report = Report("xccdf", delivery, pseudonyms)
    stated = [
        result
        for root in _roots(delivery.body)
        for result in below(root, "TestResult")
        if len(result)
    ]
    for result in stated:
        _result(report, result)
    if not stated:
        report.note(_NO_RESULT)
    return report.translation()


def _roots(body: bytes) -> list[Element]:
    start = utf8(body).lstrip()
    if start.startswith(b"<"):
        root = read_xml(body)
        if local(root) not in _ROOTS:
            raise MalformedPayload("its first element is none of XCCDF or ARF")
        return [root]
    document: Any = read_json(Any, body) if start.startswith(b"{") else read_yaml(body)
    maps = _config_maps(document)
    if not maps:
        raise MalformedPayload("it is no XCCDF, and no ConfigMap with a result")
    texts = [each["data"].get("results") for each in maps if isinstance(each.get("data"), dict)]
    return [read_xml(text.encode()) for text in texts if isinstance(text, str) and "<" in text]


def _config_maps(document: Any) -> list[dict[str, Any]]:
    """The ConfigMaps anywhere in a document, whose depth is bounded."""
    if isinstance(document, list):
        return [found for each in document for found in _config_maps(each)]
    if not isinstance(document, dict):
        return []
    if document.get("kind") == "ConfigMap":
        return [document]
    return [found for each in document.values() for found in _config_maps(each)]


def _result(report: Report, result: Element) -> None:
    benchmarks = children(result, "benchmark")
    profiles = children(result, "profile")
    named = [each.get("id") or each.get("href") for each in benchmarks]
    named += [each.get("idref") for each in profiles]
    benchmark = "/".join(name for name in named if name) or result.get("id") or "xccdf"
    target = said(result, "target") or ""
    outcomes: dict[str, str] = {}
    for each in children(result, "rule-result"):
        outcome = said(each, "result") or "unknown"
        rule = each.get("idref") or ""
        if (
            outcomes.get(rule) not in _BAD
        ):  # a rule told for several instances is as bad as its worst
            outcomes[rule] = outcome
        if outcome == "fail":
            _weaknesses(report, each, target)
    looked = {rule: outcome for rule, outcome in outcomes.items() if outcome in _LOOKED}
    if report.at is None:
        report.at = moment(result.get("end-time") or result.get("start-time"))
    if looked:
        bad = sum(outcome in _BAD for outcome in looked.values())
        report.complied(benchmark, target, looked, bad)
    else:
        report.note("no rule in it was looked at")


def _weaknesses(report: Report, rule: Element, target: str) -> None:
    for ident in children(rule, "ident"):
        number = (ident.text or "").strip()
        if number.startswith("CVE-"):
            report.found(Finding(number, None, target, of_word(rule.get("severity"))))


def _fits(glimpse: Glimpse) -> bool:
    if glimpse.root is not None:
        return glimpse.root in _ROOTS
    return b"ConfigMap" in glimpse.plain and b"<TestResult" in glimpse.plain


KINDS = (Kind("xccdf", "XCCDF", translate_xccdf, _fits, ("arf",), json=False, options=OPTIONS),)
