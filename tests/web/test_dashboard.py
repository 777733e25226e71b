"""The first page's filters, and what it sees coming."""

from changeproof.accounts.people import operator
from changeproof.ledger.service import now
from changeproof.workflow.access import GrantAccess, grant_access
from tests.support.pull_requests import SYSTEM, WRITER
from tests.web.conftest import Company
from tests.web.test_views import text_of

DAY = 86_400_000_000


def test_what_ends_within_thirty_days_stands_there(company: Company):
    manager = company.user("change_manager")
    for may, days in (("break_glass", 10), ("deploy", 40)):
        command = GrantAccess(WRITER, may, SYSTEM, now() + days * DAY, "On call")
        grant_access(company.forge.ledger, manager.account, command)
    said = text_of(company.browse("auditor").get("/"))
    assert "1 thing : access 1. What ends first stands first." in said
    assert f"access to break glass on {SYSTEM}" in said
    assert "Wanda Writer" in said


def test_an_earlier_year_and_one_system(company: Company):
    auditor = company.browse("auditor")
    page = auditor.get("/?until=2025-06&system=payments").context["page"]
    assert page.asked.system == SYSTEM
    assert page.changes == 0
    assert (page.months[-1].name, len(page.months)) == ("Jun 2025", 12)
    assert auditor.get("/?until=2026-03").context["page"].changes == 3
    for wrong in ("?until=9999-99", "?until=2999-01", "?system=nothing"):
        assert auditor.get(f"/{wrong}").context["page"].changes == 3
    assert operator().account not in text_of(auditor.get("/?system=nothing"))
