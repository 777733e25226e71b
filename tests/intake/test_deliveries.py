"""What becomes of a delivery: translated, ignored, refused, quarantined, replayed."""

import asyncio
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.intake import writer as writer_module
from changeproof.intake.deliveries import Taken, take
from changeproof.intake.git import import_git
from changeproof.intake.jobs import do_waiting, replay_after_upgrade
from changeproof.intake.replay import replay
from changeproof.intake.writer import Writer
from changeproof.ledger.receipts import QuarantinedDelivery, ReplayedDelivery, SeenDelivery
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.sources.delivery import Delivery
from tests.end_to_end.payloads import REPOSITORY, pull_request_story
from tests.support.event_loop import in_a_thread


@pytest.fixture
def opened(instance: object) -> Ledger:
    return ledger()


def delivery(body: bytes, name: str | None = "pull_request", kind: str = "github") -> Delivery:
    return Delivery(kind, sha256_hex(body), body, now(), name)


def one(here: Ledger, body: bytes, name: str | None = "pull_request") -> Taken:
    return take(here, [delivery(body, name)])[0]


STORY = list(pull_request_story(1))
OPENED = STORY[0][1]


def test_the_same_delivery_twice_adds_nothing(opened: Ledger) -> None:
    first = one(opened, OPENED)
    size = opened.log.size()
    assert first.outcome == "translated"
    assert first.events == size
    assert one(opened, OPENED) == Taken("translated", 0, None)
    assert opened.log.size() == size


def test_what_is_no_evidence_is_counted_as_seen(opened: Ledger) -> None:
    starred = json.dumps({"action": "created", "repository": REPOSITORY, "sender": None})
    taken = one(opened, starred.encode(), "star")
    assert taken.outcome == "ignored"
    assert taken.reason
    assert len(opened.store.all(SeenDelivery)) == 1


