"""What is remembered of the record is read once, and holds up nobody who asks for other things."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from changeproof.ledger.service import ledger
from changeproof.web.readings.remembered import Remembered

PATIENCE = 30


def test_twenty_who_ask_at_once_wait_for_one_reading_and_nobody_else_does(live_instance: object):
    kept: Remembered[str] = Remembered(4, ())
    begun, go_on = threading.Event(), threading.Event()
    read: list[str] = []

    def slowly() -> str:
        read.append("slow")
        begun.set()
        assert go_on.wait(PATIENCE)
        return "at last"

    def ask() -> str:
        try:
            return kept.get(ledger(), "slow", slowly)
        finally:
            connection.close()

    assert kept.get(ledger(), "known", lambda: "known") == "known"
    with ThreadPoolExecutor(5) as people:
        asked = [people.submit(ask) for _ in range(5)]
        assert begun.wait(PATIENCE)
        assert kept.get(ledger(), "known", lambda: "read again") == "known"
        assert kept.get(ledger(), "other", lambda: "other") == "other"
        go_on.set()
        assert {each.result(PATIENCE) for each in asked} == {"at last"}
    assert read == ["slow"]


def test_a_reading_that_failed_is_tried_again(live_instance: object):
    kept: Remembered[int] = Remembered(4, ())
    for _ in range(2):
        try:
            kept.get(ledger(), "asked", lambda: 1 // 0)
        except ZeroDivisionError:
            continue
        raise AssertionError("a failure was remembered")
    assert kept.get(ledger(), "asked", lambda: 7) == 7
