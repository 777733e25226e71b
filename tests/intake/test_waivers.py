"""A waiver that would cover nothing is not taken without a word."""

import json

import pytest

from changeproof.events.event import sha256_hex
from changeproof.intake.deliveries import Taken, take
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.ledger.waivers import Waiver
from changeproof.sources.delivery import Delivery


@pytest.fixture
def opened(instance: object) -> Ledger:
    return ledger()


def granted(here: Ledger, check: str) -> Taken:
    said = {
        "type": "WaiverGranted",
        "waiver": "WVR-1",
        "check": check,
        "subject": "vulnerability:V-1",
        "actor": "local:user/1",
        "begins_at": 1,
        "ends_at": 2,
    }
    body = json.dumps(said).encode()
    return take(here, [Delivery("events", sha256_hex(body), body, now())])[0]


def test_a_waiver_of_a_check_that_is_not_there_goes_to_quarantine(opened: Ledger) -> None:
    taken = granted(opened, "cc8_1/14_patch")
    assert taken.outcome == "quarantined"
    assert taken.reason == (
        "there is no check 'cc8_1/14_patch', so the waiver would cover nothing;"
        " did you mean cc8_1/14_patches? (WaiverGranted.check)"
    )
    assert opened.store.all(Waiver) == []


def test_a_waiver_of_a_check_that_is_there_is_taken(opened: Ledger) -> None:
    assert granted(opened, "cc8_1/14_patches") == Taken("translated", 1, None)


def test_an_event_that_cannot_be_read_says_where_its_schema_is(opened: Ledger) -> None:
    body = b'{"type": "Nonsense"}'
    taken = take(opened, [Delivery("events", sha256_hex(body), body, now())])[0]
    assert taken.outcome == "quarantined"
    assert "GET /api/events/schema" in str(taken.reason)
