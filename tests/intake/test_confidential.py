"""Bodies in which passwords may stand: their digest is on record, they themselves are not."""

import json

import pytest

from changeproof.events.entry import parse_entry
from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.intake.deliveries import take
from changeproof.intake.replay import replay
from changeproof.ledger.receipts import QuarantinedDelivery, ReplayedDelivery
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.sources.delivery import Delivery
from tests.support import report_samples

SECRET = "hunter2"
NAMED = {"name": "keys", "namespace": "shop", "uid": "1"}
RESOURCE = {
    "address": "db.shop",
    "type": "db",
    "change": {
        "actions": ["update"],
        "before": {"password": "old"},
        "after": {"password": SECRET},
        "before_sensitive": {"password": True},
        "after_sensitive": {"password": True},
    },
}
PROJECT = {"id": 3, "web_url": "https://gitlab.example.org/acme/pay"}
PIPELINE = {
    "object_kind": "pipeline",
    "project": PROJECT,
    "object_attributes": {
        "id": 1,
        "ref": "main",
        "sha": "a" * 40,
        "status": "running",
        "variables": [{"key": "TOKEN", "value": SECRET}],
    },
}
TASK = {
    "task_result_id": "taskrs-1",
    "access_token": SECRET,
    "run_id": "run-1",
    "run_created_at": "2026-03-14T09:26:00Z",
    "organization_name": "acme",
    "workspace_name": "shop",
}
SCAN = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {"driver": {"name": "gitleaks"}},
            "results": [{"message": {"text": f"found {SECRET}"}}],
        }
    ],
}
BODIES = {
    "kubernetes-object": {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": NAMED,
        "stringData": {"key": SECRET},
    },
    "terraform-plan": {
        "format_version": "1.2",
        "planned_values": {},
        "resource_changes": [RESOURCE],
    },
    "terraform-run": TASK,
    "terraform": TASK,  # the family that the kind is one of
    "gitlab": PIPELINE,
    "github": {"action": "created", "alert": {"secret_type": "password", "secret": SECRET}},
    "gitleaks": report_samples.GITLEAKS,
    "sarif": SCAN,
}


@pytest.fixture
def opened(instance: object) -> Ledger:
    return ledger()


def taken(here: Ledger, kind: str, body: bytes) -> tuple[str, Delivery]:
    delivery = Delivery(kind, sha256_hex(body), body, now())
    return take(here, [delivery])[0].outcome, delivery


@pytest.mark.parametrize("kind", BODIES)
def test_a_body_with_a_secret_is_not_kept(opened: Ledger, kind: str) -> None:
    _, delivery = taken(opened, kind, json.dumps(BODIES[kind]).encode())
    assert opened.log.content(delivery.digest) is None
    told = parse_entry(opened.log.entry(opened.log.size() - 1).entry).event
    assert told.payload_digest == delivery.digest


@pytest.mark.parametrize("kind", BODIES)
def test_nor_where_it_cannot_be_read(opened: Ledger, kind: str) -> None:
    body = json.dumps(BODIES[kind]).encode()[:-1]
    outcome, delivery = taken(opened, kind, body)
    assert outcome == "quarantined"
    assert opened.log.content(delivery.digest) is None
    [held] = opened.store.all(QuarantinedDelivery)
    assert held.payload == delivery.digest
    with pytest.raises(Refusal, match="not kept"):
        replay(opened, kind, delivery.id)


def test_what_is_sent_again_and_read_leaves_quarantine(opened: Ledger) -> None:
    body = json.dumps(BODIES["terraform-plan"]).encode()
    for sent in (body[:-1], body, body):
        take(opened, [Delivery("terraform-plan", "sent-1", sent, now())])
    [read] = opened.store.all(ReplayedDelivery)
    assert (read.kind, read.delivery) == ("terraform-plan", "sent-1")


def test_a_body_without_one_is_kept(opened: Ledger) -> None:
    plain = {**PIPELINE, "object_attributes": {**PIPELINE["object_attributes"], "variables": []}}
    for body in (b"{", json.dumps(plain).encode()):
        _, delivery = taken(opened, "gitlab", body)
        assert opened.log.content(delivery.digest) == body
