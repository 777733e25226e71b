"""What a person brings is a claim: the receipt's time counts, once."""

import json

import pytest

from changeproof.events.event import sha256_hex
from changeproof.events.receipts import DeliveryQuarantined
from changeproof.intake.deliveries import take
from changeproof.intake.files import File, take_files
from changeproof.intake.replay import replay
from changeproof.ledger.receipts import SourceCoverage
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.sources.delivery import Delivery
from tests.end_to_end.payloads import pull_request_story

OPENED = next(body for name, body in pull_request_story(1) if name == "pull_request")


@pytest.fixture
def opened(instance: object) -> Ledger:
    return ledger()


def _events(opened: Ledger) -> list[dict[str, object]]:
    return [json.loads(entry.entry)["event"] for entry in opened.log.entries()]


def _upload(opened: Ledger, body: bytes, kind: str = "github") -> str:
    [taken] = take_files(opened, [File("a", body)], kind, "upload:local:user/1", claims=True)
    return taken.outcome


def test_an_upload_is_dated_by_its_receipt_and_covers_nothing(opened: Ledger) -> None:
    begun = now()
    assert _upload(opened, OPENED) == "translated"
    for event in _events(opened):
        assert event["source"] == "events:github"
        assert begun <= int(str(event["occurred_at"])) <= now()
    assert any(event["claimed_at"] for event in _events(opened))
    assert opened.store.all(SourceCoverage) == []
    github = Delivery("github", "d-1", OPENED, now(), "pull_request")
    assert take(opened, [github])[0].events > 0
    assert opened.store.all(SourceCoverage) != []


def test_the_first_receipt_of_an_upload_counts(opened: Ledger) -> None:
    _upload(opened, OPENED)
    size = opened.log.size()
    assert _upload(opened, OPENED) == "translated"
    assert opened.log.size() == size


def test_what_is_seen_and_ignored_is_counted_once(opened: Ledger) -> None:
    note = json.dumps({"object_kind": "note"}).encode()
    assert [_upload(opened, note, "gitlab") for _ in range(2)] == ["ignored", "ignored"]
    assert opened.log.size() == 1


def test_a_claim_stays_one_when_it_is_read_later(opened: Ledger) -> None:
    digest = sha256_hex(OPENED)
    kept = DeliveryQuarantined(
        source="events:github",
        delivery=digest,
        occurred_at=None,
        time_basis="none",
        payload_digest=digest,
        kind="github",
        reason="an earlier translator",
        size=len(OPENED),
    )
    opened.record_events([kept], [OPENED], collector="upload:local:user/1")
    replay(opened, "github", digest)
    read = [event for event in _events(opened) if str(event["type"]).startswith("PullRequest")]
    assert read
    assert all(event["source"] == "events:github" for event in read)
