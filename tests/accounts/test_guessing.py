"""Guessing: passwords from many places, second factors, and which addresses are known."""

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client

from changeproof.accounts.models import User
from changeproof.accounts.people import add_user, deactivate, operator

PASSWORD = "correct horse battery"
SIGN_IN, CODE = "/account/login/", "/account/2fa/authenticate/"


@pytest.fixture
def ada(instance: object) -> User:
    cache.clear()
    return add_user("ada@example.com", "Ada", by=operator().account, password=PASSWORD)


def attempt(address: str, password: str, place: str = "127.0.0.1") -> tuple[Client, Any]:
    client = Client(headers={"host": "localhost"}, REMOTE_ADDR=place)
    return client, client.post(SIGN_IN, {"login": address, "password": password})


def said(answer: Any) -> str:
    """The page without what differs in each answer, and without what was typed."""
    page = re.sub(r"<time.*?</time>", "", answer.content.decode())
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
    return re.sub(r"[a-z]+@example\.com", "", page)


def test_a_known_address_is_answered_like_an_unknown_one(ada: User) -> None:
    locked = add_user("bob@example.com", "Bob", by=operator().account, password=PASSWORD)
    deactivate(locked, by=operator().account)
    pages = {
        said(attempt(address, "wrong wrong wrong")[1])
        for address in ("ada@example.com", "bob@example.com", "eve@example.com")
    }
    assert len(pages) == 1


def test_guesses_from_many_places_are_counted_by_account(ada: User) -> None:
    for number in range(1, 12):
        attempt("ada@example.com", "wrong wrong wrong", f"192.0.2.{number}")
    client, answer = attempt("ada@example.com", PASSWORD, "192.0.2.200")
    assert "Too many" in answer.content.decode()
    assert client.get("/changes").status_code == 302


def test_guesses_from_one_place_are_counted_over_all_accounts(ada: User) -> None:
    for number in range(30):
        attempt(f"nobody{number}@example.com", "wrong wrong wrong")
    client, answer = attempt("ada@example.com", PASSWORD)
    assert answer.status_code in (200, 429)
    assert client.get("/changes").status_code == 302


def test_a_second_factor_is_not_tried_through(ada: User) -> None:
    TOTP.activate(ada, generate_totp_secret())
    client, answer = attempt("ada@example.com", PASSWORD)
    assert answer["location"].startswith(CODE)
    pages = [client.post(CODE, {"code": f"{number:06d}"}).content.decode() for number in range(12)]
    assert "Too many" in pages[-1]
    assert client.get("/changes").status_code == 302


def test_nothing_forwarded_makes_one_place_look_like_many(ada: User) -> None:
    """Without a proxy in front, what a browser says of its address counts for nothing."""
    for number in range(30):
        client = Client(headers={"host": "localhost", "x-forwarded-for": f"198.51.100.{number}"})
        client.post(SIGN_IN, {"login": f"n{number}@example.com", "password": "wrong wrong wrong"})
    client, _ = attempt("ada@example.com", PASSWORD)
    assert client.get("/changes").status_code == 302
