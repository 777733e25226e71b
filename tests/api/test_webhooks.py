"""Deliveries over raw ASGI: proven before they are read, durable before the answer."""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import threading
from urllib.parse import urlencode

import pytest

from changeproof.api.webhooks import handle
from changeproof.intake import writer as intake_writer
from changeproof.intake.models import Connection
from changeproof.intake.webhooks.connections import connect, renew
from changeproof.intake.webhooks.doors import door_named
from changeproof.intake.writer import stop_writer
from changeproof.ledger.receipts import QuarantinedDelivery
from changeproof.ledger.service import ledger
from changeproof.sources.delivery import Delivery
from changeproof.sources.guards import LARGEST_PAYLOAD
from tests.support.event_loop import in_a_thread

PING = json.dumps({"zen": "Keep it simple.", "hook_id": 1}).encode()


class GitHub:
    """Sends as GitHub does."""

    path = "/webhooks/github"
    query = b""

    def __init__(self, secret):
        self.secret = secret

    def headers(self, body, **changed):
        mac = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "content-type": "application/json",
            "x-github-event": "ping",
            "x-github-delivery": "d-1",
            "x-hub-signature-256": f"sha256={mac}",
            "content-length": str(len(body)),
            **{name.replace("_", "-"): value for name, value in changed.items()},
        }
        return [(k.encode(), v.encode()) for k, v in headers.items() if v is not None]

    def send(self, body=PING, *, method="POST", chunks=1, **changed):
        return in_a_thread(self._send(body, method, chunks, changed))

    async def _send(self, body, method, chunks, changed):
        scope = {
            "type": "http",
            "scheme": "http",
            "method": method,
            "path": self.path,
            "query_string": self.query,
            "headers": self.headers(body, **changed),
        }
        width = max(1, -(-len(body) // chunks))
        parts = [body[at : at + width] for at in range(0, len(body), width)] or [b""]
        messages = [
            {"type": "http.request", "body": part, "more_body": number < len(parts) - 1}
            for number, part in enumerate(parts)
        ]
        waiting = iter(messages)
        sent = []

        async def receive():
            return next(waiting, {"type": "http.disconnect"})

        async def send(message):
            sent.append(message)

        await handle(scope, receive, send)
        self.unread = len(list(waiting))
        if not sent:
            return None
        headers = dict(sent[0]["headers"])
        return sent[0]["status"], headers, json.loads(sent[1]["body"])


@pytest.fixture
def github(live_instance):
    yield GitHub(connect(door_named("github")))
    stop_writer()


def test_a_delivery_is_durable_when_it_is_answered(github):
    status, headers, told = github.send(chunks=3)
    assert (status, told["outcome"]) == (202, "ignored")
    assert headers[b"content-type"] == b"application/json"
    assert ledger().log.size() == told["events"] == 1
    entry = json.loads(ledger().log.entry(0).entry)
    assert (entry["collector"], entry["event"]["delivery"]) == ("webhook", "d-1")


def test_the_same_delivery_twice_is_one(github):
    github.send()
    status, _, told = github.send()
    assert (status, told["events"], ledger().log.size()) == (202, 0, 1)


def test_a_form_carries_the_same_payload(github):
    body = urlencode({"payload": PING.decode()}).encode()
    status, _, _ = github.send(body, content_type="application/x-www-form-urlencoded")
    assert status == 202
    assert ledger().log.content(hashlib.sha256(PING).hexdigest()) == PING


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"x_hub_signature_256": "sha256=" + "0" * 64}, 401),
        ({"x_hub_signature_256": None}, 401),
        ({"x_hub_signature_256": "sha1=abc"}, 401),
        ({"x_hub_signature_256": "sha256=\u00fc"}, 401),
        # nothing is said about other faults before the signature holds
        ({"x_hub_signature_256": None, "x_github_event": None}, 401),
        ({"x_github_event": None}, 400),
        ({"x_github_delivery": None}, 400),
        ({"x_github_delivery": "x" * 201}, 400),
        ({"content_type": "text/plain"}, 400),
        ({"content_type": None}, 400),
        ({"content_type": "application/x-www-form-urlencoded"}, 400),
        ({"content_length": str(LARGEST_PAYLOAD + 1)}, 413),
    ],
)
def test_what_is_refused_leaves_one_line_and_no_trace(github, caplog, changed, expected):
    with caplog.at_level(logging.WARNING):
        status, headers, told = github.send(**changed)
    assert status == told["status"] == expected
    assert headers[b"content-type"] == b"application/problem+json"
    assert told["cure"]
    assert ledger().log.size() == 0
    assert len(caplog.records) == 1
    line = caplog.records[0].getMessage()
    assert github.secret not in line
    assert "zen" not in line


