"""People at the desk in a real browser: each in a context of their own, by what the pages offer."""

import re
from typing import Any

from playwright.sync_api import Browser, Page

from changeproof.accounts.models import User
from changeproof.events.event import Event
from changeproof.ledger.service import now
from tests.support.pull_requests import MINUTE, Forge
from tests.web.conftest import session_cookie


class LiveForge(Forge):
    """The same forge, telling what happens at this moment."""

    def __init__(self, told: Forge) -> None:
        self.__dict__.update(vars(told))

    def say(self, event: type[Event], actor: str | None = None, **said: Any) -> None:
        self.clock = now() - MINUTE
        super().say(event, actor, **said)


class AtDesk:
    """Somebody who is signed in, and does what a page offers."""

    def __init__(self, browser: Browser, url: str, user: User, width: int = 1280) -> None:
        self.url = url
        context = browser.new_context(viewport={"width": width, "height": 900})
        context.add_cookies([{**session_cookie(user), "url": url}])
        self.page: Page = context.new_page()
        self.page.set_default_timeout(30_000)

    def close(self) -> None:
        self.page.context.close()

    def open(self, path: str) -> str:
        """What stands on the page."""
        answer = self.page.goto(f"{self.url}{path}")
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        return self.page.locator("main").inner_text()

    def fill(self, **typed: str) -> None:
        for name, value in typed.items():
            field = self.page.locator(f"#{name}")
            kind = field.evaluate("each => each.tagName")
            if kind == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def press(self, label: str) -> str:
        """Press the button with this label; what stands on the page that follows."""
        self.page.get_by_role("button", name=re.compile(f"^{re.escape(label)}")).first.click()
        refusal = self.page.locator("#refusal")
        assert refusal.count() == 0, refusal.inner_text()
        return self.page.locator("main").inner_text()

    def decide(self, group: str, title: str, verdict: str, reason: str) -> str:
        """Open what waits under this heading of the desk, say why, press the button."""
        self.page.goto(f"{self.url}/desk")
        heading = self.page.locator(".inbox h2", has_text=group)
        heading.locator("xpath=following-sibling::ul[1]").get_by_text(title).first.click()
        self.page.locator("#reason").fill(reason)
        self.page.locator(f"button[value={verdict}]").click()
        said = self.page.locator("[role=status].callout").inner_text()
        assert "Recorded as entry" in said
        return said
