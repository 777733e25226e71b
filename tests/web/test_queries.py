"""What a page asks of the database does not grow with the record."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client

from changeproof.ledger.asked_again import AskedAgain
from changeproof.web import reading_ahead
from changeproof.web.urls import urlpatterns
from tests.web.conftest import Company, deploy

LIMIT = 12
"""Statements that read, of a page that was read before."""

PAGES = (
    "/",
    "/changes",
    "/changes?text=change",
    "/cases",
    "/checks",
    "/checks/cc8_1/08_approval",
    "/checks/signs/untracked_change",
    "/controls",
    "/desk",
    "/reconciliation",
    "/audits",
    "/systems",
    "/incidents",
    "/vulnerabilities",
    "/systems/items",
    "/sources",
    "/entries",
)
MORE = 12


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that this connection runs, below the web framework as well."""
    said: list[str] = []
    connection.ensure_connection()
    # What the full-text index asks of its own tables begins with dashes.
    connection.connection.set_trace_callback(
        lambda each: None if each.startswith("--") else said.append(each)
    )
    try:
        yield said
    finally:
        connection.connection.set_trace_callback(None)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone tells what it was asked")
def test_every_page_is_read_in_twelve_statements(
    live_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As a server that begins: what other instances were asked is no experience with this one.
    monkeypatch.setattr(reading_ahead, "_ASKED", AskedAgain())
    company = live_company
    browser = company.browse("administrator", "approver", "auditor")
    named = [f"/{each.pattern}" for each in urlpatterns if "<" not in str(each.pattern)]
    opened = [
        f"/{place}/{pull}"
        for place in ("changes", "desk")
        for pull in (company.sound, company.unreviewed, company.proposed)
    ]
    pages = {page: browser.get(page).status_code for page in (*named, *PAGES, *opened)}
    read = [page for page, status in pages.items() if status == 200]
    assert len(read) > len(PAGES) + 30, pages
    for page in read:
        with statements() as said:
            assert browser.get(page).status_code == 200, page
        read = [each for each in said if each not in ("BEGIN", "ROLLBACK")]
        assert len(read) <= LIMIT, (page, read)


def asked_for(browser: Client, page: str) -> int:
    with statements() as said:
        assert browser.get(page).status_code == 200, page
    return len(said)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone tells what it was asked")
def test_pages_ask_as_often_of_a_larger_company(company: Company) -> None:
    browser = company.browse("administrator", "approver", "auditor")
    small = [(asked_for(browser, page), asked_for(browser, page)) for page in PAGES]
    for number in range(10, 10 + MORE):  # each deployed without review, and so a deviation
        pull, head = company.forge.open(number)
        deploy(company.forge, pull, company.forge.merge(pull, head))
        open_one, shown = company.forge.open(100 + number)
        company.forge.review(open_one, shown)
    company.judge()

    large = [(asked_for(browser, page), asked_for(browser, page)) for page in PAGES]

    grown = [
        (page, before, after)
        for page, before, after in zip(PAGES, small, large, strict=True)
        # After something new the dashboard looks at each row it shows: ten at most. And the
        # fence is read once a side, and once more for each of its verdicts that is listed.
        if after[1] > before[1]
        or (page not in ("/", "/reconciliation") and after[0] > before[0])
        or (page == "/reconciliation" and after[0] > 60)
    ]
    assert not grown
