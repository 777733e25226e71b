"""The board's pages: what waits, a meeting called, votes, the conclusion and its minutes."""

from datetime import UTC, datetime, timedelta

import pytest

from changeproof.ledger.boards import BoardMeeting, BoardVote
from changeproof.ledger.decisions import ChangeAuthorization
from changeproof.workflow.requesting import RequestChange, request_change
from tests.policy.policies import adopted, policy_with
from tests.web.test_views import text_of


@pytest.fixture
def board(company):
    policy = policy_with(
        ("asked_for: []", "asked_for: [{kinds: [data]}]"), ("quorum: 3", "quorum: 2"), version=2
    )
    company.forge.ledger.record_events([adopted(policy, 1)], collector="test")
    company.browse("requester")
    command = RequestChange(title="New <gateway>", system="shop", reason="Cards fail", kind="data")
    ledger, asker = company.forge.ledger, company.user("requester").account
    change = request_change(ledger, asker, command).change
    company.judge()
    return company, change


def typed(**said):
    until = (datetime.now(UTC) + timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M")
    return {"form": "by_page", "begins": "", "until": until, "more": "", **said}


def test_from_what_is_due_to_the_minutes(board):
    company, change = board
    chair, approver = company.browse("change_manager"), company.browse("approver")
    page = text_of(chair.get("/desk/board"))
    assert "1 change waits for a meeting." in page
    assert change in page
    assert change not in text_of(chair.get("/desk"))  # nobody authorizes it alone
    late = typed(agenda=[change], until="2020-01-01T10:00")
    reply = chair.post("/desk/board", late)
    assert reply.status_code == 422
    assert 'href="#until"' in reply.content.decode()
    called = text_of(chair.post("/desk/board", typed(agenda=[change], form="seated"), follow=True))
    [row] = company.forge.ledger.store.all(BoardMeeting)
    assert f"{row.meeting} is entry" in called
    path = f"/desk/board/{row.meeting}"
    assert "Your vote on 1 change" in text_of(approver.get("/desk"))
    said = {"change": change, "vote": "against"}
    reply = approver.post(f"{path}/vote", said)
    assert (reply.status_code, b"aria-invalid" in reply.content) == (422, True)
    against = {**said, "reason": "Not <before> the sale"}
    assert "Against" in text_of(approver.post(f"{path}/vote", against, follow=True))
    assert "Your vote on" not in text_of(approver.get("/desk"))
    for_it = {"change": change, "vote": "for"}
    approver.post(f"{path}/vote", for_it)
    chair.post(f"{path}/vote", for_it)
    assert approver.post(f"{path}/conclude").status_code == 403
    done = text_of(chair.post(f"{path}/conclude", follow=True))
    assert "1 of 1 granted" in done
    assert "Granted" in done
    [given] = company.forge.ledger.store.all(ChangeAuthorization)
    assert given.meeting == row.meeting
    refused = approver.post(f"{path}/vote", for_it)
    assert "A late vote counts nowhere" in text_of(refused)
    text = approver.get(f"{path}/minutes.txt").content.decode()
    assert f"1. {change}: New <gateway>" in text
    assert "voted for" in text
    assert "2 for, 0 against, 0 abstained; quorum 2\n   Granted" in text
    assert len(company.forge.ledger.store.all(BoardVote)) == 3


def test_who_may_not_is_told_so(board):
    company, change = board
    requester = company.browse("requester")
    page = text_of(requester.get("/desk/board"))
    assert "You may not call a meeting." in page
    assert requester.post("/desk/board", typed(agenda=[change])).status_code == 403
    assert requester.get("/desk/board/CAB-2020-0001").status_code == 404
    assert requester.post("/desk/board/CAB-2020-0001/vote", {"vote": "for"}).status_code == 404