def test_a_body_over_the_limit_is_not_read_to_its_end(github):
    status, _, _ = github.send(b"x" * (LARGEST_PAYLOAD + 10), chunks=50, content_length=None)
    assert status == 413


def test_only_post_is_a_delivery(github):
    status, headers, _ = github.send(method="GET")
    assert (status, headers[b"allow"]) == (405, b"POST")


def test_authentic_but_unreadable_is_kept(github):
    status, _, told = github.send(b'{"action": ', x_github_event="push")
    assert (status, told["outcome"]) == (202, "quarantined")
    [row] = ledger().store.all(QuarantinedDelivery)
    assert ledger().log.content(row.payload) == b'{"action": '


def test_without_a_connection_nothing_is_taken(live_instance):
    status, _, told = GitHub("guessed").send()
    assert status == 401
    assert "connect github" in told["cure"]


def test_a_sender_who_goes_away_is_answered_nothing(github):
    async def gone():
        async def receive():
            return {"type": "http.disconnect"}

        async def send(message):
            raise AssertionError("nobody listens")

        scope = {
            "type": "http",
            "method": "POST",
            "path": github.path,
            "headers": github.headers(PING),
        }
        await handle(scope, receive, send)

    in_a_thread(gone())
    assert ledger().log.size() == 0


def test_back_pressure_is_said(github, monkeypatch):
    held, busy = threading.Event(), threading.Event()

    def hold():
        busy.set()
        held.wait(20)

    monkeypatch.setattr(intake_writer, "WAITING", 1)
    monkeypatch.setattr(intake_writer, "_writer", intake_writer.Writer(on_taken=hold))
    assert github.send()[0] == 202
    assert busy.wait(20)

    async def two_more():
        waiting = intake_writer.writer().submit(Delivery("github", "d-2", PING, 0, "ping"))
        answer = await asyncio.to_thread(github.send, x_github_delivery="d-3")
        held.set()
        return answer, await waiting

    (status, headers, told), taken = in_a_thread(two_more())
    assert (status, headers[b"retry-after"]) == (503, b"5")
    assert "wait to be written" in told["why"]
    assert taken.outcome == "ignored"


def test_a_body_that_never_ends_is_not_waited_for(github, settings):
    settings.WEBHOOK_BODY_SECONDS = 0.05
    sent = []

    async def dawdle():
        await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": github.path,
        "headers": github.headers(PING),
    }
    in_a_thread(handle(scope, dawdle, send))
    assert sent[0]["status"] == 408
    assert "0.05 seconds" in json.loads(sent[1]["body"])["why"]
    assert ledger().log.size() == 0
    assert github.send()[0] == 202


class Sender(GitHub):
    """Any other system: sends these headers and no others."""

    def __init__(self, path, headers, query=b""):
        self.path, self._headers, self.query = path, headers, query

    def headers(self, body, **changed):
        return [(name.encode(), value.encode()) for name, value in self._headers.items()]


MERGED = json.dumps({"object_kind": "note", "project": {"id": 7}}).encode()


@pytest.fixture
def gitlab(live_instance):
    secret = connect(door_named("gitlab"), "emea")
    headers = {
        "X-Gitlab-Token": secret,
        "X-Gitlab-Event": "Note Hook",
        "Idempotency-Key": "7c1e",
        "content-type": "application/json",
    }
    yield Sender("/webhooks/gitlab/emea", headers)
    stop_writer()


def _entries():
    return [json.loads(entry.entry)["event"] for entry in ledger().log.entries()]


