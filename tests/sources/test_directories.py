"""People as directories tell of them: joined by what is vouched for, never by a name."""

import json
from collections import Counter

import pytest

from changeproof.events.access import PersonLeft
from changeproof.events.people import AccountJoined
from changeproof.sources.delivery import Delivery, MalformedPayload
from changeproof.sources.identities import git_identity
from changeproof.sources.translate import detect, translate

ADA = "Ada@Example.com"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"


@pytest.fixture
def told(pseudonyms):
    def tell(kind, payload):
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        return translate(Delivery(kind, "d", body, 7_000), pseudonyms).events

    return tell


def scim_user(**more):
    return {
        "schemas": [USER],
        "id": "2819c223",
        "userName": "ada",
        "name": {"familyName": "Lovelace"},
        "emails": [{"value": "home@example.org"}, {"value": ADA, "primary": True}],
        "meta": {"lastModified": "2026-03-01T10:00:00Z"},
        **more,
    }


def joined(events):
    return {event.account: event.person for event in events if isinstance(event, AccountJoined)}


ROSTER = b"email,accounts,joined,left\r\nada@example.com,github:user/7,2020-01-01,2026-02-01\r\n"
LDIF = b"dn: cn=Ada Lovelace,ou=people\nobjectClass: inetOrgPerson\nmail: ada@example.com\n"
OKTA = [
    {
        "id": "00u1",
        "status": "DEPROVISIONED",
        "statusChanged": "2026-03-01T10:00:00.000Z",
        "profile": {"email": ADA, "login": ADA, "lastName": "Lovelace"},
    }
]


def test_one_address_in_four_directories_is_one_person(told, pseudonyms):
    commits = git_identity("", ADA, pseudonyms).account
    people = [
        joined(told(kind, payload))
        for kind, payload in (
            ("scim", scim_user()),
            ("roster", ROSTER),
            ("ldif", LDIF),
            ("okta", OKTA),
        )
    ]
    assert len({each[commits] for each in people}) == 1
    assert people[1]["github:user/7"] == people[0]["scim:user/2819c223"]


@pytest.mark.parametrize(
    ("kind", "payload"),
    [("scim", scim_user()), ("roster", ROSTER), ("ldif", LDIF), ("okta", OKTA)],
)
def test_neither_address_nor_name_reaches_an_event(told, kind, payload):
    said = str(told(kind, payload)).lower()
    assert "ada" not in said.replace("metadata", "")
    assert "lovelace" not in said
    assert "example" not in said


@pytest.mark.parametrize(
    ("kind", "payload", "at"),
    [
        ("scim", scim_user(active=False), 1_772_359_200_000_000),
        ("roster", ROSTER, 1_769_904_000_000_000),
        ("okta", OKTA, 1_772_359_200_000_000),
        ("ldif", b"dn: cn=Ada Lovelace,ou=people\nchangetype: delete\n", 7_000),
    ],
)
def test_who_is_gone_has_left(told, kind, payload, at):
    [left] = [event for event in told(kind, payload) if isinstance(event, PersonLeft)]
    assert left.occurred_at == at


def test_a_departure_by_log_and_its_actor(told):
    entry = {
        "eventType": "user.lifecycle.deactivate",
        "published": "2026-03-01T10:00:00.000Z",
        "actor": {"id": "00a"},
        "target": [{"type": "User", "id": "00u1"}, {"type": "App", "id": "x"}],
    }
    [left] = told("okta", entry)
    assert (left.person, left.actor) == ("okta:user/00u1", "okta:user/00a")


@pytest.mark.parametrize(
    ("kind", "payload", "where"),
    [
        ("roster", b"name,left\nAda,2026-01-01\n", "line 1"),
        ("roster", b"email,left\nada,\n", "line 2, email"),
        ("roster", b"email,left\nada@example.com,soon\n", "line 2, left"),
        ("roster", b"email,accounts\nada@example.com,ada\n", "line 2, accounts"),
        ("roster", b"email,accounts\nada@example.com,local:user/7\n", "line 2, accounts"),
        ("roster", b"email,accounts\nada@example.com,person:0a\n", "line 2, accounts"),
        ("scim", {"schemas": USER}, "schemas"),
        ("scim", scim_user(id=7), "id"),
        ("okta", [7], "[0]"),
    ],
)
def test_what_cannot_be_read_is_refused_by_place(told, kind, payload, where):
    with pytest.raises(MalformedPayload) as refused:
        told(kind, payload)
    assert refused.value.where == where


@pytest.mark.parametrize(
    "typed",
    [
        "583231+bob@users.noreply.github.com",
        "7-bob@users.noreply.gitlab.example.com",
        "  583231+bob@Users.NoReply.GitHub.com ",
    ],
)
def test_an_address_that_somebody_typed_takes_no_account_of_a_forge(told, typed):
    """A directory vouches for addresses that it wrote to; nobody can write to these."""
    before = joined(told("scim", scim_user()))
    added = scim_user(emails=[*scim_user()["emails"], {"value": typed}], userName=typed)
    assert joined(told("scim", added)) == before
    user = {"id": "00u1", "status": "ACTIVE", "profile": {"email": ADA, "login": typed}}
    assert not [name for name in joined(told("okta", [user])) if name.startswith("git")
                and not name.startswith("git:")]  # fmt: skip
    mail = f"mail: ada@example.com\nmail: {typed.strip()}\n".encode()
    listed = LDIF.replace(b"mail: ada@example.com\n", mail)
    assert joined(told("ldif", listed)) == joined(told("ldif", LDIF))


def test_a_deletion_in_bulk_counts_and_a_new_user_waits_for_an_id(told):
    bulk = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [
            {"method": "DELETE", "path": "/Users/2819c223"},
            {"method": "POST", "path": "/Users", "data": {"schemas": [USER], "userName": "b"}},
        ],
    }
    left, seen = told("scim", bulk)
    assert (left.person, left.occurred_at) == ("scim:user/2819c223", 7_000)
    assert seen.reason == "it has no id yet: the reply to this request has"


def test_real_payloads(shared, pseudonyms):
    counted = Counter()
    for file in sorted((shared / "data/payloads/identity").glob("*/*")):
        body = file.read_bytes()
        try:
            translation = translate(Delivery("identity", file.name, body, 7), pseudonyms)
        except MalformedPayload:  # a cloud's record, trimmed of its time
            counted[file.name] += 1
        else:
            counted["ignored" if translation.ignored else "translated"] += 1
        counted["detected"] += detect(body) is not None
    assert counted == {
        "translated": 6,
        "ignored": 42,
        "detected": 49,
        "admin-assigned.json": 1,
    }
