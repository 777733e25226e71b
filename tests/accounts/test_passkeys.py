"""A passkey from its first registration to the sign-in, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from changeproof.accounts.links import create_sign_in_link
from changeproof.accounts.people import operator


@pytest.fixture
def server(live_instance, live_server, settings):
    """The address as browsers take it for a safe place; passkeys need a name, not a number."""
    settings.ALLOWED_HOSTS = ["localhost"]
    return f"http://localhost:{live_server.thread.port}"


@pytest.fixture
def authenticator(page):
    """A passkey holder inside the browser, as phones and laptops have one."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    protocol.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return protocol


def test_a_passkey_is_added_after_the_first_sign_in_and_signs_in_later(server, page, authenticator):
    refused = []
    page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)
    page.goto(create_sign_in_link(operator(), server))
    page.get_by_role("button", name=re.compile("Sign in as Operator")).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    page.goto(f"{server}/account/2fa/webauthn/add/")
    page.get_by_label("Name").fill("Laptop")
    passwordless = page.get_by_label(re.compile("password", re.IGNORECASE))
    if passwordless.count():
        passwordless.first.check()
    page.locator("#mfa_webauthn_add").click()
    expect(page).not_to_have_url(re.compile("/add/"))

    page.goto(f"{server}/")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/account/login/"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert not refused