def test_each_connection_has_an_address_and_a_secret_of_its_own(gitlab):
    assert gitlab.send(MERGED)[0] == 202
    assert {event["delivery"] for event in _entries()} == {"7c1e"}
    connect(door_named("gitlab"))
    for elsewhere in ("/webhooks/gitlab", "/webhooks/gitlab/apac", "/webhooks/github"):
        assert Sender(elsewhere, gitlab._headers).send(MERGED)[0] == 401


@pytest.mark.parametrize(
    "path", ["/webhooks/", "/webhooks/nothing", "/webhooks/events", "/webhooks/gitlab/a/b"]
)
def test_an_address_that_is_nobody_s_takes_nothing(live_instance, caplog, path):
    status, _, told = Sender(path, {"authorization": "Bearer of-news"}).send()
    assert (status, told["status"]) == (404, 404)
    assert path not in caplog.text


def test_an_old_delivery_that_is_sent_again_changes_nothing(gitlab):
    assert gitlab.send(MERGED)[2]["events"] > 0
    before = ledger().log.size()
    assert gitlab.send(MERGED)[2]["events"] == 0
    assert ledger().log.size() == before


def test_without_an_id_of_the_sender_the_body_names_itself(live_instance):
    secret = connect(door_named("alertmanager"))
    sender = Sender("/webhooks/alertmanager", {"authorization": f"Bearer {secret}"})
    body = json.dumps({"version": "4", "receiver": "us", "alerts": []}).encode()
    assert [sender.send(body)[0] for _ in range(2)] == [202, 202]
    stop_writer()
    assert {event["delivery"] for event in _entries()} == {hashlib.sha256(body).hexdigest()}


def test_what_goes_with_a_connection_goes_with_each_delivery(live_instance):
    options = {"system": "payments", "revision": "c" * 40}
    secret = connect(door_named("sarif"), options=options)
    sender = Sender("/webhooks/sarif", {"authorization": f"Bearer {secret}"})
    run = {
        "tool": {"driver": {"name": "Linter"}},
        "results": [],
        "invocations": [{"executionSuccessful": True, "endTimeUtc": "2026-03-01T10:00:00Z"}],
    }
    body = json.dumps({"version": "2.1.0", "runs": [run]}).encode()
    assert sender.send(body)[2]["outcome"] == "translated"
    stop_writer()
    assert any("c" * 40 in json.dumps(event) for event in _entries())


def test_a_secret_in_an_address_is_never_logged(live_instance, caplog):
    connect(door_named("jira"), secret="the secret of the address")
    right = Sender("/webhooks/jira", {}, b"token=the+secret+of+the+address")
    wrong = Sender("/webhooks/jira", {}, b"token=a-guess-that-was-typed")
    with caplog.at_level(logging.DEBUG):
        assert right.send(b"[")[0] == 202
        assert wrong.send(b"[")[0] == 401
    stop_writer()
    assert "secret of the address" not in caplog.text.replace("+", " ")
    assert "a-guess" not in caplog.text


def test_a_system_that_asks_first_is_answered_when_it_proves_itself(live_instance):
    secret = connect(door_named("okta"))
    asks = {"authorization": secret, "x-okta-verification-challenge": "prove it"}
    status, _, told = Sender("/webhooks/okta", asks).send(b"", method="GET")
    assert (status, told) == (200, {"verification": "prove it"})
    guess = {**asks, "authorization": "a guess"}
    assert Sender("/webhooks/okta", guess).send(b"", method="GET")[0] == 401
    assert Sender("/webhooks/gitlab", asks).send(b"", method="GET")[0] == 405


def test_without_a_stated_address_a_sender_signs_the_one_that_it_asks(live_instance):
    secret = connect(door_named("trello"), secret="a secret that Trello makes itself")
    signed = PING + b"http://changes.example.com:8000/webhooks/trello"
    mac = base64.b64encode(hmac.digest(secret.encode(), signed, "sha1")).decode()
    shown = {"x-trello-webhook": mac, "host": "changes.example.com:8000"}
    assert Sender("/webhooks/trello", shown).send(PING)[0] == 200
    elsewhere = {**shown, "host": "changes.example.com"}
    assert Sender("/webhooks/trello", elsewhere).send(PING)[0] == 401
    stop_writer()


