"""In a real browser: accessible, by keyboard, without JavaScript, nothing on the console."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from changeproof.accounts.names import remember_names
from changeproof.events.event import sha256_hex
from changeproof.events.revisions import RevisionRecorded
from tests.support.pull_requests import REPOSITORY, REVIEWER, WRITER, revision_of
from tests.web.conftest import Company, session_cookie

LOOKED_AT = ("/", "/changes", "/checks", "/checks/cc8_1/08_approval", "/sources", "/audits")


@pytest.fixture
def signed_in(page: Page, live_server, live_company: Company) -> Page:
    """The page, with an approver's session."""
    _sign_in(page.context, live_server.url, live_company)
    page.set_default_timeout(10_000)
    return page


def _sign_in(context: BrowserContext, url: str, company: Company) -> None:
    context.add_cookies([{**session_cookie(company.user("approver")), "url": url}])


def _many(company: Company) -> None:
    """More commits than one page of the list holds."""
    for number in range(60):
        company.forge.say(
            RevisionRecorded,
            WRITER,
            revision=revision_of(f"many {number}"),
            repository=REPOSITORY,
            complete=True,
            parents=(revision_of("base"),),
            author=WRITER,
            title=sha256_hex(b"none"),
            system="payments",
            lands_in="production",
        )
    company.judge()


def test_pages_are_accessible_and_quiet(signed_in: Page, live_server, live_company: Company):
    said: list[str] = []
    signed_in.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    signed_in.on("pageerror", lambda error: said.append(str(error)))
    change = f"/changes/{live_company.unreviewed}"
    for path in (*LOOKED_AT, change, f"/desk/{live_company.proposed}", "/desk/request"):
        signed_in.goto(live_server.url + path)
        found = Axe().run(signed_in)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert signed_in.evaluate(width) == 0, f"{path} is wider than its window"
    assert said == []


def test_a_long_account_stays_in_its_column(signed_in: Page, live_server, live_company: Company):
    account = "https://tekton-for-all-of-the-pipelines.wrenfield.example/with/a/path"
    remember_names({REVIEWER: account})
    signed_in.goto(f"{live_server.url}/changes/{live_company.sound}")
    assert signed_in.locator(".life .who", has_text=account).count()
    wide = "(all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map(String)"
    for column in (".life .what", ".life .who", ".roles th[scope=row]"):
        assert signed_in.locator(column).evaluate_all(wide) == [], column
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert signed_in.evaluate(width) == 0


def test_the_list_goes_on_by_keyboard_and_says_so(
    signed_in: Page, live_server, live_company: Company
):
    _many(live_company)
    signed_in.goto(f"{live_server.url}/changes")
    signed_in.keyboard.press("Tab")
    assert signed_in.evaluate("document.activeElement.className") == "skip"
    signed_in.locator("#more a").focus()
    signed_in.keyboard.press("Enter")
    signed_in.locator("#from-51:focus").wait_for()
    assert "shown" in signed_in.locator("#announcement").inner_text()
    assert signed_in.locator("tbody tr").count() == 63


def test_everything_works_without_a_script(browser: Browser, live_server, live_company: Company):
    _many(live_company)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    try:
        _sign_in(context, live_server.url, live_company)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(f"{live_server.url}/changes")
        page.locator("#more a").click()
        assert "page=2" in page.url
        assert page.locator("caption").inner_text().startswith("63 changes; from number 51")
        page.goto(f"{live_server.url}/desk/{live_company.proposed}?act=approve")
        page.locator("textarea").fill("Read every line.")
        page.locator("button[value=approved]").click()
        assert "Recorded as entry" in page.locator("[role=status].callout").inner_text()
    finally:
        context.close()


def test_times_stand_in_the_readers_zone_with_utc_on_hover(
    browser: Browser, live_server, live_company: Company
):
    context = browser.new_context(timezone_id="Asia/Tokyo", viewport={"width": 360, "height": 800})
    try:
        _sign_in(context, live_server.url, live_company)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(f"{live_server.url}/search?state=production")
        time = page.locator("td time").first
        assert time.inner_text().endswith("GMT+9")
        assert str(time.get_attribute("title")).endswith("UTC")
        assert "zone=Asia%2FTokyo" in str(page.locator("a[data-csv]").first.get_attribute("href"))
        assert Axe().run(page).violations_count == 0
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(width) == 0
    finally:
        context.close()
