"""Said of a request after it was made: its window, its work; refused at the field."""

from changeproof.ledger.requests import ChangeRequest, Schedule
from tests.support.pull_requests import SYSTEM
from tests.web.conftest import Company
from tests.web.test_requesting import ASKED
from tests.web.test_views import text_of


def requested(company: Company) -> str:
    company.browse("requester").post("/desk/request", {**ASKED, "act": "request"})
    [row] = company.forge.ledger.store.all(ChangeRequest)
    company.judge()
    return row.change_name


def test_a_window_is_set_moved_and_shown_in_its_form(company):
    change = requested(company)
    requester = company.browse("requester")
    first = {"begins": "2030-01-01T10:00", "ends": "2030-01-01T12:00"}
    assert requester.post(f"/desk/schedule/{change}", first).status_code == 302
    shown = requester.get(f"/desk/schedule/{change}").context["page"]
    assert [field.value for field in shown.fields] == list(first.values())
    wrong = {"begins": "2030-01-01T12:00", "ends": "2030-01-01T10:00"}
    refused = requester.post(f"/desk/schedule/{change}", wrong)
    assert refused.status_code == 422
    assert refused.context["page"].fields[1].wrong == "It ends before it begins."
    empty = requester.post(f"/desk/schedule/{change}", {"begins": "", "ends": ""})
    assert empty.context["page"].fields[0].wrong == "It is empty."
    assert len(company.forge.ledger.store.all(Schedule)) == 1


def test_work_is_joined_by_name(company):
    change = requested(company)
    requester = company.browse("requester")
    assert requester.post(f"/desk/join/{change}", {"work": ""}).status_code == 422
    assert requester.post(f"/desk/join/{change}", {"work": "no such work"}).status_code == 422
    assert requester.post(f"/desk/join/{change}", {"work": company.proposed}).status_code == 302
    company.judge()
    assert "Pull request 3" in text_of(requester.get(f"/changes/{change}"))


def test_who_may_not_and_what_was_never_requested(company):
    change = requested(company)
    refused = text_of(company.browse("approver").get(f"/desk/schedule/{change}"))
    assert f"None of your roles holds change:request on {SYSTEM}." in refused
    found = text_of(company.browse("requester").get(f"/desk/schedule/{company.sound}"))
    assert "This change has no request." in found
