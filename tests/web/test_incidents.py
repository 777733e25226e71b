"""Incidents in the pages: recorded in a form, decided on, tied to changes, listed, as CSV."""

from changeproof.events.requests import IncidentOpened
from changeproof.ledger.incidents import Incident, IncidentChange, IncidentDecision
from changeproof.ledger.incidents_read import suspect_window
from changeproof.policy.durations import Duration
from tests.hard_cases.policies import adopted
from tests.support.pull_requests import SYSTEM
from tests.web.conftest import deploy
from tests.web.test_views import text_of


def test_recorded_decided_and_ended(company):
    browser = company.browse("change_manager")
    assert "No incident is on record." in text_of(browser.get("/incidents"))
    refused = browser.post("/desk/incident", {"system": SYSTEM, "severity": "grave"})
    assert refused.status_code == 422
    assert "No severity was chosen." in text_of(refused)
    made = browser.post("/desk/incident", {"system": SYSTEM, "severity": "high"}, follow=True)
    [row] = company.forge.ledger.store.all(Incident)
    assert f"{row.incident} is entry" in text_of(made)
    page = f"/incident?name={row.incident}"
    assert browser.post(page, {"act": "needs_none", "reason": ""}).status_code == 422
    company.judge()
    said = text_of(
        browser.post(page, {"act": "needs_none", "reason": "A cable fell out."}, follow=True)
    )
    assert "It needs none." in said
    assert "A cable fell out." in said
    assert len(company.forge.ledger.store.all(IncidentDecision)) == 1
    browser.post(page, {"act": "resolve"})
    assert "No incident matches." in text_of(browser.get("/incidents?show=unresolved"))
    assert company.browse("auditor").post(page, {"act": "resolve"}).status_code == 403


def test_how_long_before_is_the_policy_s(company):
    forge = company.forge
    forge.say(IncidentOpened, incident="PD/2", system=SYSTEM, severity="high")
    [incident] = forge.ledger.store.all(Incident)
    assert suspect_window(forge.ledger.store, incident) == 24 * 3_600_000_000
    shorter = adopted(incident_cause_within=Duration(90, "minute"))
    forge.ledger.record_events([shorter], collector="test")
    assert suspect_window(forge.ledger.store, incident) == 90 * 60_000_000


def test_what_was_deployed_before_is_suggested_and_counted_once_somebody_says_so(company):
    forge = company.forge
    pull, head = forge.open(8)
    deploy(forge, pull, forge.merge(pull, head))
    forge.say(IncidentOpened, incident="PD/1 é", system=SYSTEM, severity="high")
    company.judge()
    browser = company.browse("change_manager")
    page = "/incident?name=PD/1%20%C3%A9"
    shown = text_of(browser.get(page))
    assert "nobody said that any of these caused it" in shown
    assert pull in shown
    done = browser.post(page, {"act": "caused", "change": pull}, follow=True)
    assert "caused it" in text_of(done)
    assert [row.change_name for row in forge.ledger.store.all(IncidentChange)] == [pull]
    listed = browser.get("/incidents?format=csv")
    assert listed["Content-Type"].startswith("text/csv")
    assert pull in listed.content.decode()


def test_an_incident_that_one_may_not_see_is_not_there(company):
    company.forge.say(IncidentOpened, incident="PD-1", system=SYSTEM, severity="high")
    other = company.browse("requester", system="another")
    assert "PD-1" not in text_of(other.get("/incidents"))
    assert other.get("/incident?name=PD-1").status_code == 404
    assert other.post("/incident?name=PD-1", {"act": "resolve"}).status_code == 404
