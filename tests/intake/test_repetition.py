"""The same payload again: in one command, from two sides at once, after it was quarantined."""

import json
import threading

import pytest

from changeproof.events.event import sha256_hex
from changeproof.intake.deliveries import take
from changeproof.intake.writer import Writer
from changeproof.ledger.incidents import Incident
from changeproof.ledger.service import Ledger, forget_ledger, ledger, now
from changeproof.sources.delivery import Delivery
from tests.support.event_loop import in_a_thread

OPENED = json.dumps({"type": "IncidentOpened", "incident": "INC-1"}).encode()


@pytest.fixture
def opened(instance: object) -> Ledger:
    return ledger()


def own(body: bytes, later: int = 0) -> Delivery:
    return Delivery("events", sha256_hex(body), body, now() + later)


def test_a_payload_twice_in_one_group_is_one_receipt(opened: Ledger) -> None:
    first, second = take(opened, [own(OPENED), own(OPENED, 60_000_000)])
    assert (first.events, second.events) == (1, 0)
    assert (second.outcome, second.reason) == ("translated", "received before")
    assert opened.log.size() == 1


def test_what_was_quarantined_is_quarantined_again(opened: Ledger) -> None:
    body = b'{"type": "Nonsense"}'
    first, second = take(opened, [own(body)]), take(opened, [own(body)])
    assert first == second
    assert first[0].outcome == "quarantined"
    assert opened.log.size() == 1


def test_two_sides_at_once_leave_one_receipt(live_instance: object) -> None:
    together = threading.Barrier(4)

    def bring() -> None:
        here = ledger()
        together.wait()
        take(here, [own(OPENED)])
        forget_ledger()

    sides = [threading.Thread(target=bring) for _ in range(4)]
    for each in sides:
        each.start()
    for each in sides:
        each.join()
    assert ledger().log.size() == 1
    assert len(ledger().store.all(Incident)) == 1


def test_the_writer_outlives_whoever_it_wakes(live_instance: object) -> None:
    def breaks() -> None:
        raise RuntimeError("nobody there")

    async def sent() -> None:
        for number in range(2):
            body = json.dumps({"type": "IncidentOpened", "incident": f"I{number}"}).encode()
            assert (await writer.submit(own(body))).events == 1

    writer = Writer(on_taken=breaks)
    in_a_thread(sent())
    writer.stop()


def test_a_sender_who_gave_up_stops_nobody(live_instance: object) -> None:
    writer = Writer(on_taken=lambda: None)
    held = threading.Event()
    writer._on_taken = held.wait  # the thread rests after the first group

    async def sent() -> None:
        await writer.submit(own(OPENED))
        abandoned = writer.submit(own(b'{"type": "IncidentOpened", "incident": "I8"}'))
        assert abandoned.cancel()
        held.set()
        following = writer.submit(own(b'{"type": "IncidentOpened", "incident": "I9"}'))
        assert (await following).events == 1

    in_a_thread(sent())
    writer.stop()
    assert len(ledger().store.all(Incident)) == 3  # what he sent was taken all the same
