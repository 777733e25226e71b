"""An open page is told whether it is old, and brings itself up to date."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from changeproof.monitor.judging import judge_waiting
from changeproof.workflow.requesting import RequestChange, request_change
from changeproof.workflow.withdrawing import CommentChange, comment
from tests.support.desk_in_browser import AtDesk
from tests.support.pull_requests import SYSTEM
from tests.web.conftest import Company


def asked(browser: Any, state: str = "", **query: str) -> Any:
    return browser.get("/live", query, headers={"If-None-Match": state} if state else {})


def test_a_page_is_told_once_that_something_moved(company):
    reader, writer = company.browse("auditor"), company.user("approver").account
    held = company.forge.ledger
    company.judge()  # everything again: people came
    whole, one = asked(reader), asked(reader, change=company.sound)
    other = asked(reader, change=company.unreviewed)
    assert asked(reader, whole["ETag"]).status_code == 304
    assert asked(reader, one["ETag"], change=company.sound).status_code == 304
    comment(held, writer, CommentChange(company.sound, "Looks well."))
    judge_waiting(held)
    moved = asked(reader, one["ETag"], change=company.sound)
    assert (moved.status_code, moved["ETag"] == one["ETag"]) == (200, False)
    assert asked(reader, whole["ETag"]).status_code == 200
    assert asked(reader, other["ETag"], change=company.unreviewed).status_code == 304
    assert asked(reader, moved["ETag"], change=company.sound).status_code == 304


def test_nobody_is_told_of_a_change_that_they_may_not_see(company):
    stranger = company.browse("requester", system="another")
    assert asked(stranger, change=company.sound).status_code == 404
    assert asked(stranger, change="CHG-1999-0001").status_code == 404
    assert asked(stranger).status_code == 200


LOOK = "() => document.dispatchEvent(new Event('visibilitychange'))"


def test_a_page_follows_what_happens_and_leaves_alone_what_is_written_in(
    browser: Browser, live_server: Any, live_company: Company
) -> None:
    held = live_company.forge.ledger
    writer = live_company.user("change_manager").account
    reading = AtDesk(browser, live_server.url, live_company.user("approver"))
    page, change = reading.page, f"/changes/{live_company.proposed}"
    with page.expect_response("**/live?change=*"):
        reading.open(change)
    link = page.get_by_role("link", name="Changes", exact=True).last
    link.focus()
    comment(held, writer, CommentChange(live_company.proposed, "Wait for the bank."))
    judge_waiting(held)
    page.evaluate(LOOK)
    page.get_by_text("Wait for the bank.").wait_for()
    assert page.locator("#announcement").inner_text() == "This page was brought up to date."
    assert page.evaluate("document.activeElement.textContent") == "Changes"
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()

    with page.expect_response("**/live"):
        reading.open(f"/desk/{live_company.proposed}?act=approve")
    digest = page.locator("[name=content_digest]").input_value()
    request_change(held, writer, RequestChange("Raise the limit", SYSTEM, "Sales asked"))
    comment(held, writer, CommentChange(live_company.proposed, "The bank said yes."))
    judge_waiting(held)
    page.evaluate(LOOK)
    page.get_by_role("link", name="Raise the limit").wait_for()
    assert page.locator("[name=content_digest]").input_value() == digest

    page.get_by_role("button", name="Let it stay as it is").click()
    assert page.get_by_text("This page stays as it is.").is_visible()
    reading.close()
