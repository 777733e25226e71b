"""SARIF → a scan for each tool and revision, with what is still open."""

import pytest

from changeproof.sources.delivery import MalformedPayload
from tests.support.report_samples import SARIF
from tests.support.reports import HEAD, became, not_guessed, told


def test_real_logs(shared):
    folder = shared / "data/payloads/sarif"
    assert became(folder, "sarif") == (
        {"translated": 5, "ignored": 53, "malformed": 1},
        {"ScanRan": 3, "DeliverySeen": 55, "VulnerabilityFound": 31},
    )
    outcomes, events = became(folder, "sarif", revision=HEAD)
    assert outcomes == {"translated": 46, "ignored": 12, "malformed": 1}
    assert (events["ScanRan"], events["VulnerabilityFound"]) == (47, 31)
    assert not_guessed(folder, "sarif") == {"Invalid.sarif": None}


def test_a_log_is_a_scan_of_the_revision_that_it_states():
    (scan,) = told("sarif", SARIF).events
    assert (scan.revision, scan.kind, scan.tool, scan.open_findings) == (
        HEAD,
        "static",
        "CodeQL",
        2,
    )
    assert scan.occurred_at == 1_767_323_045_000_000
    (scan,) = told("sarif", SARIF, revision="b" * 40).events
    assert scan.revision == "b" * 40


def run(*results, tool="tool", **rest):
    return {
        "version": "2.1.0",
        "runs": [{"tool": {"driver": {"name": tool}}, "results": list(results), **rest}],
    }


@pytest.mark.parametrize(
    ("result", "count"),
    [
        ({}, 1),
        ({"level": "error"}, 1),
        ({"level": "none"}, 0),
        ({"kind": "pass"}, 0),
        ({"kind": "review"}, 0),
        ({"baselineState": "absent"}, 0),
        ({"baselineState": "unchanged"}, 1),
        ({"suppressions": []}, 1),
        ({"suppressions": [{"kind": "inSource"}]}, 0),
        ({"suppressions": [{"kind": "external", "status": "accepted"}]}, 0),
        ({"suppressions": [{"kind": "external", "status": "underReview"}]}, 1),
        ({"suppressionStates": ["suppressedInSource"]}, 0),
    ],
)
def test_only_what_is_open_counts(result, count):
    (scan,) = told("sarif", run(result), revision=HEAD).events
    assert scan.open_findings == count


@pytest.mark.parametrize(
    ("tool", "kind"),
    [
        ("gitleaks", "secrets"),
        ("Trivy", "dependencies"),
        ("dependency-check", "dependencies"),
        ("ZAP", "dynamic"),
        ("Bandit", "static"),
    ],
)
def test_a_tools_name_says_what_it_looked_for(tool, kind):
    (scan,) = told("sarif", run(tool=tool), revision=HEAD).events
    assert (scan.kind, scan.open_findings) == (kind, 0)


def test_runs_of_one_tool_are_one_scan():
    log = {"version": "2.1.0", "runs": [*run({})["runs"], *run({}, {})["runs"]]}
    (scan,) = told("sarif", log, revision=HEAD).events
    assert scan.open_findings == 3


@pytest.mark.parametrize(
    "log",
    [
        {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "a"}}, "results": None}]},
        run({}, invocations=[{"executionSuccessful": False}]),
        run({}, externalPropertyFileReferences={"results": [{"location": {"uri": "b"}}]}),
        {**run({}), "inlineExternalProperties": [{"results": [{}]}]},
        {"version": "2.1.0", "runs": []},
        {"version": "2.1.0"},
    ],
)
def test_a_scan_that_did_not_happen_is_none(log):
    translation = told("sarif", log, revision=HEAD)
    assert [event.type for event in translation.events] == ["DeliverySeen"]
    assert translation.ignored


def test_without_a_revision_it_says_how_to_state_one():
    translation = told("sarif", run({}))
    assert "option revision" in translation.ignored
    assert [event.type for event in translation.events] == ["DeliverySeen"]


def test_older_versions_name_their_tool_elsewhere():
    for version in ("1.0.0", "2.0.0"):
        log = {"version": version, "runs": [{"tool": {"name": "old"}, "results": [{}]}]}
        (scan,) = told("sarif", log, revision=HEAD).events
        assert (scan.tool, scan.open_findings) == ("old", 1)
    with pytest.raises(MalformedPayload):
        told("sarif", {"version": "3.0.0", "runs": []})


TRIVY = (
    "Package: {}\nInstalled Version: 4.17.20\nVulnerability {}\nSeverity: HIGH\n"
    "Fixed Version: 4.17.21, 5.0.1"
)


def test_a_dependency_scanner_s_results_are_vulnerabilities():
    gone = {"ruleId": "CVE-2020-1111", "baselineState": "absent"}
    plain = {"ruleId": "no-eval", "message": {"text": "Package: eval"}}
    trivy = {
        "ruleId": "CVE-2021-23337",
        "ruleIndex": 0,
        "message": {"text": TRIVY.format("lodash", "CVE-2021-23337")},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": "app/package-lock.json"}}}],
    }
    told_of = told("sarif", run(trivy, plain, gone, tool="Trivy"), system="shop")
    [found] = [each for each in told_of.events if each.type == "VulnerabilityFound"]
    assert found.vulnerability == "CVE-2021-23337/lodash/shop"
    assert (found.package, found.system, found.severity) == ("lodash", "shop", "high")
    assert found.fixed_in == ("4.17.21", "5.0.1")
    # The same results of a tool that looks at code are none.
    kinds = {each.type for each in told("sarif", run(trivy, tool="CodeQL"), system="shop").events}
    assert "VulnerabilityFound" not in kinds


def test_what_grype_and_osv_write_is_read():
    grype = {"ruleId": "ghsa-35JH-r3h4-6jhm-lodash", "level": "warning"}
    grype["message"] = {"text": "The path reports lodash"}
    help_text = {"text": "Vulnerability GHSA-35jh-r3h4-6jhm\nPackage: lodash\nFix Version: 4.17.21"}
    rule = {"id": grype["ruleId"], "help": help_text, "properties": {"security-severity": "9.1"}}
    log = run(grype)
    log["runs"][0]["tool"] = {"driver": {"name": "Grype", "rules": [rule]}}
    [found] = [each for each in told("sarif", log).events if each.type == "VulnerabilityFound"]
    assert (found.advisory, found.package, found.severity) == (
        "GHSA-35jh-r3h4-6jhm",
        "lodash",
        "critical",
    )
    named = "'CVE-2021-23337' (also known as 'GHSA-35jh-r3h4-6jhm')"
    text = f"Package 'lodash@4.17.20' is vulnerable to {named}."
    osv = run({"ruleId": "CVE-2021-23337", "message": {"text": text}}, tool="osv-scanner")
    [found] = [each for each in told("sarif", osv).events if each.type == "VulnerabilityFound"]
    assert (found.package, found.aliases) == ("lodash", ("GHSA-35jh-r3h4-6jhm",))
