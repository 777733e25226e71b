"""The calendar page: a month by days, its conflicts, and what is told before anybody approves."""

import re

from django.test import Client
from icalendar import Calendar

from changeproof.accounts.people import deactivate, operator
from changeproof.ledger.requests import TimeWindow
from changeproof.ledger.service import now
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


def test_a_freeze_shows_what_it_would_hold_before_it_is_set(company):
    planned(company, "Move the till", 12, 13)
    manager, ledger = company.browse("change_manager"), company.forge.ledger
    said = {"system": SYSTEM, "begins": "2030-03-12T00:00", "reason": "Sale"}
    until = {"until": "2030-03-20T00:00"}
    shown = text_of(manager.post("/desk/freeze", {**said, **until, "act": "preview"}))
    assert "1 change" in shown
    assert "Move the till" in shown
    assert "A declared emergency passes." in shown
    assert not ledger.store.all(TimeWindow)
    empty = {**said, "begins": "2030-03-01T00:00", "until": "2030-03-02T00:00"}
    assert "Nothing is planned in this time." in text_of(manager.post("/desk/freeze", empty))
    assert manager.post("/desk/freeze", {**said, "until": "2030-03-10T00:00"}).status_code == 422
    manager.post("/desk/freeze", {**said, **until, "act": "record"})
    [window] = ledger.store.all(TimeWindow)
    assert (window.kind, window.system) == ("freeze", SYSTEM)
    assert "You may not set a freeze." in text_of(company.browse("requester").get("/desk/freeze"))


def subscribed(browser):
    """The path of a new private address."""
    body = browser.post("/desk/calendar/address").content.decode()
    return re.search(r"http://testserver(/calendar/[\w-]{43}\.ics)", body)[1]


def test_a_calendar_program_reads_what_its_person_may_see(company):
    ahead = (now() - MARCH) // DAY  # days from March to today
    odd = "Raise, then\u2028lower; \\n\x07 END:VEVENT"
    first = planned(company, odd, ahead + 3, ahead + 5)
    planned(company, "Play", ahead + 3, ahead + 5, system="playground")
    planned(company, "Long ago", ahead - 200, ahead - 199)
    manager = company.user("change_manager")
    window = Window(MARCH + (ahead + 20) * DAY, MARCH + (ahead + 22) * DAY)
    freeze = SetWindow("freeze", window, "The quarter's end")
    set_window(company.forge.ledger, manager.account, freeze)
    reader = company.browse("requester", system=SYSTEM)
    path, program = subscribed(reader), Client()
    reply = program.get(path)
    assert reply["Content-Type"] == "text/calendar; charset=utf-8"
    assert max(len(line) for line in reply.content.split(b"\r\n")) <= 75
    change, frozen = Calendar.from_ical(reply.content).walk("VEVENT")
    assert str(change["summary"]) == f"{first} Raise, then lower; \\n END:VEVENT"
    assert change.start.timestamp() * 1_000_000 == MARCH + (ahead + 3) * DAY
    assert change.start.utcoffset().total_seconds() == 0
    assert str(change["url"]) == f"http://testserver/changes/{first}"
    assert (str(frozen["summary"]), str(frozen["transp"])) == ("Freeze: all systems", "TRANSPARENT")
    again = program.get(path, headers={"If-None-Match": reply["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "last read on" in text_of(reader.get("/desk/calendar"))


def test_a_private_address_ends_with_a_new_one_with_a_click_and_with_the_account(company):
    user, reader, program = company.user("auditor"), company.browse("auditor"), Client()
    first = subscribed(reader)
    second = subscribed(reader)
    assert [program.get(path).status_code for path in (first, second)] == [404, 200]
    assert "nothing reads your calendar" in text_of(
        reader.post("/desk/calendar/address/end", follow=True)
    )
    assert program.get(second).status_code == 404
    third = subscribed(reader)
    assert program.post(third).status_code == 405
    deactivate(user, by=operator().account)
    assert program.get(third).status_code == 404
    assert program.get("/calendar/" + "x" * 5000 + ".ics").status_code == 404
