"""Who a git author is: accounts, bots, agents, and texts that are no address at all."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeproof.sources.delivery import Pseudonyms
from changeproof.sources.identities import git_identity, github_identity, split_person

KEY = Pseudonyms(b"k" * 32)


@pytest.mark.parametrize(
    ("name", "address", "account", "kind"),
    [
        ("Mona", "583231+octocat@users.noreply.github.com", "github:user/583231", None),
        ("M", "583231+Octocat@Users.NoReply.GitHub.com", "github:user/583231", None),
        (
            "dependabot[bot]",
            "49699333+dependabot[bot]@users.noreply.github.com",
            "github:user/49699333",
            "bot",
        ),
        (
            "dependabot[bot]",
            "dependabot[bot]@users.noreply.github.com",
            "github:user/49699333",
            "bot",
        ),
        ("Copilot", "198982749+Copilot@users.noreply.github.com", "github:user/198982749", "agent"),
        ("Gopher Robot", "gobot@golang.org", None, "bot"),
        ("pyup.io bot", "github-bot@pyup.io", None, "bot"),
        ("Weblate (bot)", "hosted@weblate.org", None, "bot"),
        ("Claude", "noreply@anthropic.com", None, "agent"),
        ("GitHub", "noreply@github.com", None, "service"),
        ("x", "golang-scoped@luci-project-accounts.iam.gserviceaccount.com", None, "service"),
        ("Jan Bot", "jan@example.org", None, None),
        ("Claude Monet", "claude@example.org", None, None),
        ("Bob Abbott", "abbott@example.org", None, None),
        ("no number", "+x@users.noreply.github.com", None, None),
    ],
)
def test_accounts_and_kinds(name, address, account, kind):
    identity = git_identity(name, address, KEY)
    assert identity.kind == kind
    assert identity.account == (account or KEY.account(address))


def test_one_address_in_any_case_is_one_account():
    assert git_identity("A", " Ada@Example.org ", KEY) == git_identity("B", "ada@example.org", KEY)


def test_without_an_address_the_name_tells_people_apart():
    ada, bob = git_identity("Ada", "", KEY), git_identity("Bob", "", KEY)
    assert ada != bob
    assert git_identity("", " ", KEY).account is None


@given(st.text(), st.text())
def test_any_text_gives_an_account_that_shows_no_text(name, address):
    account = git_identity(name, address, KEY).account
    assert account is None or re.fullmatch(r"git:[0-9a-f]{64}|github:user/\d+", account)


def test_lone_surrogates_are_taken():
    assert git_identity("\ud800", "\udfff\0", KEY).account is not None


def test_ghosts_are_nobody_and_apps_are_bots():
    assert github_identity(10137, "ghost", "User").account is None
    assert github_identity(5, "some-app[bot]", "Bot") == ("github:user/5", "bot")
    assert github_identity(6, "claude[bot]", "Bot") == ("github:user/6", "agent")
    assert github_identity(7, "mona", "User") == ("github:user/7", None)


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("Ada L <ada@example.org>", "Ada L", "ada@example.org"),
        ("Ada <ada@example.org", "Ada", "ada@example.org"),
        ("ada@example.org", "", "ada@example.org"),
        ("Ada L", "Ada L", ""),
        ("<>", "", ""),
    ],
)
def test_persons_as_trailers_write_them(text, name, address):
    assert split_person(text) == (name, address)
