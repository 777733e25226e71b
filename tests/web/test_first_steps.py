"""From the empty instance to the first judged change, in a browser, by what the pages offer."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from changeproof.accounts.people import operator
from changeproof.events.systems import SystemRegistered
from changeproof.ledger.service import ledger, now
from changeproof.monitor.judging import judge_waiting
from changeproof.policy.parameters import initial_policy_event
from tests.support.desk_in_browser import AtDesk
from tests.web.conftest import _user

SYSTEM = "shop"
WIDTH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def _done(desk: AtDesk) -> set[str]:
    """The steps that the first page says are done."""
    desk.open("/first-steps")
    rows = desk.page.locator("tr[id^=step-]:has(.state.met)")
    return {str(row.get_attribute("id")).removeprefix("step-") for row in rows.all()}


def test_from_nothing_to_a_change_that_is_judged(
    browser: Browser, live_server, live_instance: object
) -> None:
    by, held = operator().account, ledger()
    event, text = initial_policy_event("standard")
    held.record_events([event], [text], collector="test")
    administrator = AtDesk(browser, live_server.url, operator(), width=360)
    assert "First steps" in administrator.open("/")
    assert administrator.page.evaluate(WIDTH) == 0
    found = Axe().run(administrator.page)
    assert found.violations_count == 0, found.generate_report()
    assert _done(administrator) == {"policy"}

    requester, approver = _user("requester"), _user("approver")
    assert _done(administrator) == {"policy", "people", "second"}
    described = SystemRegistered(
        source="desk", delivery="1", occurred_at=now(), actor=by, system=SYSTEM
    )
    held.record_events([described], collector="test")
    assert _done(administrator) == {"policy", "people", "second", "systems"}
    administrator.close()

    asking = AtDesk(browser, live_server.url, requester)
    asking.open("/")
    asking.page.get_by_role("link", name="Ask for a change").click()
    asking.fill(title="Raise the limit", system=SYSTEM, kind="software", reason="Sales asked")
    asking.press("Request")
    assert "change" not in _done(asking)
    judge_waiting(held)

    deciding = AtDesk(browser, live_server.url, approver)
    deciding.decide("Authorize", "Raise the limit", "authorized", "Limits are reviewed")
    deciding.close()
    judge_waiting(held)
    assert _done(asking) == {"policy", "people", "second", "systems", "source", "change"}
    asking.page.get_by_role("link", name="Open it").click()
    assert "Raise the limit" in asking.page.locator("main").inner_text()
    asking.open("/")
    assert "1 change in 1 system" in asking.page.locator("main").inner_text()
    asking.close()
