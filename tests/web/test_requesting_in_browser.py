"""The request form in a real browser: accessible, keeps itself, at every width."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.web.conftest import Company, session_cookie
from tests.web.test_requesting import ruled


def _open(page: Page, url: str, company: Company) -> None:
    page.context.add_cookies([{**session_cookie(company.user("requester")), "url": url}])
    page.set_default_timeout(10_000)
    page.goto(f"{url}/desk/request")


def test_a_draft_saves_itself_and_tells_of_its_rating(
    page: Page, live_server, live_company: Company
):
    ruled(live_company)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    _open(page, live_server.url, live_company)
    page.get_by_label("Title").fill("Raise the limit")
    page.locator("#system").select_option(index=1)
    page.locator("#draft", has_text="Draft saved").wait_for()
    page.locator("#draft", has_text="rates it high").wait_for()
    with page.expect_response("**/desk/request/draft"):
        page.get_by_label("Reason").fill("Sales asked")
    page.goto(f"{live_server.url}/desk/request")
    page.get_by_role("link", name="Raise the limit").click()
    assert page.get_by_label("Reason").input_value() == "Sales asked"
    assert said == []


def test_the_form_is_accessible_at_every_width(page: Page, live_server, live_company: Company):
    ruled(live_company)
    _open(page, live_server.url, live_company)
    page.get_by_role("button", name="Request", exact=True).click()
    page.locator("#refusal").wait_for()
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(over) == 0, width


def test_the_questions_are_accessible(page: Page, live_server, live_company: Company):
    _open(page, live_server.url, live_company)
    page.goto(f"{live_server.url}/desk/assess/{live_company.proposed}")
    page.locator("#q-availability summary").click()
    page.locator("#reason-availability").fill("Two nodes stay up.")
    page.get_by_role("button", name="Record the answers").click()
    page.locator("#refusal").wait_for()
    page.set_viewport_size({"width": 360, "height": 900})
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(over) == 0
