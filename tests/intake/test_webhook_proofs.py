"""Each system's webhook is proven as that system signs it, and by nothing else."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeproof.events.refusal import Refusal
from changeproof.intake.models import Connection
from changeproof.intake.webhooks.connections import (
    address_of,
    connect,
    disconnect,
    shared_with,
)
from changeproof.intake.webhooks.door import mapped_door
from changeproof.intake.webhooks.doors import LISTED, door_named, door_of, doors
from changeproof.intake.webhooks.proofs import TOLERANCE, Sent
from changeproof.sources.kinds import Authentication

SECRET = "It's a Secret to Everybody"
BODY = b"Hello, World!"
AT = 1_760_000_000
ADDRESS = "https://proof.example.com/webhooks/trello"

Signed = Callable[[bytes, str], dict[str, str]]


def _hex(body: bytes, secret: str, algorithm: str = "sha256") -> str:
    return hmac.new(secret.encode(), body, algorithm).hexdigest()


def _base64(key: bytes, message: bytes, algorithm: str = "sha256") -> str:
    return base64.b64encode(hmac.new(key, message, algorithm).digest()).decode()


def _web_token(body: bytes, secret: str) -> str:
    def part(said: bytes) -> str:
        return base64.urlsafe_b64encode(said).rstrip(b"=").decode()

    claims = {"iss": "netlify", "sha256": hashlib.sha256(body).hexdigest()}
    signed = ".".join(part(json.dumps(each).encode()) for each in ({"alg": "HS256"}, claims))
    digest = hmac.new(secret.encode(), signed.encode(), "sha256").digest()
    return f"{signed}.{part(digest)}"


def _standard(body: bytes, secret: str) -> dict[str, str]:
    message = f"msg_1.{AT}.".encode() + body
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(AT),
        "webhook-signature": f"v1,AAAA v1,{_base64(secret.encode(), message)}",
    }


def _buildkite(body: bytes, secret: str) -> dict[str, str]:
    signature = _hex(f"{AT}.".encode() + body, secret)
    return {"X-Buildkite-Signature": f"timestamp={AT},signature={signature}"}


def _basic(_: bytes, secret: str) -> dict[str, str]:
    pair = base64.b64encode(f"anybody:{secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


SIGNED: list[tuple[str, Signed]] = [
    ("github", lambda body, key: {"X-Hub-Signature-256": f"sha256={_hex(body, key)}"}),
    ("gitlab", _standard),
    ("jira", lambda body, key: {"X-Hub-Signature": f"sha256={_hex(body, key)}"}),
    (
        "pagerduty",
        lambda body, key: {"X-PagerDuty-Signature": f"v1={'0' * 64},v1={_hex(body, key)}"},
    ),
    ("sentry", lambda body, key: {"Sentry-Hook-Signature": _hex(body, key)}),
    (
        "terraform-run",
        lambda body, key: {"X-TFE-Notification-Signature": _hex(body, key, "sha512")},
    ),
    ("flux", lambda body, key: {"X-Signature": f"sha256={_hex(body, key)}"}),
    ("grafana", lambda body, key: {"X-Grafana-Alerting-Signature": _hex(body, key)}),
    ("gitea", lambda body, key: {"X-Gitea-Signature": _hex(body, key)}),
    ("gitea", lambda body, key: {"X-Forgejo-Signature": _hex(body, key)}),
    ("gogs", lambda body, key: {"X-Gogs-Signature": _hex(body, key)}),
    ("bitbucket-cloud", lambda body, key: {"X-Hub-Signature": f"sha256={_hex(body, key)}"}),
    ("circleci", lambda body, key: {"circleci-signature": f"v1={_hex(body, key)}"}),
    ("buildkite", _buildkite),
    (
        "heroku",
        lambda body, key: {"Heroku-Webhook-Hmac-SHA256": _base64(key.encode(), body)},
    ),
    ("netlify", lambda body, key: {"X-Webhook-Signature": _web_token(body, key)}),
    ("launchdarkly", lambda body, key: {"X-LD-Signature": _hex(body, key)}),
    ("flagsmith", lambda body, key: {"X-Flagsmith-Signature": _hex(body, key)}),
    ("linear", lambda body, key: {"Linear-Signature": _hex(body, key)}),
    (
        "trello",
        lambda body, key: {
            "X-Trello-Webhook": _base64(key.encode(), body + ADDRESS.encode(), "sha1")
        },
    ),
]
"""How a system signs; by its documentation, written anew."""

BEARING: list[tuple[str, Signed]] = [
    ("gitlab", lambda _, key: {"X-Gitlab-Token": key}),
    ("buildkite", lambda _, key: {"X-Buildkite-Token": key}),
    ("okta", lambda _, key: {"Authorization": key}),
    ("azure-devops", _basic),
    ("servicenow", _basic),
    ("alertmanager", lambda _, key: {"Authorization": f"Bearer {key}"}),
    ("argocd", lambda _, key: {"authorization": f"bearer {key}"}),
    ("kubernetes-audit", lambda _, key: {"Authorization": f"Bearer {key}"}),
    ("cdevents", lambda _, key: {"Authorization": f"Bearer {key}"}),
]
"""Systems that send the secret itself."""


def sent(headers: dict[str, str], body: bytes = BODY, at: int = AT, query: bytes = b"") -> Sent:
    lower = {name.lower().encode(): value.encode("latin-1") for name, value in headers.items()}
    return Sent(lower, body, query, ADDRESS, at)


@pytest.mark.parametrize(("kind", "signed"), SIGNED)
def test_a_signature_holds_for_its_own_body_and_secret_alone(kind: str, signed: Signed) -> None:
    proof = door_named(kind).proof
    headers = signed(BODY, SECRET)
    assert proof(sent(headers), SECRET)
    assert not proof(sent(headers, BODY + b" "), SECRET)
    assert not proof(sent(headers), SECRET + " ")
    assert not proof(sent({}), SECRET)
    for name, value in headers.items():
        assert not proof(sent({**headers, name: ""}), SECRET)
        assert not proof(sent({**headers, name: value[:-3]}), SECRET)
        assert not proof(sent({**headers, name: value + "\u00fc"}), SECRET)


@pytest.mark.parametrize(("kind", "bearing"), BEARING)
def test_a_secret_that_is_sent_is_compared_whole(kind: str, bearing: Signed) -> None:
    proof = door_named(kind).proof
    assert proof(sent(bearing(BODY, SECRET)), SECRET)
    assert not proof(sent(bearing(BODY, SECRET[:-1])), SECRET)
    assert not proof(sent(bearing(BODY, "")), SECRET)
    assert not proof(sent({}), SECRET)


def test_github_s_own_example_is_signed() -> None:
    published = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    headers = {"X-Hub-Signature-256": f"sha256={published}"}
    assert door_named("github").proof(sent(headers), SECRET)


@pytest.mark.parametrize(("kind", "signed"), [("gitlab", _standard), ("buildkite", _buildkite)])
def test_a_signed_time_must_be_near(kind: str, signed: Signed) -> None:
    door = door_named(kind)
    headers = signed(BODY, SECRET)
    for away in (TOLERANCE, -TOLERANCE):
        assert door.proof(sent(headers, at=AT + away), SECRET)
        assert not door.proof(sent(headers, at=AT + away + (1 if away > 0 else -1)), SECRET)


def test_a_token_in_the_address_is_for_those_who_can_do_nothing_else() -> None:
    def asked(kind: str, query: bytes) -> bool:
        return door_named(kind).proof(sent({}, query=query), "abc+/def")

    for kind in ("jira", "gcp", "azure", "gerrit", "asana", "tekton", "jenkins"):
        assert asked(kind, b"token=abc%2B%2Fdef")
        assert not asked(kind, b"token=abc%2B%2Fde")
        assert not asked(kind, b"token=abc%2B%2Fdef&token=guess")
        assert not asked(kind, b"token=")
        assert not asked(kind, b"\xff")
    for kind in ("github", "gitlab", "servicenow", "sentry"):
        assert not asked(kind, b"token=abc%2B%2Fdef")


@given(st.text(max_size=80), st.text(max_size=200), st.binary(max_size=50))
def test_no_guess_stops_a_proof(name: str, value: str, body: bytes) -> None:
    """Whatever stands in the headers, the answer is no, and never an error."""
    guess = value.encode("utf-8", "replace")
    for door in doors():
        for header in (b"authorization", b"x-webhook-signature", b"x-hub-signature-256"):
            headers = {header: guess, b"webhook-timestamp": str(AT).encode(), b"webhook-id": b"1"}
            request = Sent(headers, body, name.encode("utf-8", "replace"), ADDRESS, AT)
            assert not door.proof(request, "a secret that nobody guesses")


def test_every_kind_has_a_door_that_says_how(instance: object) -> None:
    found = {door.kind: door for door in doors()}
    assert {"github", "gitlab", "jira", "servicenow", "sarif", "cyclonedx"} <= found.keys()
    assert door_of("events") is None
    assert door_of("nothing") is None
    assert {door.kind for door in LISTED} <= found.keys()
    for door in found.values():
        assert door.steps, door.kind
        assert door.authentication, door.kind


def test_a_connection_keeps_its_secret_and_each_name_has_its_own(instance: object) -> None:
    gitlab = door_named("gitlab")
    first = connect(gitlab)
    assert connect(gitlab) == first
    assert len(first) == 64
    second = connect(gitlab, "emea", options={"host": "git.example.com"})
    assert second != first
    shared = shared_with("gitlab", "emea")
    assert shared is not None
    assert shared.options == (("host", "git.example.com"),)
    assert second not in repr(shared)
    assert connect(gitlab, secret="another, of their own") == "another, of their own"
    assert disconnect("gitlab")
    assert not disconnect("gitlab")
    assert shared_with("gitlab", None) is None
    assert Connection.objects.count() == 1


def test_what_the_system_makes_itself_must_be_stated(instance: object) -> None:
    with pytest.raises(Refusal, match="makes the secret itself"):
        connect(door_named("pagerduty"))
    with pytest.raises(Refusal, match="fewer than 16"):
        connect(door_named("pagerduty"), secret="short")
    assert connect(door_named("pagerduty"), secret="s" * 20) == "s" * 20
    with pytest.raises(Refusal, match="no name for an address"):
        connect(door_named("gitlab"), "../up")
    with pytest.raises(Refusal, match="nothing reads"):
        connect(door_named("gitlab"), options={"colour": "blue"})


def test_an_address_holds_the_secret_only_where_there_is_no_other_place() -> None:
    server = "https://proof.example.com"
    assert address_of(door_named("gitlab"), "emea", server, "s") == f"{server}/webhooks/gitlab/emea"
    assert address_of(door_named("azure"), None, server, "a b") == (
        f"{server}/webhooks/azure?token=a+b"
    )


def test_a_mapping_says_how_its_webhooks_are_proven() -> None:
    bearer = mapped_door("shipper", Authentication("bearer", "Authorization"))
    assert bearer.proof(sent({"Authorization": f"Bearer {SECRET}"}), SECRET)
    signed = mapped_door("shipper", Authentication("hmac-sha1", "X-Shipper", "sha1="))
    headers = {"x-shipper": f"sha1={_hex(BODY, SECRET, 'sha1')}"}
    assert signed.proof(sent(headers), SECRET)
    assert not signed.proof(sent(headers, BODY + b" "), SECRET)
    shared = mapped_door("shipper", Authentication("shared-token", "X-Token"))
    assert shared.proof(sent({"X-Token": SECRET}), SECRET)
    assert "X-Token" in shared.authentication
