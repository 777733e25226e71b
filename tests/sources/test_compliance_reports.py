"""XCCDF, InSpec and checklists → a look for drift, and the outcomes as an item's content."""

import pytest

from changeproof.events.event import sha256_hex
from changeproof.sources.delivery import MalformedPayload
from tests.support import report_samples as samples
from tests.support.reports import HEAD, became, events_of, not_guessed, told

WHERE = {"system": "shop", "environment": "production"}


def test_real_results(shared):
    folder = shared / "data/payloads/xccdf"
    assert became(folder, "xccdf", **WHERE) == (
        {"translated": 9, "ignored": 4, "malformed": 1},
        {"ControlPerformed": 9, "StateObserved": 9, "VulnerabilityFound": 1, "DeliverySeen": 4},
    )
    assert became(folder, "xccdf")[0] == {"translated": 1, "ignored": 12, "malformed": 1}
    assert not_guessed(folder, "xccdf") == {"invalid_report.xml": None}
    folder = shared / "data/payloads/inspec-hdf"
    assert became(folder, "inspec-hdf", **WHERE) == (
        {"translated": 14, "ignored": 3, "malformed": 1},
        {"ControlPerformed": 14, "StateObserved": 14, "DeliverySeen": 3},
    )
    assert became(folder, "inspec-hdf")[0] == {"ignored": 17, "malformed": 1}
    assert not_guessed(folder, "inspec-hdf") == {"no_finding.log": None}


@pytest.mark.parametrize(
    ("kind", "payload", "found", "item"),
    [
        ("xccdf", samples.XCCDF, "hardening/server: 1 of 2 rules", "hardening/server/web-1"),
        ("xccdf", samples.XCCDF_MAP, "hardening/server: 1 of 2 rules", "hardening/server/web-1"),
        ("inspec-hdf", samples.INSPEC, "hardening: 1 of 2 rules", "hardening/web-1"),
        ("inspec-hdf", samples.INSPEC_LINES, "inspec: 1 of 2 rules", "inspec"),
        ("inspec-hdf", samples.CHECKLIST, "hardening: 1 of 1 rules", "hardening/web-1"),
    ],
)
def test_what_ran_was_compared(kind, payload, found, item):
    translation = told(kind, payload, **WHERE)
    (performed,) = events_of(translation, "ControlPerformed")
    assert (performed.activity, performed.system, performed.outcome) == (
        "drift_scan",
        "shop",
        "failed",
    )
    assert performed.found.startswith(found)
    (seen,) = events_of(translation, "StateObserved")
    assert (seen.system, seen.environment, seen.item) == ("shop", "production", item)
    assert seen.digest in {sha256_hex(content) for content in translation.contents}


def test_the_same_outcomes_are_the_same_content():
    later = samples.XCCDF.replace(b"2026-01-02", b"2026-02-02")
    worse = samples.XCCDF.replace(b">pass<", b">fail<")
    first, again, other = (
        events_of(told("xccdf", body, **WHERE), "StateObserved")[0].digest
        for body in (samples.XCCDF, later, worse)
    )
    assert first == again != other


def test_a_failed_rule_that_names_a_cve_is_a_vulnerability():
    (found,) = events_of(told("xccdf", samples.XCCDF), "VulnerabilityFound")
    assert (found.vulnerability, found.severity) == ("CVE-2026-1/web-1", "high")


def test_without_a_system_it_says_how_to_state_one():
    assert "option system" in told("inspec-hdf", samples.INSPEC).ignored


def test_results_about_code_are_a_scan_of_its_revision():
    (scan,) = told("inspec-hdf", samples.INSPEC, revision=HEAD).events
    assert (scan.kind, scan.tool, scan.open_findings) == ("static", "hardening", 1)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("xccdf", b'<Tailoring xmlns="http://checklists.nist.gov/xccdf/1.2"/>'),
        ("xccdf", b"kind: ConfigMap\ndata: {}"),
        ("inspec-hdf", samples.ATTESTATIONS),
        ("inspec-hdf", samples.CHECKLIST.replace(b"Open", b"Not_Reviewed")),
    ],
)
def test_what_holds_no_result_is_only_seen(kind, body):
    assert told(kind, body, **WHERE).ignored


@pytest.mark.parametrize(
    ("kind", "body"),
    [("xccdf", b"<html/>"), ("xccdf", b"a: b"), ("inspec-hdf", b"<html/>"), ("inspec-hdf", b"- a")],
)
def test_what_is_none_of_them_is_malformed(kind, body):
    with pytest.raises(MalformedPayload):
        told(kind, body)
