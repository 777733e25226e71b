"""A server that is away loses no report: it waits on the disk, and says so."""

import json
import socket
import subprocess
import time
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from changeproof.accounts.people import operator
from changeproof.accounts.tokens import create_token
from changeproof.ledger.policy_read import policy_at
from changeproof.ledger.service import ledger
from changeproof.policy.parameters import initial_policy_event
from tests.support.typed import typed

OPENED = {"type": "IncidentOpened", "incident": "INC-1"}


@pytest.fixture
def port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Pipeline:
    """Types commands somewhere else, with one token."""

    def __init__(self, place: Path, port: int, token: str) -> None:
        self.place, self.spool = place, place / "spool"
        self._said = {
            "CHANGEPROOF_SERVER": f"http://127.0.0.1:{port}",
            "CHANGEPROOF_TOKEN": token,
            "CHANGEPROOF_SPOOL": str(self.spool),
        }
        (place / "incident.json").write_text(json.dumps(OPENED))

    def types(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return typed(self.place, *words, said=self._said, columns=200)


@pytest.fixture
def pipeline(live_instance, tmp_path, port) -> Pipeline:
    return Pipeline(tmp_path, port, create_token(operator(), ("all",)))


def incidents():
    log = ledger().log
    entries = [log.entry(position) for position in range(log.size())]
    told = [json.loads(each.entry)["event"] for each in entries if each]
    return [each for each in told if each["type"] == "IncidentOpened"]


def test_it_waits_and_is_sent_with_its_own_time(pipeline, port):
    begun = time.time_ns() // 1000
    done = pipeline.types("ingest", "events", "incident.json", "--json")
    ended = time.time_ns() // 1000
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "spooled"
    assert "did not answer: 1 report waits" in done.stderr
    [file] = pipeline.spool.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert "changeproof_" not in file.read_text()
    assert incidents() == []

    listed = json.loads(pipeline.types("spool", "list", "--json").stdout)
    assert listed["kind"] == "events"
    away = pipeline.types("spool", "send", "--json")
    assert away.returncode == 3
    assert json.loads(away.stdout) == {"sent": 0, "refused": 0, "waiting": 1}

    with_server = LiveServer(f"127.0.0.1:{port}")
    try:
        sent = pipeline.types("spool", "send", "--json")
    finally:
        with_server.stop()
    assert sent.returncode == 0, sent.stderr
    assert json.loads(sent.stdout) == {"sent": 1, "refused": 0, "waiting": 0}
    assert list(pipeline.spool.iterdir()) == []
    [told] = incidents()
    assert begun <= told["claimed_at"] <= ended  # its own time, beside
    assert told["occurred_at"] > ended  # the receipt's, which counts


def test_what_waits_goes_before_the_next_report(pipeline, port):
    pipeline.types("ingest", "events", "incident.json")
    (pipeline.place / "second.json").write_text(json.dumps({**OPENED, "incident": "INC-2"}))
    with_server = LiveServer(f"127.0.0.1:{port}")
    try:
        done = pipeline.types("ingest", "events", "second.json")
    finally:
        with_server.stop()
    assert "1 report that had waited was sent" in done.stderr
    assert [each["incident"] for each in incidents()] == ["INC-1", "INC-2"]


def test_a_wrong_address_is_refused_and_nothing_waits(pipeline):
    done = pipeline.types("ingest", "events", "incident.json", "--server", "ftp://nowhere")
    assert done.returncode == 3
    assert not pipeline.spool.exists()


def test_a_gate_is_never_spooled(pipeline):
    done = pipeline.types("gate", "--revision", "a" * 40)
    assert done.returncode == 3
    assert not pipeline.spool.exists()


def trust(account: str) -> None:
    """A policy in force since always, that trusts this account's spool."""
    event, text = initial_policy_event(ledger().instance.profile)
    told = {**event.parameters, "spooled_times": (account,)}
    second = event.model_copy(update={"policy_version": 2, "parameters": told, "delivery": "2"})
    ledger().record_events([second], [text], collector="test")


@pytest.mark.parametrize(
    ("trusted", "waited", "counts"),
    [(True, 3600, True), (False, 3600, False), (True, 8 * 24 * 3600, False)],
)
def test_policy_says_whose_spooled_times_count(instance, trusted, waited, counts):
    from django.test import Client

    if trusted:
        trust(operator().account)
        assert policy_at(ledger().store, time.time_ns() // 1000)["spooled_times"]
    token = create_token(operator(), ("all",))
    client = Client(headers={"Authorization": f"Bearer {token}"})
    now = time.time_ns() // 1000
    reported = now - waited * 1_000_000
    reply = client.post(
        f"/api/events?reported_at={reported}", [OPENED], content_type="application/json"
    )
    assert reply.status_code == 202, reply.content
    [told] = incidents()
    assert told["claimed_at"] == reported
    assert (told["occurred_at"] == reported) is counts


def test_no_report_comes_from_the_future(instance):
    from django.test import Client

    client = Client(
        headers={"Authorization": f"Bearer {create_token(operator(), ('all',))}"},
    )
    later = time.time_ns() // 1000 + 3_600_000_000
    reply = client.post(
        f"/api/events?reported_at={later}", [OPENED], content_type="application/json"
    )
    assert reply.status_code == 422
    assert reply.json()["where"] == "reported_at"
