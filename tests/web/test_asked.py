"""The link in a message: it opens a question for one person, and is no key to anything."""

import time

import pytest
from django.core import signing
from django.test import Client

from changeproof.alerts.asked_links import GOOD_FOR, Asked, asked_path, digest_asked
from changeproof.alerts.needed import APPROVE
from changeproof.ledger.decisions import Approval
from changeproof.ledger.joined import Change
from tests.web.test_desk import digest_in
from tests.web.test_views import text_of


@pytest.fixture
def link(company):
    """What the approver was sent about the proposed change."""
    store = company.forge.ledger.store
    [change] = store.by(Change, "change_id", [company.proposed])
    digest = digest_asked(store, change, APPROVE)
    return asked_path(Asked(company.user("approver").account, APPROVE, company.proposed, digest))


def size(company):
    return company.forge.ledger.log.size()


def test_a_scanner_that_fetches_it_meets_the_door(company, link):
    before, scanner = size(company), Client()
    for method in ("get", "head", "options"):
        reply = getattr(scanner, method)(link)
        assert (reply.status_code, reply.headers["Location"].partition("?")[0]) == (
            302,
            "/account/login/",
        )
    assert scanner.post(link, {"verdict": "approved"}).status_code == 302
    assert size(company) == before


def test_whom_it_asks_decides_on_the_page_that_it_opens(company, link):
    before, approver = size(company), company.browse("approver")
    page = approver.get(link)
    assert page.status_code == 200
    assert "Your approval" in text_of(page)
    assert "changed since you were asked" not in text_of(page)
    assert approver.post(link, {"verdict": "approved"}).status_code == 405
    assert size(company) == before
    said = {"verdict": "approved", "content_digest": digest_in(page), "reason": "read it"}
    done = approver.post(f"/desk/{company.proposed}?act=approve", said, follow=True)
    assert "Recorded as entry" in text_of(done)
    assert len(company.forge.ledger.store.all(Approval)) == 1


def test_it_says_that_the_content_changed(company, link):
    company.forge.push(3, "another commit", parent=company.head)
    page = company.browse("approver").get(link)
    assert "The content changed since you were asked." in text_of(page)
    assert "<s>" in page.content.decode()  # what was asked about, struck out beside what stands


def test_forwarded_it_gives_nobody_else_anything(company, link):
    for role in ("requester", "change_manager", "administrator", "auditor"):
        page = company.browse(role).get(link)
        assert page.status_code == 403
        assert "This link asks somebody else." in text_of(page)
        assert company.proposed not in text_of(page).partition("asks somebody else")[2][:400]
        assert 'name="verdict"' not in page.content.decode()


def test_it_opens_nothing_for_whom_it_asks_without_a_role_there(company):
    away = company.browse("approver", system="elsewhere")
    account = company.user("approver", system="elsewhere").account
    said = asked_path(Asked(account, APPROVE, company.proposed, "0" * 64))
    assert away.get(said).status_code == 404


@pytest.mark.parametrize(
    ("spoil", "status", "words"),
    [
        (lambda link: link[:-1] + ("A" if link[-1] != "A" else "B"), 404, "was not made here"),
        (lambda link: link + "x" * 5_000, 404, "was not made here"),
        (
            lambda _: "/desk/asked/" + signing.dumps(["local:user/1", "approve", "x", "y"]),
            404,  # signed by this server, for another purpose
            "was not made here",
        ),
    ],
)
def test_a_link_that_was_not_made_here_opens_nothing(company, link, spoil, status, words):
    page = company.browse("approver").get(spoil(link))
    assert (page.status_code, words in text_of(page)) == (status, True)


def test_it_expires(company, link, monkeypatch):
    later = time.time() + GOOD_FOR + 1
    browser = company.browse("approver")
    monkeypatch.setattr(signing.time, "time", lambda: later)
    page = browser.get(link)
    assert (page.status_code, "has expired" in text_of(page)) == (410, True)
