"""What is read in one view fits together, and holds up nobody who writes."""

import threading
from contextlib import contextmanager, nullcontext

import pytest
from django.db import connection

from changeproof.accounts.people import add_user, operator
from changeproof.ledger.connection import VERSIONS
from changeproof.ledger.people import RoleGrant
from changeproof.ledger.receipts import PolicyInForce
from changeproof.ledger.service import ledger
from changeproof.log.storage import HEAD
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


@contextmanager
def statements():
    """What this connection's database is asked meanwhile; PostgreSQL does not tell."""
    said: list[str] = []
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        connection.connection.set_trace_callback(
            lambda each: None if each.startswith(("BEGIN", "ROLLBACK")) else said.append(each)
        )
    try:
        yield said
    finally:
        if connection.vendor == "sqlite":
            connection.connection.set_trace_callback(None)


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


@pytest.mark.parametrize("remembers", [True, False])
def test_what_is_read_ahead_is_what_is_asked_one_by_one(live_instance, remembers):
    record()
    held = ledger()
    grants = add_user("a@example.com", "Ann", ["approver", "requester"], by="local:user/0")
    accounts = [grants.account, operator().account, "local:user/none"]
    alone = (held.store.by(RoleGrant, "account", accounts), held.store.all(PolicyInForce))
    digest = alone[1][0].policy
    body, size = held.text(digest), held.log.size()
    with held.database.view() if remembers else nullcontext(), statements() as said:
        held.ahead(
            (RoleGrant, "account", accounts[:2]),
            (RoleGrant, "account", accounts[1:]),
            texts=[digest],
            also=[HEAD, held.store.asked_all(PolicyInForce)],
        )
        asked = len(said)
        assert (held.store.by(RoleGrant, "account", accounts), held.store.all(PolicyInForce)) == (
            alone
        )
        assert held.store.by(RoleGrant, "account", accounts[:1]) == [
            row for row in alone[0] if row.account == accounts[0]
        ]
        assert (held.text(digest), held.log.size()) == (body, size)
        if connection.vendor == "sqlite":
            assert (asked, len(said)) == (1, 1) if remembers else asked == 0 < len(said)


def test_a_table_has_another_version_after_each_commit_that_wrote_to_it(live_instance):
    held = ledger()

    def versions():
        return dict(held.database.execute(VERSIONS.sql))

    empty = versions()
    add_user("a@example.com", "Ann", ["approver"], by="local:user/0")
    first = versions()
    assert first["version:role_grant"] != empty.get("version:role_grant")

    def given_up():
        with held.database.transaction():
            held.store.delete(RoleGrant, "role", ["approver"])
            raise LookupError

    with pytest.raises(LookupError):
        given_up()
    assert versions() == first
    add_user("b@example.com", "Bea", ["approver"], by="local:user/0")
    second = versions()
    assert second["version:role_grant"] not in (None, first["version:role_grant"])
    assert second.get("version:deployment") == first.get("version:deployment")
    held.rebuild()
    assert all(versions()[name] != version for name, version in second.items())
