"""The calendar page: a month by days, its conflicts, and what is told before anybody approves."""

from changeproof.workflow.closing import SetWindow, set_window
from changeproof.workflow.requesting import RequestChange, Window, request_change
from tests.support.pull_requests import SYSTEM
from tests.web.test_views import text_of

DAY = 86_400_000_000
MARCH = 1_898_553_600_000_000  # 2030-03-01 00:00 UTC


def planned(company, title, begins, ends, system=SYSTEM):
    manager = company.user("change_manager")
    asked = RequestChange(
        title, system, "They asked", window=Window(MARCH + begins * DAY, MARCH + ends * DAY)
    )
    return request_change(company.forge.ledger, manager.account, asked).change


def test_a_month_tells_what_is_planned_and_what_meets(company):
    first = planned(company, "Raise the limit", 3, 5)
    second = planned(company, "Move the queue", 4, 6)
    manager = company.user("change_manager")
    freeze = SetWindow("freeze", Window(MARCH + 20 * DAY, MARCH + 22 * DAY), "The quarter's end")
    set_window(company.forge.ledger, manager.account, freeze)
    viewer = company.browse("auditor")
    said = text_of(viewer.get("/desk/calendar?month=2030-03"))
    assert "March 2030" in said
    assert "2 changes, 1 freeze; 1 conflict." in said
    assert f"both change {SYSTEM}" in said
    assert "Raise the limit" in said
    assert "goes on since 4 Mar 2030" in said
    assert "Nothing is planned" in text_of(viewer.get("/desk/calendar?month=2030-02"))
    assert "Nothing is planned" not in text_of(
        viewer.get(f"/desk/calendar?month=2030-03&system={SYSTEM}")
    )
    item = text_of(company.browse("approver").get(f"/desk/{first}"))
    assert f"{second} is planned from 5 Mar 2030, 00:00 UTC" in item


def test_what_is_no_month_is_this_month(company):
    for month in ("2030-13", "0000-01", "2030-1", "soon"):
        reply = company.browse("auditor").get("/desk/calendar", {"month": month})
        assert reply.status_code == 200
        assert "day by day" in text_of(reply).lower()


def test_another_systems_change_is_not_named(company):
    planned(company, "Raise the limit", 3, 5)
    mine = planned(company, "Play", 3, 5, system="playground")
    stranger = company.browse("approver", system="playground")
    said = text_of(stranger.get("/desk/calendar?month=2030-03"))
    assert "Raise the limit" not in said
    assert mine in said
    item = text_of(stranger.get(f"/desk/{mine}"))
    assert "A change on another system is planned" in item
    assert "both need the same people" in item
