"""The directory's door (SCIM 2.0): by a tester that others wrote, then by what it must do here."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from changeproof.accounts.models import DirectoryUser, User
from changeproof.accounts.people import (
    add_user,
    deactivate,
    forget,
    note_departure,
    operator,
)
from changeproof.accounts.permissions import holdings_of, person_of
from changeproof.accounts.tokens import authenticate_token, create_token
from changeproof.accounts.trusted_issuers import TrustedIssuers
from changeproof.ledger.access import Departure, PersonReturn
from changeproof.ledger.people import AccountPerson, RoleGrant
from changeproof.ledger.service import ledger

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@pytest.fixture
def token(instance: object, settings: Any) -> str:
    cache.clear()
    settings.ISSUERS = TrustedIssuers.model_validate(
        {
            "directory": {
                "roles": [
                    {"group": "engineers", "role": "requester"},
                    {"group": "payments", "role": "approver", "system": "payments"},
                    {"group": "payments", "role": "deployer", "system": "payments"},
                ]
            }
        }
    )
    return create_token(operator(), ["directory:provision"])


@pytest.fixture
def ask(token: str) -> Any:
    client = Client(headers={"host": "localhost"})

    def ask(method: str, address: str, body: Any = None, **headers: str) -> Any:
        return client.generic(
            method,
            f"/scim/v2/{address}",
            json.dumps(body) if body is not None else "",
            "application/scim+json",
            headers={"authorization": f"Bearer {token}", **headers},
        )

    return ask


def ada(**told: Any) -> dict[str, Any]:
    return {
        "schemas": [USER],
        "userName": "ada@example.com",
        "displayName": "Ada",
        "active": True,
        "phoneNumbers": [{"value": "1"}],
        **told,
    }


def patched(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"schemas": [PATCH], "Operations": list(operations)}


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The server's handler would close the connection that the test's transaction is on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_the_tester_that_others_wrote_finds_no_error(token: str, one_connection: None) -> None:
    client = WSGISCIMClient(
        WSGIHandler(),
        base_url="http://localhost/scim/v2",
        headers={"Authorization": f"Bearer {token}"},
    )
    found = check_server(client)
    bad = (Status.ERROR, Status.CRITICAL)
    assert [(each.title, each.reason) for each in found if each.status in bad] == []
    assert sum(each.status == Status.SUCCESS for each in found) > 30


def test_a_person_begins_by_the_directory_with_the_roles_of_its_groups(ask: Any) -> None:
    made = ask("POST", "Users", ada(emails=[{"value": "a.l@example.com", "primary": True}]))
    assert (made.status_code, made["content-type"]) == (201, "application/scim+json")
    number = made.json()["id"]
    user = User.objects.get(email="a.l@example.com")
    assert "phoneNumbers" not in made.json()  # what nothing here needs is not kept
    assert "1" not in DirectoryUser.objects.get().document.values()
    assert person_of(f"scim:user/{number}") == person_of(user.account)
    for name in ("engineers", "payments", "else"):
        group = {"schemas": [GROUP], "displayName": name, "members": [{"value": number}]}
        assert ask("POST", "Groups", group).status_code == 201
    assert holdings_of([user.account])[user.account] == {
        ("requester", ""),
        ("approver", "payments"),
        ("deployer", "payments"),
    }
    assert {row.granted_by for row in ledger().store.by(RoleGrant, "account", [user.account])} == {
        "scim:directory"
    }


def test_roles_follow_members_names_and_ends_of_groups(ask: Any) -> None:
    number = ask("POST", "Users", ada()).json()["id"]
    account = User.objects.get(email="ada@example.com").account
    made = ask("POST", "Groups", {"schemas": [GROUP], "displayName": "engineers"})
    group = f"Groups/{made.json()['id']}"

    def roles() -> set[str]:
        return {each.role for each in holdings_of([account])[account]}

    # As Entra ID spells it.
    joined = {"op": "Add", "path": "members", "value": [{"value": number}]}
    assert ask("PATCH", group, patched(joined)).status_code == 200
    assert roles() == {"requester"}
    ask("PATCH", group, patched({"op": "replace", "path": "displayName", "value": "payments"}))
    assert roles() == {"approver", "deployer"}
    parted = {"op": "Remove", "path": "members", "value": [{"value": number}]}
    assert ask("PATCH", group, patched(parted)).status_code == 200
    assert roles() == set()
    ask("PATCH", group, patched(joined))
    assert roles() == {"approver", "deployer"}
    assert ask("DELETE", group).status_code == 204
    assert roles() == set()


@pytest.mark.parametrize("how", ["patch", "replace", "delete"])
def test_who_leaves_is_out_at_once_and_comes_back_only_if_let_in_again(ask: Any, how: str) -> None:
    number = ask("POST", "Users", ada()).json()["id"]
    user = User.objects.get(email="ada@example.com")
    browser = Client(headers={"host": "localhost"})
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.get("/changes").status_code == 403  # signed in, without a role
    theirs = create_token(user, ["read"])
    end: tuple[str, Any] = {
        "patch": ("PATCH", patched({"op": "replace", "value": {"active": False}})),
        "replace": ("PUT", ada(active=False)),
        "delete": ("DELETE", None),
    }[how]
    assert ask(end[0], f"Users/{number}", end[1]).status_code in (200, 204)
    assert browser.get("/changes").status_code == 302
    assert authenticate_token(theirs) is None
    assert [row.person for row in ledger().store.all(Departure)] == [person_of(user.account)]
    if how == "delete":
        again = ask("POST", "Users", ada())  # RFC 7644, 3.6: who was deleted is in nobody's way
        assert again.status_code == 201
        assert again.json()["id"] != number
        [back] = ledger().store.all(PersonReturn)
        joins = ledger().store.by(AccountPerson, "person", [person_of(user.account)])
        fresh = [row for row in joins if row.account == f"scim:user/{again.json()['id']}"]
        assert [row.joined_from >= back.returned_at for row in fresh] == [True]
        assert {row.joined_from for row in joins} > {0}  # what was theirs before stays so
        assert User.objects.get(pk=user.pk).is_active
        assert not User.objects.get(pk=user.pk).has_usable_password()
        assert holdings_of([user.account])[user.account] == frozenset()
        assert browser.get("/changes").status_code == 302
        assert authenticate_token(theirs) is None
        assert ask("DELETE", f"Users/{number}").status_code == 404
        return
    back_again = patched({"op": "replace", "path": "active", "value": True})
    assert ask("PATCH", f"Users/{number}", back_again).status_code == 200
    assert User.objects.get(pk=user.pk).is_active
    [back] = ledger().store.all(PersonReturn)
    assert back.person == person_of(user.account)
    assert holdings_of([user.account])[user.account] == frozenset()
    assert browser.get("/changes").status_code == 302  # the session ended: they sign in again
    assert ask("PATCH", f"Users/{number}", back_again).status_code == 200
    assert len(ledger().store.all(PersonReturn)) == 1


def test_who_is_back_holds_what_groups_give_now_and_who_was_locked_out_stays_out(ask: Any) -> None:
    number = ask("POST", "Users", ada()).json()["id"]
    user = User.objects.get(email="ada@example.com")
    group = {"schemas": [GROUP], "displayName": "engineers", "members": [{"value": number}]}
    ask("POST", "Groups", group)
    assert {each.role for each in holdings_of([user.account])[user.account]} == {"requester"}
    ask("PUT", f"Users/{number}", ada(active=False))
    assert holdings_of([user.account])[user.account] == frozenset()
    ask("PUT", f"Users/{number}", ada())
    assert {each.role for each in holdings_of([user.account])[user.account]} == {"requester"}
    deactivate(User.objects.get(pk=user.pk), by=operator().account)
    locked = ask("PUT", f"Users/{number}", ada(displayName="Ada L."))
    assert locked.status_code == 409
    assert "an administrator here" in locked.json()["detail"]
    assert not User.objects.get(pk=user.pk).is_active
    # By hand they left, and the directory never kept them: it makes nobody of them in passing.
    gone = add_user("gone@example.com", "Gone", by=operator().account)
    note_departure(gone, by=operator().account)
    assert ask("POST", "Users", ada(userName="gone@example.com")).status_code == 409
    later = ask("POST", "Users", ada(userName="gone@example.com", active=False)).json()["id"]
    assert ask("PUT", f"Users/{later}", ada(userName="gone@example.com")).status_code == 200


def test_one_who_is_here_is_joined_by_address_and_keeps_what_an_administrator_gave(
    ask: Any,
) -> None:
    known = add_user("ada@example.com", "Ada", ["auditor"], by=operator().account)
    number = ask("POST", "Users", ada()).json()["id"]
    assert DirectoryUser.objects.get(pk=number).user == known
    assert {each.role for each in holdings_of([known.account])[known.account]} == {"auditor"}
    second = ask("POST", "Users", ada(userName="other", emails=[{"value": "Ada@example.com"}]))
    assert second.status_code == 409
    assert ask("POST", "Users", ada(userName="ADA@example.com")).status_code == 409
    own = ask("POST", "Users", ada(userName=operator().email, emails=[]))
    assert own.status_code in (201, 409)
    assert not DirectoryUser.objects.filter(user=operator()).exists()
    forget(known, by=operator().account)
    assert ask("GET", f"Users/{number}").status_code == 404


def test_nobody_is_made_who_has_not_begun_or_has_no_address(ask: Any) -> None:
    before = User.objects.count()
    later = ask("POST", "Users", ada(active=False)).json()["id"]
    ask("POST", "Users", ada(userName="ada"))
    assert User.objects.count() == before
    assert ask("PUT", f"Users/{later}", ada()).status_code == 200
    assert User.objects.count() == before + 1


def test_a_list_is_filtered_and_paged(ask: Any) -> None:
    for name in ("ada", "bob", "eve"):
        ask("POST", "Users", ada(userName=f"{name}@example.com", externalId=name.upper()))

    def names(query: str) -> tuple[int, list[str]]:
        found = ask("GET", f"Users?{query}").json()
        return found["totalResults"], [row["userName"][:3] for row in found.get("Resources", [])]

    assert names("filter=userName%20eq%20%22BOB@example.com%22") == (1, ["bob"])
    assert names("filter=externalId%20eq%20%22EVE%22%20and%20active%20eq%20true") == (1, ["eve"])
    assert names("filter=externalId%20eq%20%22eve%22") == (0, [])
    assert names("startIndex=2&count=1") == (3, ["bob"])
    assert names("count=0") == (3, [])
    for bad in ("userName%20is%20x", "(" * 300, "unknown%20eq%20%221%22"):
        answer = ask("GET", f"Users?filter={bad}")
        assert (answer.status_code, answer.json().get("scimType")) == (400, "invalidFilter")


def test_who_holds_an_old_version_is_told_and_changes_nothing(ask: Any) -> None:
    made = ask("POST", "Users", ada())
    place, tag = f"Users/{made.json()['id']}", made["etag"]
    assert ask("GET", place, **{"if-none-match": tag}).status_code == 304
    renamed = ada(displayName="Lady Ada")
    changed = ask("PUT", place, renamed, **{"if-match": tag})
    assert changed.status_code == 200
    assert changed["etag"] != tag
    assert ask("PUT", place, renamed)["etag"] == changed["etag"]  # no change is no version
    assert ask("PUT", place, ada(active=False), **{"if-match": tag}).status_code == 412
    assert ask("DELETE", place, **{"if-match": tag}).status_code == 412
    assert User.objects.get(email="ada@example.com").is_active


def test_only_a_token_for_this_alone_comes_in_and_it_comes_in_nowhere_else(token: str) -> None:
    client = Client(headers={"host": "localhost"})
    boss = operator()

    def status(address: str, made: str) -> int:
        return client.get(address, headers={"authorization": f"Bearer {made}"}).status_code

    assert status("/scim/v2/Users", token) == 200
    assert status("/scim/v2/Users", "changeproof_x") == 401
    assert status("/scim/v2/Users", create_token(boss, ["all"])) == 403
    assert status("/scim/v2/Users", create_token(boss, ["directory:provision", "read"])) == 403
    weak = add_user("eve@example.com", "Eve", ["approver"], by=boss.account)
    assert status("/scim/v2/Users", create_token(weak, ["directory:provision"])) == 403
    assert status("/api/changes", token) == 403
    client.force_login(boss, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/scim/v2/Users").status_code == 401
    large = client.post(
        "/scim/v2/Users",
        b" " * 1_100_000,
        "application/scim+json",
        headers={"authorization": f"Bearer {token}"},
    )
    assert large.status_code == 413


@pytest.mark.parametrize(
    "body",
    [None, [], 1, {}, {"schemas": [USER]}, ada(userName=""), ada(userName=" "), ada(userName=7),
     ada(emails="x"), ada(userName="x" * 400), ada(schemas=["urn:x"]), ada(active=[])],
)  # fmt: skip
def test_what_is_no_user_is_refused_with_a_reason(ask: Any, body: Any) -> None:
    answer = ask("POST", "Users", body)
    assert answer.status_code == 400
    assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert not DirectoryUser.objects.exists()


def test_a_directory_gives_no_role_but_by_its_groups(ask):
    """Whatever it says of somebody's roles; and a group that nobody named gives none."""
    said = [{"value": "administrator"}, {"value": "approver", "primary": True}]
    body = {"schemas": [USER], "userName": "puppet@example.com", "roles": said}
    body |= {"entitlements": said, "groups": [{"value": "payments"}]}
    puppet = ask("POST", "Users", body)
    assert puppet.status_code == 201
    number = puppet.json()["id"]
    patch = [{"op": "add", "path": "roles", "value": said}]
    ask("PATCH", f"Users/{number}", {"schemas": [PATCH], "Operations": patch})
    group = {"schemas": [GROUP], "displayName": "administrator", "members": [{"value": number}]}
    assert ask("POST", "Groups", group).status_code == 201
    account = User.objects.get(email="puppet@example.com").account
    assert holdings_of([account])[account] == frozenset()