def test_a_handshake_is_given_back_to_whoever_proves_itself(live_instance):
    secret = connect(door_named("asana"))
    asks = {"x-hook-secret": "b537207f20cbfa02"}
    right = Sender("/webhooks/asana", asks, f"token={secret}".encode())
    status, headers, _ = right.send(b"")
    assert (status, headers[b"x-hook-secret"]) == (200, b"b537207f20cbfa02")
    status, headers, _ = Sender("/webhooks/asana", asks, b"token=a-guess").send(b"")
    assert (status, b"x-hook-secret" in headers) == (401, False)
    split = {"x-hook-secret": "a\r\nset-cookie: b"}
    assert Sender("/webhooks/asana", split, right.query).send(b"")[0] == 400
    stop_writer()


def test_what_follows_a_handshake_is_signed_with_what_it_held(live_instance):
    secret, body = connect(door_named("asana")), b'{"events":[]}'
    query = f"token={secret}".encode()
    assert Sender("/webhooks/asana", {}, query).send(body)[0] == 200, "there was none yet"
    made = ("b537207f20cbfa02", "0f20cbfa02b53720")  # one for each project's webhook
    for each in made:
        assert Sender("/webhooks/asana", {"x-hook-secret": each}, query).send(b"")[0] == 200
    assert Connection.objects.get(source="asana").handshakes.split() == list(made)
    for key, status in ((made[0], 200), (made[1], 200), ("a guess", 401), ("", 401)):
        mac = hmac.digest(key.encode(), body, "sha256").hex()
        signed = {"x-hook-signature": mac} if key else {}
        assert Sender("/webhooks/asana", signed, query).send(body)[0] == status
        assert Sender("/webhooks/asana", signed, b"token=a-guess").send(body)[0] == 401
    renewed = f"token={renew(door_named('asana'))}".encode()
    assert Sender("/webhooks/asana", {}, renewed).send(body)[0] == 200, "it has to begin anew"
    stop_writer()


def test_a_cluster_that_asks_before_it_acts_hears_that_nothing_objects(live_instance):
    secret = connect(door_named("kubernetes-admission"))
    sender = Sender("/webhooks/kubernetes-admission", {"authorization": f"Bearer {secret}"})
    asked = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}
    request = {"uid": "705ab4f5", "operation": "DELETE", "dryRun": True, "userInfo": {}}
    status, _, told = sender.send(json.dumps({**asked, "request": request}).encode())
    assert status == 200
    assert told == {**asked, "response": {"uid": "705ab4f5", "allowed": True}}
    assert sender.send(b'{"kind":"AdmissionReview"}')[0] == 202
    guess = Sender(sender.path, {"authorization": "Bearer a guess"})
    assert guess.send(json.dumps({**asked, "request": request}).encode())[0] == 401
    stop_writer()


def test_a_form_is_a_payload_where_the_system_sends_forms(live_instance):
    secret = connect(door_named("heroku-deploy-hook"))
    form = urlencode({"app": "shop", "app_uuid": "u-1", "head_long": "a" * 40, "release": "v7"})
    shown = {"content-type": "application/x-www-form-urlencoded"}
    sender = Sender("/webhooks/heroku-deploy-hook", shown, f"token={secret}".encode())
    status, _, told = sender.send(form.encode())
    assert (status, told["outcome"]) == (202, "translated")
    stop_writer()


def test_a_compressed_body_is_not_unpacked(gitlab):
    squeezed = Sender(gitlab.path, {**gitlab._headers, "content-encoding": "gzip"})
    assert squeezed.send(b"\x1f\x8b" + b"\0" * 50)[0] == 415
    assert ledger().log.size() == 0


def test_a_form_is_refused_where_no_system_sends_one(gitlab):
    form = {**gitlab._headers, "content-type": "multipart/form-data; boundary=x"}
    assert Sender(gitlab.path, form).send(MERGED)[0] == 400
    assert ledger().log.size() == 0
