"""Several decisions with one click: each is lawful by itself, or refused by itself."""

import re

import pytest

from changeproof.ledger.decisions import Approval
from changeproof.ledger.service import ledger
from tests.support.pull_requests import SYSTEM
from tests.web.conftest import Company
from tests.web.test_views import text_of


def filled(reply) -> dict[str, object]:
    """The form as a browser sends it, with every box ticked."""
    body = reply.content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(seen:[^"]+|form)" value="([^"]*)"', body))
    return {**hidden, "change": re.findall(r'name="change" value="([^"]+)"', body)}


@pytest.fixture
def waiting(company: Company) -> list[str]:
    """Three pull requests that wait for an approval."""
    pulls = [company.proposed, *(company.forge.open(number)[0] for number in (4, 5))]
    company.judge()
    return sorted(pulls)


def test_each_chosen_one_is_approved_once_and_the_moved_one_is_refused(
    company: Company, waiting: list[str]
):
    approver, held = company.browse("approver"), ledger()
    assert "Several at once" in text_of(approver.get("/desk"))
    preview = approver.get("/desk/together/approve")
    said = filled(preview)
    assert sorted(said["change"]) == waiting
    assert "checked" not in preview.content.decode()
    size = held.log.size()
    company.forge.push(5, "later")
    moved = held.log.size() - size
    reply = approver.post("/desk/together/approve", said)
    page = text_of(reply)
    assert "2 decisions of 3 recorded" in page
    assert "another content than the one that you were shown" in page
    assert held.log.size() == size + moved + 2
    again = approver.post("/desk/together/approve", said)
    assert "2 decisions of 3 recorded" in text_of(again)
    assert held.log.size() == size + moved + 2
    assert {row.change_name for row in held.store.all(Approval)} == set(waiting[:-1])


def test_what_may_not_be_done_alone_is_not_done_together(company: Company, waiting: list[str]):
    said = filled(company.browse("approver").get("/desk/together/approve"))
    size = ledger().log.size
    reader = company.browse("requester", system=SYSTEM)
    before = size()
    reply = reader.post("/desk/together/approve", said)
    assert reply.status_code == 422
    assert "None of your roles holds change:approve" in text_of(reply)
    assert size() == before
    outsider = company.browse("change_manager", system="elsewhere")
    before = size()
    assert outsider.post("/desk/together/approve", said).status_code == 404
    assert size() == before


def test_nothing_chosen_decides_nothing(company: Company, waiting: list[str]):
    approver = company.browse("approver")
    for act in ("approve", "authorize", "resolve"):
        assert approver.get(f"/desk/together/{act}").status_code == 200
        reply = approver.post(f"/desk/together/{act}", {"form": "0" * 32})
        assert reply.status_code == 422
        assert "none was chosen" in text_of(reply)
    assert approver.get("/desk/together/close").status_code == 404
