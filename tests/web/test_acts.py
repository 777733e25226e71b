"""What was done to production by hand, on the pages."""

import pytest

from changeproof.events.production_acts import ProductionActed
from changeproof.ledger.service import Submission, ledger
from tests.support.pull_requests import SYSTEM, WRITER
from tests.web.test_views import text_of


@pytest.fixture
def acted(company):
    """Somebody altered rows of production by hand, and nothing on record asked for it."""
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
    return company.browse("auditor")


def test_who_acted_by_hand_stands_under_who_did_what(acted):
    page = acted.get("/changes/act:trail/1").content.decode()
    held = [row for row in page.split("<td") if "held" in row and 'data-name="Deployer"' in row]
    assert len(held) == 1


def test_what_was_done_by_hand_is_told_with_who_and_when(acted):
    said = text_of(acted.get("/changes/act:trail/1"))
    assert "Done by hand: trail/1" in said
    assert "Altered by hand payments/production/orders Wanda Writer" in said
    assert "Done by hand 1 Jan 1970, 00:00:00 UTC , Wanda Writer" in said
    assert "Deployed not yet" not in said


def test_the_case_of_an_act_says_since_when_it_is_in_production(acted):
    said = text_of(acted.get("/changes/act:trail/1"))
    assert "In production at 1 Jan 1970" in said
    assert "no time stated" not in said


def test_the_figures_of_a_check_are_headed_by_what_they_count(company):
    page = company.browse("auditor")
    assert "System Incidents" in text_of(page.get("/checks/cc8_1/11_incident_remediation"))
    assert "System Vulnerabilities" in text_of(page.get("/checks/cc8_1/14_patches"))
    assert "System Changes" in text_of(page.get("/checks/cc8_1/08_approval"))
