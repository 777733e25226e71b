"""Where one is signed in, and how to be so nowhere else."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from changeproof.accounts import session_ends
from changeproof.accounts.links import create_sign_in_link
from changeproof.accounts.models import User
from changeproof.accounts.people import add_user, deactivate, end_sessions, operator

PASSWORD = "correct horse battery"


@pytest.fixture
def ada(instance: object) -> User:
    cache.clear()
    return add_user("ada@example.com", "Ada", by=operator().account, password=PASSWORD)


def signed_in(browser: str) -> Client:
    client = Client(headers={"host": "localhost", "user-agent": browser})
    answer = client.post("/account/login/", {"login": "ada@example.com", "password": PASSWORD})
    assert answer.status_code == 302
    return client


def in_(client: Client) -> bool:
    return client.get("/changes").status_code != 302


def test_the_others_are_signed_out_and_this_one_stays(ada: User) -> None:
    first, second = signed_in("Firefox"), signed_in("Chromium")
    page = first.get("/account/sessions/").content.decode()
    assert "Firefox" in page
    assert "Chromium" in page
    assert first.get("/account/sessions/").status_code == 200
    assert in_(second)  # looking ended nothing
    first.post("/account/sessions/")
    assert in_(first)
    assert not in_(second)


def test_who_came_by_a_link_is_listed_too(ada: User) -> None:
    client = Client(headers={"host": "localhost", "user-agent": "Lynx"})
    client.post("/sign-in/" + create_sign_in_link(ada).rpartition("/sign-in/")[2])
    assert "Lynx" in client.get("/account/sessions/").content.decode()
    assert end_sessions(ada) == 1
    assert not in_(client)


def test_nobody_sees_or_ends_anothers_sessions(ada: User) -> None:
    client = signed_in("Firefox")
    eve = add_user("eve@example.com", "Eve", by=operator().account)
    other = Client(headers={"host": "localhost"})
    other.force_login(eve, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Firefox" not in other.get("/account/sessions/").content.decode()
    other.post("/account/sessions/")
    assert in_(client)


def test_deactivation_ends_every_session_at_once(ada: User) -> None:
    client = signed_in("Firefox")
    deactivate(ada, by=operator().account)
    assert not in_(client)
    assert not ada.usersession_set.exists()


def test_a_session_known_before_sign_in_is_none_afterwards(ada: User) -> None:
    """Session fixation: an attacker's cookie, planted before, opens nothing."""
    client = Client(headers={"host": "localhost"})
    client.get("/account/login/")
    session: Any = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["changeproof_session"] = planted
    client.post("/account/login/", {"login": "ada@example.com", "password": PASSWORD})
    assert in_(client)
    thief = Client(headers={"host": "localhost"})
    thief.cookies["changeproof_session"] = planted
    assert not in_(thief)


def test_whoever_comes_in_or_stays_out_leaves_a_line_without_address(ada: User, caplog) -> None:
    caplog.set_level("INFO", "changeproof.accounts.sign_in_log")
    client = signed_in("Firefox")
    Client().post("/account/login/", {"login": ada.email, "password": "wrong wrong wrong"})
    left = client.post("/sign-out/")
    assert left["Clear-Site-Data"] == '"cache", "storage"'
    lines = [record.getMessage() for record in caplog.records]
    assert lines[-3:] == [
        f"{ada.account} signed in by password",
        "a sign-in by password failed",
        f"{ada.account} signed out",
    ]
    assert ada.email not in caplog.text


@pytest.mark.parametrize(
    ("minutes", "stays"),
    [
        ([115] * 6, True),  # in use all the time, and not yet twelve hours old
        ([115] * 7, False),  # use does not prolong it
        ([121], False),  # nobody used it
    ],
)
def test_a_session_ends_with_time_whether_it_is_used_or_not(
    ada: User, monkeypatch: pytest.MonkeyPatch, minutes: list[int], stays: bool
) -> None:
    client, clock = signed_in("Firefox"), [session_ends.time.time()]
    monkeypatch.setattr(session_ends.time, "time", lambda: clock[0])
    assert in_(client)
    for each in minutes:
        clock[0] += each * 60
        last = in_(client)
    assert last is stays


def test_a_second_factor_is_set_up_by_whoever_just_showed_who_they_are(ada: User) -> None:
    client = signed_in("Firefox")
    client.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    sent = client.get("/account/2fa/totp/activate/")
    assert (sent.status_code, sent["Location"].partition("?")[0]) == (
        302,
        "/account/reauthenticate/",
    )
