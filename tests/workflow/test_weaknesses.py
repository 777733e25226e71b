"""A vulnerability is tied to its patch or ruled out by a human, and its stages have their times."""

import pytest

from changeproof.events.deployments import DeploymentFinished
from changeproof.events.refusal import Refusal
from changeproof.events.vulnerabilities import VulnerabilityFound
from changeproof.ledger.service import now
from changeproof.ledger.vulnerabilities_read import (
    ages_of_open,
    told_elsewhere,
    vulnerabilities_listed,
    vulnerabilities_named,
)
from changeproof.monitor.judging import judge_waiting
from changeproof.workflow.naming import UnknownName
from changeproof.workflow.rulings import MayNot
from changeproof.workflow.weaknesses import (
    LinkVulnerability,
    RuleOutVulnerability,
    link_vulnerability,
    rule_out,
)
from tests.support.pull_requests import REPOSITORY, SYSTEM

FLAW = "CVE-2026-1/pkg:npm/left-pad/payments"
DAY = 86_400_000_000


def find(company, name=FLAW, severity="high", system=SYSTEM):
    company.forge.say(
        VulnerabilityFound,
        vulnerability=name,
        advisory="CVE-2026-1",
        package="pkg:npm/left-pad",
        system=system,
        severity=severity,
    )


def names(company, show="open", systems=None, **asked):
    judge_waiting(company.ledger)
    listed = vulnerabilities_listed(company.ledger.store, now(), systems, show=show, **asked)
    return [row.name for row in listed]


def test_the_patch_goes_from_found_to_deployed_and_each_stage_has_its_time(company):
    forge = company.forge
    find(company)
    found_at = forge.clock
    assert names(company, "unlinked") == [FLAW]
    pull, head = forge.open(7)
    link_vulnerability(company.ledger, company.requester, LinkVulnerability(FLAW, pull))
    assert names(company, "unlinked") == []
    assert names(company) == [FLAW]
    forge.test(head)
    tested_at = forge.clock
    forge.review(pull, head)
    approved_at = forge.clock
    forge.say(
        DeploymentFinished,
        deployment=f"{REPOSITORY}/deployment/7",
        outcome="succeeded",
        repository=REPOSITORY,
        environment="production",
        revision=forge.merge(pull, head),
    )
    assert names(company) == []
    assert names(company, "ended") == [FLAW]
    [row] = vulnerabilities_named(company.ledger.store, now(), [FLAW])
    stages = dict(row.stages)
    assert stages["identified"] == found_at
    assert stages["evaluated"] == row.patches[0].linked_at
    assert (stages["tested"], stages["approved"]) == (tested_at, approved_at)
    assert stages["deployed"] == forge.clock
    with pytest.raises(Refusal, match="on record already"):
        link_vulnerability(company.ledger, company.requester, LinkVulnerability(FLAW, pull))


def test_ruled_out_by_somebody_entitled_with_a_reason(company):
    find(company)
    ruling = RuleOutVulnerability(FLAW, "not_affected", "The function is never called.")
    with pytest.raises(MayNot):
        rule_out(company.ledger, company.requester, ruling)
    with pytest.raises(Refusal, match="it is empty"):
        rule_out(company.ledger, company.manager, RuleOutVulnerability(FLAW, "not_affected", ""))
    rule_out(company.ledger, company.manager, ruling)
    assert names(company) == []
    [row] = vulnerabilities_named(company.ledger.store, now(), [FLAW])
    assert row.verdict == "not_applicable"
    with pytest.raises(Refusal, match="said so already"):
        rule_out(company.ledger, company.manager, ruling)
    with pytest.raises(UnknownName):
        rule_out(company.ledger, company.manager, RuleOutVulnerability("no", "not_affected", "x"))


def test_the_same_weakness_under_another_tools_name_is_pointed_to(company):
    find(company)
    told = {"package": "left-pad", "system": SYSTEM, "severity": "high", "advisory": "GHSA-1"}
    forge = company.forge
    forge.say(VulnerabilityFound, vulnerability="alert/1", aliases=("CVE-2026-1",), **told)
    forge.say(VulnerabilityFound, vulnerability="alert/2", **told)  # no name in common
    other = {**told, "package": "another"}
    forge.say(VulnerabilityFound, vulnerability="alert/3", aliases=("CVE-2026-1",), **other)
    store = company.ledger.store
    first, second = vulnerabilities_named(store, now(), [FLAW, "alert/1"])
    assert told_elsewhere(store, first.stated) == ["alert/1"]
    assert told_elsewhere(store, second.stated) == sorted([FLAW, "alert/2"])


def test_the_list_by_severity_system_and_page_and_how_old_the_open_ones_are(company):
    find(company)
    find(company, "second", "low")
    find(company, "third", "critical", "another")
    assert names(company) == ["third", "second", FLAW]
    assert names(company, systems={SYSTEM}) == ["second", FLAW]
    assert names(company, severity="high") == [FLAW]
    [second] = vulnerabilities_named(company.ledger.store, now(), ["second"])
    assert names(company, before=(second.stated.found_at, "second")) == [FLAW]
    at = second.stated.found_at + 8 * DAY
    ages = ages_of_open(company.ledger.store, at, {SYSTEM})
    assert ages == {("high", "8 to 30 days"): 1, ("low", "8 to 30 days"): 1}
