"""TAP, NUnit, xUnit.net, TRX, CTest, Boost.Test and CppUnit → how many tests ran and failed."""

import pytest

from changeproof.sources.delivery import MalformedPayload
from tests.support.report_samples import NUNIT, TAP
from tests.support.reports import HEAD, became, not_guessed, told

TRX = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010"


def test_real_tap_streams(shared):
    folder = shared / "data/payloads/tap"
    assert became(folder, "tap") == (
        {"translated": 12, "malformed": 3},
        {"TestsRun": 12},
    )
    assert not_guessed(folder, "tap") == {}


def test_real_test_reports(shared):
    folder = shared / "data/payloads/junit"
    assert became(folder, "junit") == (
        {"translated": 50, "malformed": 9},
        {"TestsRun": 50},
    )
    jenkins = "nunit__nunit3__jenkins__NUnit-"
    assert not_guessed(folder, "junit") == {  # no XML from its first element on, or no report
        "non-junit.xml": None,
        f"{jenkins}issue47367.xml": None,
        f"{jenkins}sec1752-file.xml": None,
        "xml__empty.xml": None,
        "xml__non-xml.xml": None,
    }


def outcome(kind, body):
    (run,) = told(kind, body, revision=HEAD).events
    return run.conclusion, run.total, run.failed


def test_a_stream_is_one_run_of_its_top_level():
    assert outcome("tap", TAP) == ("passed", 4, 0)


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        ("1..1\nok", ("passed", 1, 0)),
        ("ok 1\nnot ok 2\n1..2", ("failed", 2, 1)),
        ("1..3\nok 1", ("failed", 3, 2)),
        ("1..1\nok 1\nok 2", ("failed", 2, 1)),
        ("1..0 # SKIP no database", ("skipped", 0, 0)),
        ("1..1\nok 1 # skip", ("skipped", 1, 0)),
        ("1..1\nnot ok 1 # skip", ("failed", 1, 1)),
        ("ok 1\nBail out! no disk", ("failed", 1, 0)),
        ("  TAP version 13\n  1..1\n  ok 1", ("passed", 1, 0)),
        ("1..1\nok 1 - a\u2028not ok 2\n", ("passed", 1, 0)),
        ("noise before\nTAP version 13\n1..1\nok 1\r\n", ("passed", 1, 0)),
    ],
)
def test_tests_of_a_stream_are_counted(stream, expected):
    assert outcome("tap", stream.encode()) == expected


@pytest.mark.parametrize(
    ("stream", "why"),
    [
        ("ok 1", "no plan"),
        ("1..1\n1..1\nok", "two plans"),
        ("1..1\nok\nTAP version 13", "before all else"),
        ("hello", "no line of it is TAP"),
    ],
)
def test_a_stream_that_breaks_the_protocol_is_malformed(stream, why):
    with pytest.raises(MalformedPayload) as refused:
        told("tap", stream.encode())
    assert why in refused.value.why


def test_nunit_says_when_and_what():
    (run,) = told("junit", NUNIT, revision=HEAD).events
    assert (run.name, run.conclusion, run.total, run.failed) == ("shop.dll", "failed", 3, 1)
    assert run.occurred_at - run.started_at == 1_000_000


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        ("<test-run result='Failed'><test-case result='Passed'/></test-run>", ("failed", 2, 1)),
        (
            "<test-run result='Passed'><test-case result='Inconclusive'/></test-run>",
            ("skipped", 1, 0),
        ),
        (
            "<test-results><test-case executed='True' success='True'/>"
            "<test-case executed='False'/><test-case result='Error'/></test-results>",
            ("failed", 3, 1),
        ),
        (
            "<assemblies><assembly name='C:\\a.dll'><errors><error/></errors><collection>"
            "<test result='Pass'/><test result='Skip'/></collection></assembly></assemblies>",
            ("failed", 3, 1),
        ),
        (
            f"<TestRun xmlns='{TRX}'><Results><UnitTestResult outcome='Passed'/>"
            "<UnitTestResult outcome='NotExecuted'/></Results></TestRun>",
            ("passed", 2, 0),
        ),
        (
            f"<TestRun xmlns='{TRX}'><ResultSummary outcome='Failed'/></TestRun>",
            ("failed", 1, 1),
        ),
        (
            "<Site><Testing><Test Status='passed'/><Test Status='notrun'/></Testing></Site>",
            ("failed", 2, 1),
        ),
        (
            "<Site><Testing><Test Status='passed'/><Test Status='notrun'><Results>"
            "<NamedMeasurement name='Completion Status'><Value>Disabled</Value>"
            "</NamedMeasurement></Results></Test></Testing></Site>",
            ("passed", 2, 0),
        ),
        (
            "<TestLog><TestSuite><TestCase/><TestCase><FatalError/></TestCase></TestSuite></TestLog>",
            ("failed", 2, 1),
        ),
        (
            "<TestRun><FailedTests><FailedTest/></FailedTests>"
            "<SuccessfulTests><Test/><Test/></SuccessfulTests></TestRun>",
            ("failed", 3, 1),
        ),
        ("<assemblies/>", ("neutral", 0, 0)),
    ],
)
def test_cases_of_other_runners_are_counted(report, expected):
    assert outcome("junit", report.encode()) == expected
