"""Reconciliation, as its page, its file and the API tell it."""

import re

from changeproof.events.retrievals import ListRetrieved
from changeproof.ledger.service import ledger, now
from tests.support.pull_requests import SYSTEM
from tests.web.test_views import text_of


def test_every_side_stands_with_its_total_and_leftovers_with_a_verdict(company):
    shown = text_of(company.browse("auditor").get("/reconciliation"))
    assert "every item that we saw is matched on both sides, or listed below" in shown
    assert "No source tells of tickets, builds and running." in shown
    assert "No retrieval in this period." in shown
    assert "Unexplained" not in shown


def test_a_verdict_asked_for_lists_these_alone(company):
    browser = company.browse("auditor")
    body = browser.get("/reconciliation", {"verdict": "deviation"}).content.decode()
    rows = re.findall(r'<tr class="marked ([a-z-]+)"', body)
    assert rows
    assert set(rows) == {"deviation"}


def test_a_period_before_everything_is_empty(company):
    asked = {"from": "2001-01-01", "to": "2001-01-31"}
    shown = text_of(company.browse("auditor").get("/reconciliation", asked))
    assert "there is nothing to reconcile" in shown
    assert "1 Jan 2001 to 31 Jan 2001" in shown


def test_an_unreadable_day_is_no_error(company):
    assert company.browse("auditor").get("/reconciliation", {"from": "x"}).status_code == 200


def test_all_leftovers_are_a_file_that_no_spreadsheet_runs(company):
    reply = company.browse("auditor").get("/reconciliation", {"format": "csv"})
    assert reply["Content-Type"] == "text/csv; charset=utf-8"
    heading, *rows = reply.content.decode().splitlines()
    assert heading == "side,item,system,at,result,reason,subject,check,evidence"
    assert any(company.unreviewed in row for row in rows)


def test_a_system_that_one_may_not_see_is_neither_counted_nor_offered(company):
    browser = company.browse("requester", system="another")
    for asked in ({}, {"system": SYSTEM}):
        shown = text_of(browser.get("/reconciliation", asked))
        assert "there is nothing to reconcile" in shown
    assert browser.get("/reconciliation", {"format": "csv"}).content.count(b"\n") == 1


def test_what_was_asked_for_is_told_to_whoever_may_see_every_system(company):
    asked = ListRetrieved(
        source="github",
        delivery="asked",
        occurred_at=now(),
        scope="github:repo/77",
        items="pulls",
        query="repos/acme/hidden/pulls",
        pages=1,
        rows=1,
        ending="short page",
        reply="a" * 64,
    )
    ledger().record_events([asked], collector="test")
    assert "acme/hidden" in text_of(company.browse("auditor").get("/reconciliation"))
    limited = company.browse("requester", system="another")
    assert "acme/hidden" not in text_of(limited.get("/reconciliation"))
