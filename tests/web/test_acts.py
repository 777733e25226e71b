"""What was done to production by hand, on the pages."""

from changeproof.events.production_acts import ProductionActed
from changeproof.ledger.service import Submission, ledger
from tests.support.pull_requests import SYSTEM, WRITER
from tests.web.test_views import text_of


def test_who_acted_by_hand_stands_under_who_did_what(company):
    event = ProductionActed(
        source="trail",
        delivery="1",
        occurred_at=10,
        actor=WRITER,
        act="trail/1",
        system=SYSTEM,
        environment="production",
        kind="data",
        item="orders",
    )
    ledger().record([Submission((event,), (), "test")])
    company.judge()
    page = company.browse("auditor").get("/changes/act:trail/1").content.decode()
    held = [row for row in page.split("<td") if "held" in row and 'data-name="Deployer"' in row]
    assert len(held) == 1


def test_the_figures_of_a_check_are_headed_by_what_they_count(company):
    page = company.browse("auditor")
    assert "System Incidents" in text_of(page.get("/checks/cc8_1/11_incident_remediation"))
    assert "System Vulnerabilities" in text_of(page.get("/checks/cc8_1/14_patches"))
    assert "System Changes" in text_of(page.get("/checks/cc8_1/08_approval"))
