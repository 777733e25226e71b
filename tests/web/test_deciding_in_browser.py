"""Away, lapsed, taken back, said, voted on: accessible, and as wide as the window."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from changeproof.accounts.people import add_user, operator
from changeproof.ledger.service import now
from changeproof.workflow.absences import StateAbsence, state_absence
from changeproof.workflow.boards import CallMeeting, CastVote, call_meeting, cast_vote
from changeproof.workflow.decisions import ApproveChange, approve
from changeproof.workflow.requesting import Window
from tests.web.conftest import Company, session_cookie

DAY = 86_400_000_000
WIDTH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_the_pages_around_a_decision(
    page: Page, live_server, live_company: Company, width: int, scheme: str
) -> None:
    ledger, change = live_company.forge.ledger, live_company.proposed
    approver, manager = live_company.user("approver"), live_company.user("change_manager")
    window = Window(now(), now() + 5 * DAY)
    state_absence(ledger, manager.account, StateAbsence(window, approver.account))
    state_absence(ledger, approver.account, StateAbsence(window))
    approve(ledger, approver.account, ApproveChange(change))
    live_company.forge.push(3, "newer", parent=live_company.head)
    add_user("zoe@example.com", "Zoe", ["approver"], by=operator().account)
    called = CallMeeting(window, (change,))
    meeting = call_meeting(ledger, manager.account, called).name
    cast_vote(ledger, manager.account, CastVote(meeting, change, "against", "Not before the sale"))
    live_company.judge()
    page.context.add_cookies([{**session_cookie(approver), "url": live_server.url}])
    page.set_default_timeout(30_000)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    paths = (
        "/desk/absences",
        "/desk/board",
        "/desk/freeze",
        f"/desk/board/{meeting}",
        *(f"/desk/{change}?act={act}" for act in ("approve", "withdraw", "comment")),
        f"/changes/{change}",
    )
    for path in paths:
        page.goto(live_server.url + path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
        assert page.evaluate(WIDTH) == 0, f"{path} is wider than its window"
