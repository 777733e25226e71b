"""One check's page: it says what the table of checks says, and shows all that it could not see."""

import re

from changeproof.events.deployments import StateObserved
from changeproof.events.requests import IncidentOpened
from changeproof.ledger.service import Submission, ledger, now
from changeproof.web.readings.checks_reading import read_check_page, read_checks_page
from tests.support.pull_requests import SYSTEM
from tests.web.test_views import text_of

INCIDENTS = "cc8_1/11_incident_remediation"


def opened(company, number):
    """Incidents of which nobody decided whether they need a change."""
    for place in range(number):
        event = IncidentOpened(
            source="pager",
            delivery=f"pager-{place}",
            occurred_at=10 + place,
            incident=f"INC-{place}",
            system=SYSTEM,
            severity="low",
        )
        ledger().record([Submission((event,), (), "test")])
    company.judge()


def test_a_sign_stands_on_its_page_as_in_the_table(company):
    held, moment = ledger(), now()
    table = read_checks_page(held, moment, None)
    signs = [row for group in table.groups if group.is_signs for row in group.rows]
    assert {row.open_today.sign_state.kind for row in signs} >= {"raised", "clear"}
    for row in signs:
        page = read_check_page(held, row.id, moment, None)
        assert page.open_states == (row.open_today.sign_state,), row.id


def test_where_a_sign_is_open_its_page_says_what_to_do(company):
    said = text_of(company.browse("auditor").get("/checks/signs/unauthorized_deployment"))
    assert "Link it, adopt it late, take it out, or say why it is a false alarm" in said


def test_what_is_no_change_and_could_not_be_judged_is_listed_with_reason_and_cure(company):
    opened(company, 2)
    page = company.browse("auditor").get(f"/checks/{INCIDENTS}")
    said = text_of(page)
    assert "2 incidents could not be verified" in said
    assert "INC-1" in said
    assert "nobody decided whether it needs a change" in said
    assert "Link the change that remedied it, or record the decision that it needs none" in said
    assert "see their own pages" not in said


def test_a_change_that_could_not_be_judged_is_led_to(company):
    digest = f"sha256:{'ab' * 32}"  # runs, and nobody said which revision it is
    company.forge.say(
        StateObserved, system=SYSTEM, environment="production", item=digest, artifact=digest
    )
    company.judge()
    page = company.browse("auditor").get("/checks/cc8_1/07_testing").content.decode()
    unseen = page[page.index('id="unseen"') :]
    assert "1 change could not be verified" in unseen
    assert f"/changes/observed:{SYSTEM}/production/{digest}" in unseen


def test_the_dashboard_counts_what_a_check_judges_and_leads_there(company):
    opened(company, 2)
    page = company.browse("auditor").get("/").content.decode()
    (row,) = re.findall(r"<tr[^>]*>(?:(?!</tr>).)*11 Incident remediation in.*?</tr>", page, re.S)
    assert "2 incidents. The newest: Opened at" in re.sub(r"<[^>]+>", "", row)
    assert f"/checks/{INCIDENTS}" in row
