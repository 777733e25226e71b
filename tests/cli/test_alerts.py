"""Who is told of what, from the command line: a test arrives, what fails is listed and replayed."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.receivers import http_receiver
from tests.support.typed import typed


@pytest.fixture
def place(tmp_path: Path) -> Path:
    assert typed(tmp_path, "init", "--data", "own").returncode == 0
    return tmp_path


def test_a_test_says_whether_it_arrived(place):
    allowed = {"CHANGEPROOF_ALERT_NETWORKS": "127.0.0.0/8"}
    test = ("alerts", "test", "ops", "--data", "own")
    with http_receiver() as receiver:
        secret = {"CHANGEPROOF_ALERT_ADDRESS": f"{receiver.url}/in/s3cr3t"}
        words = ("connect", "alerts", "webhook", "--name", "ops", "--data", "own")
        added = typed(place, *words, said={**allowed, **secret})
        assert added.returncode == 0, added.stderr
        assert "s3cr3t" not in added.stdout + added.stderr
        done = typed(place, *test, said=allowed)
        assert (done.returncode, done.stdout.strip()) == (0, "ops: it arrived")
        assert receiver.bodies[0]["kind"] == "test"
        receiver.answers = [503]
        done = typed(place, *test, said=allowed)
        assert (done.returncode, done.stdout.strip()) == (1, "ops: it answered 503")
    listed = typed(place, "alerts", "list", "--data", "own")
    assert listed.returncode == 1
    assert "No alert arrives: it answered 503." in " ".join(listed.stdout.split())
    assert "No alert arrives" in " ".join(typed(place, "doctor", "--data", "own").stdout.split())
    assert "private network" in typed(place, *test).stdout
    wrong = typed(place, *test, said={"CHANGEPROOF_ALERT_NETWORKS": "10.0.0.0/99"})
    assert (wrong.returncode, wrong.stdout) == (3, "")
    assert "CHANGEPROOF_ALERT_NETWORKS" in wrong.stderr


def test_routes_and_dead_letters(place):
    typed(place, "connect", "alerts", "mail", "ops@example.com", "--data", "own")
    words = ("--channel", "mail", "--system", "shop", "--check", "signs/", "--rhythm", "weekly")
    assert typed(place, "alerts", "route", "shop", *words, "--data", "own").returncode == 0
    hours = ("--opens", "18:00", "--closes", "08:00", "--next", "shop")
    timed = ("alerts", "route", "mail", "--channel", "mail", *hours, "--acknowledge-within", "9")
    assert typed(place, *timed, "--data", "own").returncode == 0
    assert typed(place, "alerts", "awaited", "--data", "own").returncode == 0
    assert typed(place, "alerts", "acknowledge", "none", "--data", "own").returncode == 3
    wrong = typed(
        place, "alerts", "route", "x", "--channel", "mail", "--kind", "y", "--data", "own"
    )
    assert wrong.returncode == 2
    listed = typed(place, "alerts", "list", "--json", "--data", "own")
    rows = [json.loads(line) for line in listed.stdout.splitlines()]
    assert {row["route"]: row["systems"] for row in rows if "route" in row} == {
        "mail": [],
        "shop": ["shop"],
    }
    assert typed(place, "alerts", "unroute", "shop", "--data", "own").returncode == 0
    assert typed(place, "alerts", "replay", "--data", "own").returncode == 3
    assert typed(place, "alerts", "test", "--data", "own").returncode == 1
    with closing(sqlite3.connect(place / "own" / "changeproof.sqlite3")) as database, database:
        database.execute("UPDATE alerts_outgoing SET given_up_at = 5")
    dead = typed(place, "alerts", "dead-letters", "--json", "--data", "own")
    [row] = map(json.loads, dead.stdout.splitlines())
    assert (dead.returncode, row["to"], row["kind"]) == (1, "mail", "test")
    number = str(row["number"])
    assert typed(place, "alerts", "replay", number, "--data", "own").returncode == 0
    assert typed(place, "alerts", "dead-letters", "--data", "own").returncode == 0
    assert typed(place, "alerts", "let-go", number, "--data", "own").returncode == 3
    assert typed(place, "alerts", "disconnect", "mail", "--data", "own").returncode == 0
