"""One's own tokens and sessions, and the sign-in page, in a real browser."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from changeproof.accounts.links import create_sign_in_link
from changeproof.accounts.tokens import create_token
from changeproof.accounts.trusted_issuers import TrustedIssuers
from changeproof.site.surroundings import sign_in_providers
from tests.web.conftest import Company

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 800}


def look(page: Page, name: str) -> None:
    """No violation and nothing wider than its window, wide and narrow, light and dark."""
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for size, scheme in ((WIDE, "light"), (NARROW, "dark")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name} {scheme}\n{found.generate_report()}"
        assert page.evaluate(width) == 0, f"{name} {scheme} is wider than its window"


@pytest.fixture
def quiet(page: Page) -> Page:
    page.set_default_timeout(10_000)
    return page


def test_tokens_are_made_and_revoked_by_hand(
    quiet: Page, live_server: Any, live_company: Company
) -> None:
    user = live_company.user("administrator")
    create_token(live_company.user("deployer"), ["ingest", "gate"])
    quiet.goto(create_sign_in_link(user, live_server.url))
    quiet.get_by_role("button", name="Sign in as").click()
    quiet.goto(f"{live_server.url}/tokens")
    quiet.get_by_label("read", exact=True).check()
    quiet.get_by_label("Good for").select_option("7")
    quiet.get_by_role("button", name="Make the token").click()
    assert "changeproof_" in quiet.locator("#secret code").inner_text()
    look(quiet, "tokens")
    quiet.get_by_role("button", name="Revoke").first.click()
    assert "is revoked" in quiet.locator("[role=status].callout").inner_text()
    quiet.get_by_role("button", name="Make the token").click()
    quiet.get_by_role("alert").get_by_role("link").click()
    assert quiet.evaluate("document.activeElement.id") == "scopes"
    look(quiet, "tokens-refused")
    quiet.goto(f"{live_server.url}/account/sessions/")
    assert "this one" in quiet.locator("tbody tr").inner_text()
    look(quiet, "sessions")


def test_the_sign_in_page_offers_the_companys_own_provider(
    quiet: Page, live_server: Any, live_company: Company, settings: Any
) -> None:
    issuer = {
        "id": "company",
        "name": "Example Ltd",
        "issuer": "https://login.example.com",
        "client_id": "changeproof",
    }
    settings.ISSUERS = TrustedIssuers.model_validate({"people": [issuer]})
    settings.SOCIALACCOUNT_PROVIDERS = sign_in_providers(settings.ISSUERS)
    quiet.goto(f"{live_server.url}/account/login/?next=/desk")
    way = quiet.get_by_role("link", name="Sign in by Example Ltd").get_attribute("href")
    assert way == "/account/oidc/company/login/?next=%2Fdesk"
    look(quiet, "sign-in")
