"""JUnit reports and their cousins → one TestsRun: how many tests, how many of them never passed.

The cases are counted, because the counts in attributes may be missing or wrong. A case that
was run again and passed is no failure (hard case 30), but only if file and line show that it
is the same: different tests do bear one name. One report is one run, and every report is kept.
"""

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from changeproof.events.testing import Conclusion, TestsRun
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.documents import read_xml
from changeproof.sources.guards import DEEPEST_NESTING
from changeproof.sources.kinds import Kind
from changeproof.sources.reading import Reading
from changeproof.sources.times import microseconds
from changeproof.sources.xunit import ROOTS, read_cases

_REVISION = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)
_REVISION_NAME = re.compile(
    r"(?:(?:git|ci|vcs|scm|github|build)[._-]?)?(?:git[._-]?)?"
    r"(?:commit|revision|sha)(?:[._-]?(?:id|sha|hash))?"
)
_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]+)?", re.ASCII)
_RED = frozenset({"failure", "error"})


@dataclass
class _Report:
    """What is gathered while the report is read once, front to back."""

    cases: dict[tuple[str | int, ...], set[str]] = field(default_factory=dict)
    suites: list[str] = field(default_factory=list)
    stated: dict[str, int] = field(default_factory=lambda: {"tests": 0, "failures": 0, "errors": 0})
    broken_suites: int = 0
    revision: str | None = None
    began: int | None = None
    ended: int | None = None


def translate_junit(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload for what is no XML, no JUnit report, or an attack on the parser.

    Options: `revision`, `name`, `repository`.
    """
    options = dict(delivery.options)
    report = _read(delivery.body)
    reading = Reading("junit", delivery, pseudonyms)
    revision = options.get("revision") or report.revision
    total, failed, conclusion = _concluded(report)
    name = options.get("name") or (report.suites[0] if len(set(report.suites)) == 1 else "junit")
    event = TestsRun(
        # A suite states when it began; the last one's end bounds the run.
        **reading.header(report.ended, bound=True),
        run=f"junit:{delivery.digest}/{revision or 'unknown'}",
        revision=revision,
        repository=options.get("repository"),
        name=name[:500],
        poster="junit",
        conclusion=conclusion,
        started_at=report.began,
        total=total,
        failed=failed,
        report=delivery.digest,
    )
    return Translation((event,), tuple(reading.contents))


def _concluded(report: _Report) -> tuple[int, int, Conclusion]:
    """Total, failed and the conclusion; an empty report is no pass."""
    if not report.cases:  # some producers write counts alone
        total = report.stated["tests"]
        failed = report.stated["failures"] + report.stated["errors"] + report.broken_suites
        return total, failed, "failed" if failed else "passed" if total else "neutral"
    outcomes = report.cases.values()
    failed = sum(1 for seen in outcomes if "red" in seen and "green" not in seen)
    failed += report.broken_suites
    if failed:
        return len(report.cases), failed, "failed"
    skipped = all(seen == {"skipped"} for seen in outcomes)
    return len(report.cases), 0, "skipped" if skipped else "passed"


def _read(body: bytes) -> _Report:
    report = _Report()
    depth = 0
    suites: list[str] = []
    try:
        for action, element in defusedxml.ElementTree.iterparse(
            BytesIO(body), events=("start", "end"), forbid_dtd=True
        ):
            if action == "start":
                depth += 1
                if depth > DEEPEST_NESTING:
                    raise MalformedPayload(f"it nests deeper than {DEEPEST_NESTING} levels")
                if depth == 1 and element.tag not in ("testsuites", "testsuite"):
                    return _of_another_runner(body)
                if element.tag == "testsuite":
                    suites.append(element.get("name") or "")
                    _suite(report, element)
                continue
            depth -= 1
            if element.tag == "testcase":
                _case(report, "/".join(suites), element)
                element.clear()
            elif element.tag == "testsuite":
                report.broken_suites += any(child.tag in _RED for child in element)
                suites.pop()
                element.clear()
            elif element.tag == "property":
                _property(report, element.get("name"), element.get("value") or element.text)
    except DefusedXmlException as error:
        raise MalformedPayload("it declares entities or a document type") from error
    except ParseError as error:
        raise MalformedPayload(f"it is no XML: {error}") from error
    except (ValueError, LookupError) as error:
        raise MalformedPayload(f"it is no XML that can be read: {error}") from error
    return report


def _of_another_runner(body: bytes) -> _Report:
    """NUnit, xUnit.net, TRX, CTest and their like. Raises MalformedPayload for none of them."""
    told = read_cases(read_xml(body))
    return _Report(
        cases={(number,): {outcome} for number, outcome in enumerate(told.outcomes)},
        suites=[told.name] if told.name else [],
        began=told.began,
        ended=told.ended,
    )


def _suite(report: _Report, element: Any) -> None:
    if name := (element.get("name") or "").strip():
        report.suites.append(name)
    for key in report.stated:
        value = element.get(key) or ""
        if value.isascii() and value.isdigit() and len(value) < 10:
            report.stated[key] += int(value)
    began = microseconds(element.get("timestamp") or "", assume_utc=True)
    if began is not None:
        lasted = element.get("time") or ""
        seconds = float(lasted) if _SECONDS.fullmatch(lasted) else 0.0
        ended = began + round(seconds * 1_000_000)
        report.began = began if report.began is None else min(report.began, began)
        report.ended = ended if report.ended is None else max(report.ended, ended)


def _case(report: _Report, suite: str, element: Any) -> None:
    same = (element.get("name"), element.get("file"), element.get("line"))
    key: tuple[str | int, ...] = (len(report.cases),)
    if all(same):
        key = (suite, element.get("classname") or "", *same)
    tags = {child.tag for child in element}
    outcome = "red" if tags & _RED else "skipped" if "skipped" in tags else "green"
    report.cases.setdefault(key, set()).add(outcome)


def _property(report: _Report, name: str | None, value: str | None) -> None:
    said = (value or "").strip().lower()
    if (
        report.revision is None
        and _REVISION_NAME.fullmatch((name or "").strip().lower())
        and _REVISION.fullmatch(said)
    ):
        report.revision = said


KINDS = (
    Kind(
        "junit",
        "JUnit, NUnit, xUnit.net, TRX, CTest",
        translate_junit,
        fits=lambda glimpse: glimpse.root in ("testsuites", "testsuite", *ROOTS),
        aliases=("nunit", "xunit", "trx", "ctest", "googletest"),
        json=False,
        options=("revision", "repository", "name"),
    ),
)
