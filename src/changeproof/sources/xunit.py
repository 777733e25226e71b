"""What other test runners than JUnit's write in XML: cases with an outcome each.

NUnit 2 and 3, xUnit.net, Visual Studio (TRX), CTest, Boost.Test, CppUnit. The cases are counted,
not the counts in attributes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from xml.etree.ElementTree import Element

from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.documents import below, child, local, said
from changeproof.sources.times import from_seconds, microseconds

Outcome = Literal["green", "red", "skipped"]

_TRX = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}TestRun"
_RED = frozenset({"failed", "fail", "failure", "error", "timeout", "aborted", "cancelled"})
_GREEN = frozenset({"passed", "pass", "success", "passedbutrunaborted", "warning", "completed"})
_WHY = "Completion Status"
_SECONDS = re.compile(r"[0-9]{1,11}", re.ASCII)


@dataclass
class Cases:
    """What a runner told. `began` and `ended` in UTC microseconds, where it states them."""

    outcomes: list[Outcome] = field(default_factory=list)
    name: str | None = None
    began: int | None = None
    ended: int | None = None


def read_cases(root: Element) -> Cases:
    """Raises MalformedPayload for a report of none of these runners."""
    reader = _reader(root)
    if reader is None:
        raise MalformedPayload("it is no report of a test runner that we read")
    return reader(root)


def _reader(root: Element) -> Callable[[Element], Cases] | None:
    if root.tag == _TRX:
        return _trx
    return _READERS.get(str(root.tag))


def _trx(root: Element) -> Cases:
    times, summary = child(root, "Times"), child(root, "ResultSummary")
    told = [_outcome(each.get("outcome") or "") for each in below(root, "UnitTestResult")]
    return Cases(
        _with_the_whole(told, summary.get("outcome") if summary is not None else None),
        name=None,
        began=_moment(times.get("start") if times is not None else None),
        ended=_moment(times.get("finish") if times is not None else None),
    )


def _with_the_whole(told: list[Outcome], whole: str | None) -> list[Outcome]:
    """A run that failed without a failed case did so outside of them (a fixture, a crash)."""
    return [*told, "red"] if _outcome(whole or "") == "red" and "red" not in told else told


def _nunit3(root: Element) -> Cases:
    told = [_outcome(each.get("result") or "") for each in below(root, "test-case")]
    cases = Cases(_with_the_whole(told, root.get("result")))
    suites = [each for each in root if local(each) == "test-suite"]
    cases.name = suites[0].get("name") if len(suites) == 1 else None
    cases.began, cases.ended = _moment(root.get("start-time")), _moment(root.get("end-time"))
    return cases


def _nunit2(root: Element) -> Cases:
    """`executed` and `success` since version 2.0, `result` since 2.5."""
    cases = Cases(name=root.get("name"))
    for each in below(root, "test-case"):
        if each.get("executed") == "False":
            cases.outcomes.append("skipped")
        elif each.get("success"):
            cases.outcomes.append("green" if each.get("success") == "True" else "red")
        else:
            cases.outcomes.append(_outcome(each.get("result") or ""))
    return cases


def _xunit_net(root: Element) -> Cases:
    """An `errors` entry stands for what failed outside any test."""
    cases = Cases([_outcome(each.get("result") or "") for each in below(root, "test")])
    cases.outcomes += ["red" for each in below(root, "errors") for _ in each]
    assemblies = list(below(root, "assembly"))
    if len(assemblies) == 1:
        cases.name = re.split(r"[\\/]", assemblies[0].get("name") or "")[-1] or None
    return cases


def _ctest(root: Element) -> Cases:
    cases = Cases(name=root.get("BuildName"))
    for testing in below(root, "Testing"):
        for each in testing:
            if local(each) == "Test":
                cases.outcomes.append(_ctest_outcome(each))
        cases.began = _unix(said(testing, "StartTestTime"))
        cases.ended = _unix(said(testing, "EndTestTime"))
    return cases


def _ctest_outcome(test: Element) -> Outcome:
    """A test that CTest could not start has failed, unless somebody switched it off."""
    if test.get("Status") != "notrun":
        return _outcome(test.get("Status") or "")
    why = next(
        (said(one) or "" for one in below(test, "NamedMeasurement") if one.get("name") == _WHY), ""
    )
    return "skipped" if why.lower().startswith(("disabled", "skip")) else "red"


def _boost(root: Element) -> Cases:
    def told(case: Element) -> Outcome:
        wrong = next(below(case, "Error", "FatalError", "Exception"), None)
        if wrong is not None:
            return "red"
        return "skipped" if case.get("skipped") == "yes" else "green"

    return Cases([told(each) for each in below(root, "TestCase")])


def _cppunit(root: Element) -> Cases:
    def listed(name: str) -> int:
        return sum(len(holder) for holder in below(root, name))

    told: list[Outcome] = ["red"] * listed("FailedTests")
    told += ["green"] * listed("SuccessfulTests")
    return Cases(told)


def _outcome(word: str) -> Outcome:
    """What is neither green nor red did not say either: skipped, not executed, inconclusive."""
    word = word.strip().lower()
    return "red" if word in _RED else "green" if word in _GREEN else "skipped"


def _moment(text: str | None) -> int | None:
    return microseconds(text or "", assume_utc=True)


def _unix(text: str | None) -> int | None:
    return from_seconds(int(text)) if text and _SECONDS.fullmatch(text) else None


_READERS = {
    "test-run": _nunit3,
    "test-results": _nunit2,
    "assemblies": _xunit_net,
    "assembly": _xunit_net,
    "TestRun": _cppunit,
    "Site": _ctest,
    "TestLog": _boost,
}
ROOTS = tuple(_READERS)
"""The first elements of these reports."""
