"""A webhook that cannot be read may hold the very record that is missing: until it is replayed."""

import json

import pytest

from changeproof.intake.deliveries import take
from changeproof.intake.unread import LARGEST, repository_told
from changeproof.ledger.receipts import QuarantinedDelivery
from changeproof.ledger.service import ledger
from changeproof.sources.delivery import Delivery


def delivery(body: bytes, kind: str = "github") -> Delivery:
    return Delivery(kind, "d1", body, 5, "pull_request_review")


@pytest.mark.parametrize(
    ("body", "repository"),
    [
        (b'{"repository": {"id": 7}, "review": null}', "github:repo/7"),
        (b'{"repository": {"id": "7"}}', None),
        (b'{"repository": {"id": true}}', None),
        (b'{"repository": {"id": -7}}', None),
        (b'{"repository": null}', None),
        (b'{"repository": {"id": 7}', None),
        (b"[" * 100_000, None),
        (b'"\xff"', None),
        (json.dumps({"repository": {"id": 7}, "more": "x" * LARGEST}).encode(), None),
    ],
)
def test_the_repository_is_made_out_where_it_can_be(body: bytes, repository: str | None) -> None:
    assert repository_told(delivery(body)) == repository


def test_on_another_forge_the_server_is_part_of_it() -> None:
    project = {"id": 3, "web_url": "https://gitlab.example.org/acme/pay"}
    body = json.dumps({"project": project, "object_attributes": None}).encode()
    assert repository_told(delivery(body, "gitlab")) == "gitlab:gitlab.example.org/project/3"
    body = json.dumps({"project": {"id": 3, "web_url": "pay"}}).encode()
    assert repository_told(delivery(body, "gitlab")) is None


def test_only_a_forge_is_looked_into() -> None:
    assert repository_told(delivery(b'{"repository": {"id": 7}}', "junit")) is None


def test_its_receipt_is_its_time(instance: object) -> None:
    body = json.dumps({"action": "submitted", "repository": {"id": 7}, "review": []}).encode()
    [taken] = take(ledger(), [delivery(body)])
    assert taken.outcome == "quarantined"
    [row] = ledger().store.all(QuarantinedDelivery)
    position = ledger().log.position_of(row.event)
    entry = json.loads(ledger().log.entry(position).entry)
    assert row.repository == "github:repo/7"
    assert row.received_at == entry["received_at"] > 0
