"""What holds for every operation: keys, validators, pages, limits."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from changeproof.accounts.people import operator
from changeproof.accounts.tokens import create_token
from changeproof.api.models import KeptAnswer
from changeproof.api.rates import Buckets
from changeproof.ledger.service import ledger
from tests.api.test_doors import is_problem
from tests.support.pull_requests import SYSTEM

ASKED = {"title": "Raise the limit", "system": SYSTEM, "reason": "Sales asked"}


class Keyed:
    """Posts as the operator, with a key."""

    def __init__(self):
        token = create_token(operator(), ("all",))
        self._client = Client(headers={"Authorization": f"Bearer {token}"})

    def post(self, path, said, key, **more):
        return self._client.post(
            path, said, content_type="application/json", headers={"Idempotency-Key": key}, **more
        )


@pytest.fixture
def keyed(instance):
    return Keyed()


def test_a_request_sent_again_is_answered_alike_and_does_nothing(forge, keyed):
    key = str(uuid.uuid4())
    first = keyed.post("/api/requests", ASKED, key)
    size = ledger().log.size()
    again = keyed.post("/api/requests", ASKED, key)
    assert first.status_code == again.status_code == 201
    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert ledger().log.size() == size


def test_a_body_that_calls_itself_a_form_and_is_none_is_taken_or_refused_alike(forge, keyed):
    said = {"CONTENT_TYPE": "multipart/form-data"}
    first, again = (keyed.post("/api/requests", ASKED, "k", **said) for _ in range(2))
    assert first.status_code == again.status_code < 500


def test_a_key_stands_for_one_request(forge, keyed):
    keyed.post("/api/requests", ASKED, "k")
    size = ledger().log.size()
    reply = keyed.post("/api/requests", {**ASKED, "title": "Another"}, "k")
    assert is_problem(reply, 422)
    assert reply.json()["where"] == "Idempotency-Key"
    assert ledger().log.size() == size


def test_a_key_is_its_senders_own_and_its_operations(forge, caller, keyed):
    first = keyed.post("/api/requests", ASKED, "k").json()
    other = caller("requester")
    reply = other._client.post(
        "/api/requests", ASKED, content_type="application/json", headers={"Idempotency-Key": "k"}
    )
    assert reply.status_code == 201
    assert reply.json()["change"] != first["change"]
    assert keyed.post("/api/gate", {"revision": "a" * 40}, "k").status_code == 200


def test_what_was_refused_may_be_sent_again_with_its_key(forge, keyed):
    missing = keyed.post("/api/closings", {"change": "CHG-1-1", "outcome": "cancelled"}, "k")
    assert missing.status_code == 404
    assert not KeptAnswer.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 201, "ä", "a b"])
def test_a_key_that_is_none_is_named(forge, keyed, key):
    assert is_problem(keyed.post("/api/requests", ASKED, key), 422)


def test_every_post_takes_a_key(instance):
    from changeproof.api.app import api

    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            names = {each["name"] for each in operation["parameters"]}
            wanted = "If-None-Match" if method == "get" else "Idempotency-Key"
            assert wanted in names, (method, path)


@pytest.mark.parametrize("path", ["/api/events", "/api/deliveries?kind=junit", "/api/gate"])
def test_pipelines_may_send_again(keyed, path):
    said = {
        "/api/events": [{"type": "none"}],
        "/api/gate": {"revision": "b" * 40},
    }.get(path, {})
    first = keyed.post(path, said, "k")
    size = ledger().log.size()
    again = keyed.post(path, said, "k")
    assert first.status_code in (200, 202)
    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"
    assert ledger().log.size() == size
    assert is_problem(keyed.post(path, [{"type": "other"}], "k"), 422)


def test_an_answer_that_is_known_is_not_sent_again(forge, caller):
    asking = caller()
    first = asking.get("/api/changes")
    tag = first["ETag"]
    again = asking._client.get("/api/changes", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.content == b""
    assert "no-cache" in first["Cache-Control"]
    assert "private" in first["Cache-Control"]
    forge.open(7)
    newer = asking._client.get("/api/changes", headers={"If-None-Match": tag})
    assert newer.status_code == 200
    assert newer["ETag"] != tag


def test_pages_follow_one_another_to_the_end(forge, caller):
    for number in range(1, 6):
        forge.open(number)
    asking, seen, cursor = caller(), [], ""
    while cursor is not None:
        page = asking.get("/api/changes", limit=2, after=cursor).json()
        seen += [each["id"] for each in page["items"]]
        cursor = page["next"]
    assert seen == sorted(set(seen))
    assert len(seen) == 5


def test_a_misspelt_filter_is_named(instance, caller):
    reply = caller().get("/api/changes", verdit="deviation")
    assert is_problem(reply, 422)
    assert "verdict" in reply.json()["cure"]


def test_each_answer_says_how_much_may_still_be_asked(caller):
    reply = caller().get("/api/checks")
    assert reply["RateLimit-Policy"] == '"account";q=3000;w=60'
    assert reply["RateLimit"].startswith('"account";r=')


def test_who_asks_too_often_is_told_when_to_come_again(caller, monkeypatch):
    monkeypatch.setattr("changeproof.api.rates.buckets", Buckets(budget=2, window=60))
    asking = caller()
    assert [asking.get("/api/checks").status_code for _ in range(2)] == [200, 200]
    reply = asking.get("/api/checks")
    assert is_problem(reply, 429)
    assert 1 <= int(reply["Retry-After"]) <= 30
    assert caller("auditor").get("/api/checks").status_code == 200


def test_a_bucket_refills_with_time():
    at = [0.0]
    buckets = Buckets(budget=60, window=60, clock=lambda: at[0])
    assert all(buckets.take("a")[0] for _ in range(60))
    taken, left = buckets.take("a")
    assert not taken
    assert left.next_in == 1
    at[0] = 1.0
    assert buckets.take("a")[0]
    assert not buckets.take("a")[0]
    at[0] = 1000.0
    assert buckets.take("a")[1].requests == 59


def test_a_file_that_is_sent_again_is_kept_once(forge, caller):
    requester = caller("requester")
    change = requester.post("/api/requests", ASKED).json()["change"]
    size = ledger().log.size()

    def send(body, key="one"):
        file = SimpleUploadedFile("plan.txt", body)
        path, headers = f"/api/attachments/{change}", {"Idempotency-Key": key}
        return requester._client.post(path, {"file": file}, headers=headers)

    first, again = send(b"Staging first."), send(b"Staging first.")
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.json(), again["Idempotent-Replayed"]) == (first.json(), "true")
    assert send(b"Another one.").status_code == 422
    assert ledger().log.size() == size + 1
