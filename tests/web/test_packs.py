"""A pack asked for on the page: made in the background, fetched when ready, tried again if not."""

import sqlite3
from contextlib import closing

import pytest
from django.db import connections
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from changeproof.intake.jobs import do_waiting, resume_interrupted
from changeproof.ledger.judgements import PackIssue
from changeproof.ledger.service import ledger
from changeproof.log.keys import load_key
from changeproof.verifier.verification import verify_pack
from tests.web.test_views import text_of

PERIOD = {"first_day": "2026-01-01", "last_day": "2026-03-31"}


@pytest.fixture
def readable(live_company, live_instance):
    """A pack is read through a connection of its own, from the instance's file."""
    with (
        closing(sqlite3.connect(connections["default"].settings_dict["NAME"])) as tested,
        closing(sqlite3.connect(live_instance.database_file)) as file,
    ):
        tested.backup(file)
    yield live_company
    live_instance.database_file.unlink()


def asked_for(auditor, **more):
    reply = auditor.post("/audits/pack", {**PERIOD, **more})
    assert (reply.status_code, reply.url) == (302, "/audits#packs")


def link_of(auditor):
    page = auditor.get("/audits").content.decode()
    return "/audits/packs/" + page.partition('href="/audits/packs/')[2].partition('"')[0]


def issued():
    return len(ledger().store.all(PackIssue))


def test_it_is_made_in_the_background_and_fetched_when_ready(readable, live_instance, tmp_path):
    auditor = readable.browse("auditor")
    asked_for(auditor)
    asked_for(auditor)  # a second click asks for nothing more
    page = auditor.get("/audits")
    assert "waits its turn" in text_of(page)
    assert b"hx-trigger" in page.content
    assert issued() == 0
    do_waiting()
    page = auditor.get("/audits")
    assert "1 pack asked for here" in text_of(page)
    assert b"hx-trigger" not in page.content
    assert issued() == 1
    reply = auditor.get(link_of(auditor))
    assert "changeproof-2026-01-01-2026-03-31.zip" in reply["Content-Disposition"]
    (tmp_path / "pack.zip").write_bytes(b"".join(reply.streaming_content))
    vkey = load_key(live_instance.log_key_file).verifier.vkey
    assert verify_pack(tmp_path / "pack.zip", vkey).is_sound
    assert readable.browse("requester").get(link_of(auditor)).status_code == 403
    assert auditor.get("/audits/packs/none").status_code == 404


def test_a_failure_says_why_and_is_tried_again(readable, live_instance):
    auditor = readable.browse("auditor")
    with closing(sqlite3.connect(live_instance.database_file)) as file:
        held = file.execute("SELECT * FROM log_entry WHERE position = 3").fetchall()
        file.execute("DELETE FROM log_entry WHERE position = 3")
        file.commit()
    asked_for(auditor)
    do_waiting()
    page = auditor.get("/audits")
    assert "It was not made." in text_of(page)
    assert "a row that the log's checkpoint needs is missing" in text_of(page)
    assert "Make it again" in text_of(page)
    assert issued() == 0
    with closing(sqlite3.connect(live_instance.database_file)) as file:
        marks = ", ".join("?" * len(held[0]))
        file.executemany(f"INSERT INTO log_entry VALUES ({marks})", held)
        file.commit()
    order = page.content.decode().partition('name="again" value="')[2].partition('"')[0]
    asked_for(auditor, again=order)
    do_waiting()
    assert b"".join(auditor.get(link_of(auditor)).streaming_content)[:2] == b"PK"
    refused = auditor.post("/audits/pack", {"again": "none"})
    assert refused.status_code == 422


def test_one_that_a_stopped_server_left_half_way_is_made_after_all_and_only_once(readable):
    auditor = readable.browse("auditor")
    asked_for(auditor)
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)
    do_waiting()
    assert issued() == 0
    assert resume_interrupted() == 1
    do_waiting()
    assert issued() == 1
    # It stopped once more, after the pack was on record and before that was noted.
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)
    assert resume_interrupted() == 1
    do_waiting()
    assert issued() == 1
    assert b"".join(auditor.get(link_of(auditor)).streaming_content)[:2] == b"PK"


def test_what_is_no_period_is_refused_at_once(readable):
    auditor = readable.browse("auditor")
    refused = auditor.post("/audits/pack", {**PERIOD, "last_day": "soon"})
    assert refused.status_code == 422
    assert "YYYY-MM-DD" in text_of(refused)
    backwards = auditor.post("/audits/pack", {**PERIOD, "last_day": "2025-01-01"})
    assert "it ends before it begins" in text_of(backwards)
    assert readable.browse("requester").post("/audits/pack", PERIOD).status_code == 403
