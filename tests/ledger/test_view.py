"""What is read in one view fits together, and holds up nobody who writes."""

import threading

import pytest
from django.db import connection

from changeproof.ledger.service import ledger
from changeproof.policy.parameters import initial_policy_event


def record() -> None:
    event, policy = initial_policy_event("small_team")
    ledger().record_events([event], [policy], collector="test")
    connection.close()


def elsewhere(act) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()


def test_a_view_stands_still_while_others_write(live_instance):
    held = ledger()
    with held.database.view():
        assert held.log.size() == 0
        elsewhere(record)
        with held.database.view():
            assert held.log.size() == 0
    assert held.log.size() == 1
    held.record_events([], [b"and writing goes on"], collector="test")


def test_a_refusal_ends_the_view(live_instance):
    held = ledger()
    try:
        with held.database.view():
            assert held.log.size() == 0
            raise LookupError
    except LookupError:
        elsewhere(record)
    assert held.log.size() == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone tells what it was asked")
def test_a_view_asks_the_same_question_once_and_remembers_no_longer_than_itself(live_instance):
    database = ledger().database
    question = ("SELECT value FROM json_each(?)", ("[1, 2]",))
    heard: list[str] = []
    connection.ensure_connection()
    connection.connection.set_trace_callback(heard.append)
    with database.view():
        database.execute(*question).clear()  # whoever changes the rows changes their own
        assert database.execute(*question) == [(1,), (2,)]
        assert database.execute(question[0], ("[3]",)) == [(3,)]
    assert len([said for said in heard if "json_each" in said]) == 2
    database.execute(*question)
    assert len([said for said in heard if "json_each" in said]) == 3
