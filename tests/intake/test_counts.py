"""Every delivery is counted once, by kind and by what became of it: silence cannot hide."""

import json
import random

import pytest

from changeproof.events.event import sha256_hex
from changeproof.intake.counts import COUNTED, read_counts, table_of
from changeproof.intake.deliveries import take
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.sources.delivery import Delivery, Pseudonyms
from changeproof.sources.translate import KINDS, kind_named
from tests.support.real_payloads import PAGE, became, counts_told, page, real_deliveries

GROUP = 200


@pytest.fixture
def opened(instance: object) -> Ledger:
    return ledger()


def _delivery(kind: str, body: bytes, name: str | None = None) -> Delivery:
    return Delivery(kind, sha256_hex(body), body, now(), name)


def test_each_delivery_is_counted_once(opened: Ledger) -> None:
    note = _delivery("gitlab", json.dumps({"object_kind": "note"}).encode())
    broken = _delivery("gitlab-webhooks", b"[")
    incident = {"type": "IncidentOpened", "incident": "INC-1", "delivery": "d1"}
    own = _delivery("events", json.dumps(incident).encode())
    for _ in range(2):
        take(opened, [note, broken, own])
    assert read_counts(opened) == {
        "events": {"translated": 1, "ignored": 0, "quarantined": 0},
        "gitlab": {"translated": 0, "ignored": 1, "quarantined": 1},
    }
    rows = {row["kind"]: row for row in table_of(read_counts(opened), KINDS)}
    assert rows["gitlab"]["quarantined"] == 1
    assert rows["jira"] == {"kind": "jira", "translated": 0, "ignored": 0, "quarantined": 0}
    assert "cloudtrail" not in rows


@pytest.mark.timeout(600)
def test_of_everything_real_the_page_tells_what_became(opened: Ledger, shared) -> None:
    """Shuffled across kinds and a third of it twice; every body is somewhere in the counts."""
    real = list(real_deliveries(shared / "data"))
    shuffled = real + real[::3]
    random.Random(20_261_128).shuffle(shuffled)
    for start in range(0, len(shuffled), GROUP):
        take(opened, shuffled[start : start + GROUP])
    counted = read_counts(opened)
    told = {_name(kind): counts for kind, counts in counts_told(PAGE.read_text("utf-8")).items()}
    assert {kind: tuple(by[each] for each in COUNTED) for kind, by in counted.items()} == told


def test_the_page_says_why_nothing_was_read(shared) -> None:
    """`python -m tests.support.real_payloads` writes it anew."""
    found = [became(each, Pseudonyms(b"k" * 32)) for each in real_deliveries(shared / "data")]
    assert PAGE.read_text("utf-8") == page(found)


def _name(kind: str) -> str:
    found = kind_named(kind)
    assert found is not None
    return found.name
