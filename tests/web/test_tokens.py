"""API tokens on their page: made once, shown once, revoked for good."""

import re

from django.test import Client

from changeproof.accounts.models import ApiToken
from changeproof.accounts.tokens import MOST_LIVE, create_token
from tests.web.conftest import BACKEND, Company

MADE = re.compile(r"changeproof_[A-Za-z0-9_-]{43}")


def asked(token: str, address: str = "/api/changes") -> int:
    return Client(headers={"Authorization": f"Bearer {token}"}).get(address).status_code


def make(client: Client, *scopes: str, days: str = "30") -> str:
    answer = client.post("/tokens", {"scope": list(scopes), "days": days})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    [token] = set(MADE.findall(answer.content.decode()))
    return token


def test_a_token_is_shown_once_and_does_what_its_scopes_say(company: Company) -> None:
    client = company.browse("requester")
    token = make(client, "gate")
    assert not MADE.search(client.get("/tokens").content.decode())
    assert asked(token) == 403
    assert asked(make(client, "read")) == 200


def test_it_ends_when_it_was_said_to(company: Company) -> None:
    client = company.browse("requester")
    for days, lives in (("1", 1), ("365", 365), ("9999", 30), ("x", 30)):
        make(client, "read", days=days)
        kept = ApiToken.objects.latest("pk")
        assert round((kept.expires_at - kept.created_at).total_seconds() / 86400) == lives


def test_revoked_it_is_good_for_nothing(company: Company) -> None:
    client = company.browse("requester")
    token = make(client, "read")
    number = ApiToken.objects.latest("pk").pk
    answer = client.post("/tokens/revoke", {"token": number}, follow=True)
    assert "is revoked" in answer.content.decode()
    assert asked(token) == 401
    assert "Ended and revoked" in answer.content.decode()


def test_nobody_sees_or_revokes_anothers_but_who_manages_accounts(company: Company) -> None:
    token = create_token(company.user("approver"), ["read"])
    kept = ApiToken.objects.get()
    other = company.browse("change_manager")
    assert kept.prefix not in other.get("/tokens").content.decode()
    refused = other.post("/tokens/revoke", {"token": kept.pk})
    assert refused.status_code == 422
    assert asked(token) == 200
    for wrong in ("", "x", "²", "9" * 30, "-1"):
        assert other.post("/tokens/revoke", {"token": wrong}).status_code == 422
    boss = company.browse("administrator")
    assert kept.prefix in boss.get("/tokens").content.decode()
    assert boss.post("/tokens/revoke", {"token": kept.pk}).status_code == 302
    assert asked(token) == 401


def test_a_form_without_a_scope_or_with_a_strange_one_makes_none(company: Company) -> None:
    client = company.browse("requester")
    empty = client.post("/tokens", {"days": "7"})
    assert empty.status_code == 422
    assert 'href="#scopes"' in empty.content.decode()
    assert client.post("/tokens", {"scope": "root", "days": "7"}).status_code == 422
    assert not ApiToken.objects.exists()


def test_only_what_the_roles_allow_is_offered(company: Company) -> None:
    page = company.browse("auditor").get("/tokens").content.decode()
    assert 'value="audit:pack"' in page
    assert 'value="policy:adopt"' not in page
    assert 'value="ingest"' not in page


def test_tokens_do_not_pile_up(company: Company) -> None:
    user = company.user("requester")
    for _ in range(MOST_LIVE):
        create_token(user, ["read"])
    answer = company.browse("requester").post("/tokens", {"scope": "read", "days": "1"})
    assert answer.status_code == 422
    assert "are good already" in answer.content.decode()


def test_another_site_cannot_make_one(company: Company) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(company.user("requester"), backend=BACKEND)
    assert client.post("/tokens", {"scope": "all"}).status_code == 403
    assert not ApiToken.objects.exists()


def test_a_get_makes_and_revokes_nothing(company: Company) -> None:
    client = company.browse("requester")
    make(client, "read")
    number = ApiToken.objects.latest("pk").pk
    assert client.get(f"/tokens?scope=all&days=1&token={number}").status_code == 200
    assert client.get(f"/tokens/revoke?token={number}").status_code == 405
    assert ApiToken.objects.filter(revoked_at=None).count() == 1
