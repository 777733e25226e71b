"""Semgrep and Gitleaks → how much they left open, and nothing of what they found."""

import pytest

from changeproof.sources.delivery import MalformedPayload
from tests.support import report_samples as samples
from tests.support.reports import HEAD, became, not_guessed, told


def test_real_reports(shared):
    folder = shared / "data/payloads/semgrep"
    assert became(folder, "semgrep", revision=HEAD) == ({"translated": 10}, {"ScanRan": 10})
    assert became(folder, "semgrep") == ({"ignored": 10}, {"DeliverySeen": 10})
    assert not_guessed(folder, "semgrep") == {}
    folder = shared / "data/payloads/gitleaks"
    assert became(folder, "gitleaks", revision=HEAD) == ({"translated": 12}, {"ScanRan": 12})
    assert became(folder, "gitleaks") == ({"ignored": 12}, {"DeliverySeen": 12})
    assert not_guessed(folder, "gitleaks") == {"no_findings.json": None, "empty.json": None}


def test_what_a_comment_ignores_is_closed_and_dependencies_count_apart():
    scans = told("semgrep", samples.SEMGREP, revision=HEAD).events
    assert [(scan.kind, scan.open_findings) for scan in scans] == [
        ("static", 1),
        ("dependencies", 1),
    ]


@pytest.mark.parametrize(
    ("payload", "count"),
    [
        (samples.GITLEAKS, 1),
        (samples.GITLEAKS_6 * 2, 2),
        (samples.GITLEAKS_CSV, 1),
        (samples.GITLEAKS_JUNIT, 1),
        (b"[]", 0),
        (b"null", 0),
    ],
)
def test_secrets_are_counted_and_never_told(payload, count):
    for options in ({"revision": HEAD}, {}):
        translation = told("gitleaks", payload, **options)
        assert not any("hunter2" in event.model_dump_json() for event in translation.events)
        assert "hunter2" not in (translation.ignored or "")
        if options:
            (scan,) = translation.events
            assert (scan.kind, scan.tool, scan.open_findings) == ("secrets", "gitleaks", count)


def test_the_commit_of_a_secret_is_not_the_one_that_was_scanned():
    assert "option revision" in told("gitleaks", samples.GITLEAKS).ignored


@pytest.mark.parametrize(
    "payload", [[{"Secret": "hunter2"}], {"Secret": "hunter2"}, [["hunter2"]], b"[{hunter2"]
)
def test_what_cannot_be_read_is_not_repeated(payload):
    with pytest.raises(MalformedPayload) as refused:
        told("gitleaks", payload)
    assert "hunter2" not in str(refused.value)
