"""Webhooks are signed as Standard Webhooks has it: its own library checks them."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from standardwebhooks import Webhook, WebhookVerificationError

from changeproof.alerts.channels import add_channel, deliver
from changeproof.alerts.messages import Message
from changeproof.alerts.notices import Notice
from changeproof.alerts.outbox import PAUSES, enqueue, send_waiting
from changeproof.alerts.signatures import signed_headers, signing_secret
from changeproof.ledger.service import now

MESSAGE = Message("Changeproof: a test", "Nothing is wrong.\n", {"kind": "test"})


def test_the_receiver_knows_a_message_by_its_signature(opened, receiver):
    channel = add_channel("webhook", f"{receiver.url}/in")
    deliver(channel, MESSAGE)
    [(headers, body)] = receiver.requests
    secret = signing_secret(channel, settings.SECRET_KEY)
    assert Webhook(secret).verify(body, headers) == MESSAGE.data
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", headers)


def test_each_channel_has_its_own_secret(opened, receiver):
    first = add_channel("webhook", f"{receiver.url}/in")
    other = add_channel("webhook", f"{receiver.url}/other")
    deliver(first, MESSAGE)
    [(headers, body)] = receiver.requests
    with pytest.raises(WebhookVerificationError):
        Webhook(signing_secret(other, settings.SECRET_KEY)).verify(body, headers)


def test_what_is_tried_again_keeps_its_id(opened, receiver):
    add_channel("webhook", f"{receiver.url}/in")
    moment = now()
    enqueue([Notice("case", "case:1", "CHG-1")], moment)
    receiver.answers = [500]
    assert send_waiting(opened, moment=moment) == 0
    assert send_waiting(opened, moment=moment + PAUSES[0]) == 1
    first, second = (headers["webhook-id"] for headers, _ in receiver.requests)
    assert first == second


def test_a_known_signature():
    # The example of the specification's own libraries.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = signed_headers(secret, b'{"test": 2432232314}', 1614265330)
    signed = Webhook(secret).sign(
        headers["webhook-id"], datetime.fromtimestamp(1614265330, UTC), '{"test": 2432232314}'
    )
    assert headers["webhook-signature"] == signed