@pytest.mark.parametrize(
    "body",
    [
        OPENED[: len(OPENED) // 2],
        b"[1, 2]",
        b"",
        b"\xff\xfe",
        b'{"action": "opened", "pull_request": "\\ud800"}',
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        OPENED.replace(b'"number": 1', b'"number": "one"'),
    ],
    ids=["truncated", "a list", "empty", "no UTF-8", "lone surrogate", "deep", "wrong type"],
)
def test_what_cannot_be_read_is_kept_with_a_reason(opened: Ledger, body: bytes) -> None:
    taken, neighbour = take(opened, [delivery(body), delivery(OPENED)])
    assert taken.outcome == "quarantined"
    assert taken.reason
    assert neighbour.outcome == "translated"
    [held] = opened.store.all(QuarantinedDelivery)
    assert held.payload == sha256_hex(body)
    assert opened.log.content(sha256_hex(body)) == body


def test_what_is_too_large_leaves_no_trace(opened: Ledger) -> None:
    taken = one(opened, b'{"a": "' + b"x" * 30_000_000 + b'"}')
    assert taken.outcome == "refused"
    assert "25" in str(taken.reason) or "limit" in str(taken.reason)
    assert opened.log.size() == 0


def test_of_our_own_events_the_first_receipt_counts(opened: Ledger) -> None:
    stated = {"type": "IncidentOpened", "source": "pager", "delivery": "1", "incident": "INC-1"}
    body = json.dumps({**stated, "occurred_at": 5}).encode()
    assert take(opened, [delivery(body, None, "events")])[0].events == 1
    later = Delivery("events", sha256_hex(body), body, now() + 60_000_000)
    assert take(opened, [later])[0].events == 0
    [entry] = opened.log.entries()
    told = json.loads(entry.entry)["event"]
    assert told["claimed_at"] == 5
    assert told["occurred_at"] > 1_700_000_000_000_000


def test_after_an_upgrade_the_quarantine_is_read_again_by_a_job(
    live_instance: object,
) -> None:
    opened = ledger()
    # Kept while nobody could tell what it is; a translator that knows would read it now.
    body = OPENED
    held = Delivery("github", sha256_hex(body), body, now(), "pull_request")
    from changeproof.events.receipts import DeliveryQuarantined

    opened.record_events(
        [
            DeliveryQuarantined(
                source="github",
                delivery=held.id,
                occurred_at=None,
                time_basis="none",
                payload_digest=held.digest,
                kind="github",
                name="pull_request",
                reason="an earlier translator",
                size=len(body),
            )
        ],
        [body],
        collector="test",
    )
    assert replay_after_upgrade(opened, "a later version") == 1
    assert replay_after_upgrade(opened, "a later version") == 0
    do_waiting()
    [row] = opened.store.all(ReplayedDelivery)
    assert row.delivery == held.id
    assert row.event_count > 0


def test_a_replay_that_still_cannot_be_read_is_refused(opened: Ledger) -> None:
    one(opened, b"[1, 2]")
    with pytest.raises(Refusal, match="not replayed"):
        replay(opened, "github", sha256_hex(b"[1, 2]"))
    with pytest.raises(Refusal, match="not replayed"):
        replay(opened, "github", "unheard of")


def test_the_writer_answers_after_the_commit(live_instance: object) -> None:
    woken = threading.Event()
    writer = Writer(on_taken=woken.set)
    told = [
        delivery(body, name) for number in range(20) for name, body in pull_request_story(number)
    ]

    async def sent() -> list[Taken]:
        return await asyncio.gather(*map(writer.submit, [*told, delivery(b"[1]")]))

    outcomes = [taken.outcome for taken in in_a_thread(sent())]
    assert outcomes.count("translated") == len(told)
    assert outcomes[-1] == "quarantined"
    assert woken.wait(30)
    writer.stop()
    held = {json.loads(entry.entry)["event"]["delivery"] for entry in ledger().log.entries()}
    assert {
        sha256_hex(body) for number in range(20) for _, body in pull_request_story(number)
    } <= held


def test_what_is_at_hand_waits_until_it_is_durable(live_instance: object) -> None:
    writer = Writer(on_taken=threading.Event().set)
    [(name, body), *_] = pull_request_story(1)

    async def sent() -> Taken:
        return await writer.submit(delivery(body, name))

    pool = ThreadPoolExecutor(1)
    with ledger().writing():  # nobody else writes meanwhile
        future = pool.submit(asyncio.run, sent())
        while not writer.waiting or writer._queue.qsize():  # until the writer has it at hand
            os.sched_yield()
        assert writer.waiting == 1
    assert future.result(timeout=30).outcome == "translated"
    pool.shutdown()
    writer.stop()
    assert writer.waiting == 0


def test_a_second_import_adds_nothing(opened: Ledger, tmp_path: Path) -> None:
    import subprocess

    def git(*words: str) -> None:
        subprocess.run(["git", *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "--initial-branch=main")
    git("config", "user.email", "ada@example.com")
    git("config", "user.name", "Ada")
    for number in range(3):
        git("commit", "--allow-empty", "-m", f"Commit {number}")
    assert import_git(opened, str(tmp_path), "shop").commits == 3
    size = opened.log.size()
    assert import_git(opened, str(tmp_path), "shop").events == 0
    assert opened.log.size() == size
    git("commit", "--allow-empty", "-m", "One more")
    assert import_git(opened, str(tmp_path), "shop").commits == 1


def test_what_waits_is_bounded_in_bytes(
    live_instance: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "WAITING_BYTES", 1_000)
    writer = Writer(on_taken=threading.Event().set)

    async def sent() -> None:
        with pytest.raises(Refusal, match="not taken"):
            writer.submit(delivery(b"x" * 1_001))
        for number in range(20):
            await writer.submit(delivery(f"[{number}]".encode() + b" " * 400))  # room is given back

    in_a_thread(sent())
    writer.stop()
