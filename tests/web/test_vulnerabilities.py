"""Vulnerabilities in the pages: how old, what falls due, tied to a patch, ruled out, as CSV."""

import csv

from changeproof.events.vulnerabilities import VulnerabilityFound
from changeproof.ledger.service import now
from changeproof.ledger.vulnerabilities import VulnerabilityChange, VulnerabilityEnd
from tests.support.pull_requests import SYSTEM
from tests.web.test_views import text_of

DAY = 86_400_000_000
PAGE = "/vulnerability?name=CVE-2026-1/pkg:npm/left-pad%3F"


def find(company, days, name="CVE-2026-1/pkg:npm/left-pad?", severity="high"):
    company.forge.clock = now() - days * DAY
    company.forge.say(
        VulnerabilityFound,
        vulnerability=name,
        advisory=name.partition("/")[0],
        package="pkg:npm/left-pad",
        system=SYSTEM,
        severity=severity,
    )


def test_listed_with_their_age_tied_and_ruled_out(company):
    browser = company.browse("change_manager")
    assert "No vulnerability is on record." in text_of(browser.get("/vulnerabilities"))
    find(company, 2)
    find(company, 100, "CVE-2026-2", "critical")
    company.judge()
    shown = text_of(browser.get("/vulnerabilities"))
    assert "2 vulnerabilities are open, 1 critical; 1 for more than 90 days." in shown
    assert "91 to 180 days 1 0 0 0 1" in shown
    assert "1 vulnerability" in shown  # falls due; the other is late
    overdue = browser.get("/vulnerabilities?show=overdue&format=csv").content.decode()
    [late] = csv.DictReader(overdue.splitlines())
    assert late["due"] in late["reason"] != ""  # it says by when, though that is past
    assert "No vulnerability matches." in text_of(browser.get("/vulnerabilities?show=exploited"))
    assert browser.post(PAGE, {"act": "link", "change": "nothing"}).status_code == 422
    pull, _ = company.forge.open(9)
    tied = browser.post(PAGE, {"act": "link", "change": pull}, follow=True)
    assert f"/changes/{pull}" in tied.content.decode()
    assert len(company.forge.ledger.store.all(VulnerabilityChange)) == 1
    ruled = {"act": "not_affected", "reason": "It is never called."}
    said = text_of(browser.post(PAGE, ruled, follow=True))
    assert "not affected" in said
    assert "It is never called." in said
    assert len(company.forge.ledger.store.all(VulnerabilityEnd)) == 1
    company.judge()
    listed = browser.get("/vulnerabilities?show=all&format=csv").content.decode()
    assert len(listed.splitlines()) == 3


def test_one_that_may_not_be_seen_is_not_there(company):
    find(company, 2)
    other = company.browse("requester", system="another")
    assert "CVE-2026-1" not in text_of(other.get("/vulnerabilities"))
    assert other.get(PAGE).status_code == 404
    asker = company.browse("approver")
    assert asker.post(PAGE, {"act": "false_positive", "reason": "No."}).status_code == 403
