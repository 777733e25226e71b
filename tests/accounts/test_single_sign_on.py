"""Sign-in by an OpenID Connect provider, played by one that nobody here wrote."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.core.cache import cache
from django.test import Client
from oidc_provider_mock import run_server_in_thread

from changeproof.accounts.models import User
from changeproof.accounts.people import add_user, deactivate, forget, grant_roles, operator
from changeproof.accounts.permissions import holdings_of, roles_of
from changeproof.accounts.trusted_issuers import TrustedIssuers
from changeproof.ledger.people import RoleGrant, RoleRevocation
from changeproof.ledger.service import ledger
from changeproof.site.surroundings import sign_in_providers

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:authlib")  # the provider's

PASSWORD = "correct horse battery"
ADA = {"email": "ada@example.com", "email_verified": True, "name": "Ada"}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def trusted(instance: object, provider: str, settings: Any, monkeypatch: Any) -> TrustedIssuers:
    cache.clear()
    monkeypatch.setenv("OIDC_SECRET", "a secret of the client")
    issuers = TrustedIssuers.model_validate(
        {
            "people": [
                {
                    "id": "company",
                    "name": "Example Ltd",
                    "issuer": provider,
                    "client_id": "changeproof",
                    "secret_variable": "OIDC_SECRET",
                    "roles": [
                        {"group": "engineers", "role": "requester"},
                        {"group": "approvers", "role": "approver", "system": "payments"},
                        {"group": "administrators", "role": "administrator"},
                    ],
                }
            ]
        }
    )
    settings.ISSUERS = issuers
    settings.SOCIALACCOUNT_PROVIDERS = sign_in_providers(issuers)
    operator()
    return issuers


@pytest.fixture
def arrive(trusted: TrustedIssuers, provider: str) -> Callable[..., tuple[Client, Any]]:
    """Go to the provider, be `subject` with these claims there, and come back."""

    def arrive(subject: str, client: Client | None = None, **claims: Any) -> tuple[Client, Any]:
        httpx.put(f"{provider}/users/{subject}", json=claims).raise_for_status()
        client = client or Client(headers={"host": "localhost"})
        away = client.get("/account/oidc/company/login/")
        assert away.status_code == 302
        agreed = httpx.post(away["location"], data={"sub": subject})
        back = urlsplit(agreed.headers["location"])
        return client, client.get(f"{back.path}?{back.query}")

    return arrive


def in_(client: Client) -> bool:
    return client.get("/changes").status_code != 302


def refused(answer: Any, why: str) -> None:
    assert answer.status_code == 403
    assert why in answer.content.decode()


def test_a_member_of_a_mapped_group_comes_in_with_its_roles(arrive: Any) -> None:
    client, answer = arrive("1", **ADA, groups=["engineers", "approvers", "else"])
    assert (answer.status_code, answer["location"]) == (302, "/")
    assert in_(client)
    ada = User.objects.get(email="ada@example.com")
    assert {tuple(each) for each in holdings_of([ada.account])[ada.account]} == {
        ("requester", ""),
        ("approver", "payments"),
    }
    grants = ledger().store.by(RoleGrant, "account", [ada.account])
    assert {each.granted_by for each in grants} == {"oidc:company"}


def test_roles_follow_the_groups_at_the_next_sign_in(arrive: Any) -> None:
    arrive("1", **ADA, groups=["engineers", "approvers"])
    arrive("1", **ADA, groups=["engineers"])
    ada = User.objects.get(email="ada@example.com")
    assert roles_of(ada.account) == {"requester"}
    [ended] = ledger().store.by(RoleRevocation, "account", [ada.account])
    assert (ended.role, ended.system, ended.revoked_by) == ("approver", "payments", "oidc:company")
    before = len(ledger().store.by(RoleGrant, "account", [ada.account]))
    arrive("1", **ADA, groups=["engineers"])  # nothing new is nothing recorded
    assert len(ledger().store.by(RoleGrant, "account", [ada.account])) == before


def test_what_an_administrator_gave_no_group_takes_away(arrive: Any) -> None:
    by = operator().account
    ada = add_user("ada@example.com", "Ada", ["deployer"], by=by)
    arrive("1", **ADA, groups=["engineers"])
    grant_roles(ada.account, ["approver"], by=by)
    arrive("1", **ADA, groups=[])
    assert roles_of(ada.account) == {"deployer", "approver"}


def test_the_last_administrator_keeps_the_role(arrive: Any) -> None:
    arrive("1", **ADA, groups=["administrators"])
    ada = User.objects.get(email="ada@example.com")
    deactivate(operator(), by=ada.account)
    _, answer = arrive("1", **ADA, groups=["engineers"])
    assert answer.status_code == 302
    assert roles_of(ada.account) == {"requester", "administrator"}


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "ada@example.com", "name": "Ada"},
        {"email": "ada@example.com", "email_verified": False},
        {"email": "ada@example.com", "email_verified": "true"},
        {"email": "ada@example.com", "email_verified": 1},
        {"name": "ada@example.com", "preferred_username": "ada@example.com"},
        {"email": ["ada@example.com"], "email_verified": True},
    ],
    ids=["unsaid", "no", "a word", "a number", "a name", "a list"],
)
def test_nobody_comes_in_by_an_address_that_was_not_verified(arrive: Any, claims: Any) -> None:
    by = operator().account
    ada = add_user("ada@example.com", "Ada", ["administrator"], by=by)
    client, answer = arrive("9", **claims, groups=["administrators"])
    refused(answer, "does not say that it verified")
    assert not in_(client)
    assert list(User.objects.exclude(is_operator=True)) == [ada]


def test_somebody_new_in_no_group_stays_out(arrive: Any) -> None:
    client, answer = arrive("1", **ADA, groups=["else"])
    refused(answer, "in no group")
    client, answer = arrive("1", **ADA, groups="engineers")  # a word is no list of groups
    refused(answer, "in no group")
    assert not in_(client)
    assert not User.objects.filter(email="ada@example.com").exists()


def test_an_address_given_to_somebody_else_is_not_their_way_in(arrive: Any) -> None:
    arrive("1", **ADA, groups=["engineers"])
    client, answer = arrive("2", **ADA, groups=["engineers"])
    refused(answer, "belongs to another account")
    assert not in_(client)


def test_a_new_address_over_there_leaves_the_account_as_it_is(arrive: Any) -> None:
    arrive("1", **ADA, groups=["engineers"])
    boss = add_user("boss@example.com", "Boss", ["administrator"], by=operator().account)
    client, answer = arrive(
        "1", email=boss.email, email_verified=True, name="Boss", groups=["engineers"]
    )
    assert answer.status_code == 302
    assert client.get("/changes").wsgi_request.user == User.objects.get(email="ada@example.com")


def test_the_operator_and_who_was_locked_out_stay_out(arrive: Any) -> None:
    by = operator()
    _, answer = arrive("7", email=by.email, email_verified=True, groups=["administrators"])
    refused(answer, "does not sign in so")
    arrive("1", **ADA, groups=["engineers"])
    ada = User.objects.get(email="ada@example.com")
    deactivate(ada, by=by.account)
    client, answer = arrive("1", **ADA, groups=["engineers"])
    assert not in_(client)
    assert roles_of(ada.account) == frozenset()
    _, answer = arrive("2", **ADA, groups=["engineers"])
    refused(answer, "does not sign in so")


def test_nothing_that_the_provider_told_is_kept(arrive: Any) -> None:
    from allauth.socialaccount.models import SocialAccount, SocialToken

    for _ in range(2):
        arrive("1", **ADA, groups=["engineers"])
    [kept] = SocialAccount.objects.all()
    assert (kept.uid, kept.extra_data) == ("1", {})
    assert not SocialToken.objects.exists()
    forget(User.objects.get(email="ada@example.com"), by=operator().account)
    assert not SocialAccount.objects.exists()


def test_an_answer_to_another_browser_is_refused(arrive: Any, provider: str) -> None:
    httpx.put(f"{provider}/users/1", json={**ADA, "groups": ["engineers"]})
    asked = Client(headers={"host": "localhost"}).get("/account/oidc/company/login/")
    agreed = httpx.post(asked["location"], data={"sub": "1"})
    back = urlsplit(agreed.headers["location"])
    victim = Client(headers={"host": "localhost"})
    answer = victim.get(f"{back.path}?{back.query}")
    assert answer.status_code == 401
    assert not in_(victim)


def test_cancelling_over_there_is_said(trusted: TrustedIssuers) -> None:
    client = Client(headers={"host": "localhost"})
    away = client.get("/account/oidc/company/login/")
    denied = httpx.post(away["location"], data={"action": "deny"})
    back = urlsplit(denied.headers["location"])
    state = dict(pair.split("=", 1) for pair in urlsplit(away["location"]).query.split("&"))
    answer = client.get(f"{back.path}?error=access_denied&state={state['state']}")
    assert answer.status_code == 401
    assert "cancelled" in answer.content.decode()


def test_a_signed_in_account_is_not_joined_to_anothers(arrive: Any, provider: str) -> None:
    ada = add_user("ada@example.com", "Ada", by=operator().account, password=PASSWORD)
    client = Client(headers={"host": "localhost"})
    client.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    httpx.put(f"{provider}/users/5", json={"email": "eve@example.com", "email_verified": True})
    away = client.get("/account/oidc/company/login/?process=connect")
    agreed = httpx.post(away["location"], data={"sub": "5"})
    back = urlsplit(agreed.headers["location"])
    refused(client.get(f"{back.path}?{back.query}"), "by signing in")
    assert not ada.socialaccount_set.exists()


def test_the_provider_is_asked_with_a_proof_key_and_offered_on_the_page(
    trusted: TrustedIssuers,
) -> None:
    client = Client(headers={"host": "localhost"})
    page = client.get("/account/login/?next=/desk").content.decode()
    assert "Sign in by Example Ltd" in page
    assert "/account/oidc/company/login/?" in page
    assert "next=%2Fdesk" in page
    asked = client.get("/account/oidc/company/login/")["location"]
    assert "code_challenge_method=S256" in asked
    assert client.get("/account/oidc/other/login/").status_code == 404


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "/\\\\evil.example"])
def test_nobody_is_sent_elsewhere_after_signing_in(
    trusted: TrustedIssuers, provider: str, place: str
) -> None:
    httpx.put(f"{provider}/users/1", json={**ADA, "groups": ["engineers"]})
    client = Client(headers={"host": "localhost"})
    away = client.get("/account/oidc/company/login/", {"next": place})
    back = urlsplit(httpx.post(away["location"], data={"sub": "1"}).headers["location"])
    answer = client.get(f"{back.path}?{back.query}")
    assert (answer.status_code, answer["location"]) == (302, "/")


def test_a_second_factor_is_still_asked_for(arrive: Any) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    arrive("1", **ADA, groups=["engineers"])
    TOTP.activate(User.objects.get(email="ada@example.com"), generate_totp_secret())
    client, answer = arrive("1", **ADA, groups=["engineers"])
    assert answer["location"].startswith("/account/2fa/authenticate/")
    assert not in_(client)
