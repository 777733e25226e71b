"""Acts through the API keep the workflow's rules, with its words."""

import pytest

from changeproof.accounts.people import grant_roles, operator, revoke_role
from changeproof.ledger.assessments import Assessment
from changeproof.ledger.decisions import Approval
from changeproof.ledger.production_acts import AuthorizedItem, ProposedItem
from changeproof.ledger.service import ledger, now
from tests.support.pull_requests import SYSTEM

ASKED = {"title": "Raise the limit", "system": SYSTEM, "reason": "Sales asked"}


def test_a_request_goes_through_its_life(forge, caller):
    requester, approver = caller("requester"), caller("approver")
    _, head = forge.open(7)
    made = requester.post("/api/requests", {**ASKED, "links": [head]})
    assert made.status_code == 201
    change = made.json()["change"]
    assert requester.post("/api/authorizations", {"change": change}).status_code == 403
    assert approver.post("/api/authorizations", {"change": change}).status_code == 201
    shown = approver.get(f"/api/contents/{change}").json()
    assert shown["contents"][0]["revision"] == head
    approval = approver.post("/api/approvals", {"change": change, "seen": shown["seen"]})
    assert approval.status_code == 201
    assert [row.revision for row in ledger().store.all(Approval)] == [head]
    closed = requester.post("/api/closings", {"change": change, "outcome": "cancelled"})
    assert closed.status_code == 201
    entry = approver.get(f"/api/log/entries/{closed.json()['entry']}").json()
    assert entry["event_id"] == closed.json()["event"]
    assert entry["entry"]["event"]["actor"] == requester.account


def test_content_that_moved_is_a_conflict(forge, caller):
    approver = caller("approver")
    pull, head = forge.open(7)
    forge.push(7, "newer", parent=head)
    reply = approver.post("/api/approvals", {"change": pull, "revision": head})
    assert reply.status_code == 409
    assert "now" in reply.json()["why"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/api/links", {"change": "CHG-1-1", "work": "x"}),
        ("/api/schedules", {"change": "CHG-1-1", "window": {"begins_at": 1, "ends_at": 2}}),
        ("/api/authorizations", {"change": "CHG-1-1"}),
        ("/api/approvals", {"change": "CHG-1-1"}),
        ("/api/declines", {"change": "CHG-1-1", "reason": "x"}),
        ("/api/post-reviews", {"change": "CHG-1-1", "outcome": "accepted", "reason": "x"}),
        ("/api/closings", {"change": "CHG-1-1", "outcome": "cancelled"}),
        ("/api/case-resolutions", {"case": "c", "outcome": "reverted", "reason": "x"}),
    ],
)
def test_an_unknown_change_is_not_found(caller, path, said):
    assert caller().post(path, said).status_code == 404


def test_emergencies_and_windows_are_made_and_listed(forge, caller):
    manager = caller("change_manager")
    told = manager.post(
        "/api/emergencies", {"system": SYSTEM, "reason": "Down", "incident": "INC-1"}
    ).json()
    listed = manager.get("/api/emergencies").json()["items"]
    assert [(each["emergency"], each["change"]) for each in listed] == [
        (told["name"], told["change"])
    ]
    window = {"kind": "freeze", "begins_at": 1, "ends_at": 2, "reason": "Sale"}
    assert manager.post("/api/windows", window).status_code == 201
    assert manager.get("/api/windows").json()["items"][0]["ends_at"] == 2
    assert manager.get("/api/cases").json() == {"items": [], "next": None}


def test_a_pipeline_asks_the_gate(forge, caller):
    pipeline = caller("deployer", scopes=("gate",))
    reply = pipeline.post("/api/gate", {"environment": "production", "revision": "a" * 40})
    assert reply.status_code == 200
    told = reply.json()
    assert told["answer"] == "deny"
    assert told["reasons"][0]["cure"]
    assert told["entry"] >= 0
    assert pipeline.post("/api/gate", {"environment": "production"}).status_code == 422
    refused = pipeline.get("/api/changes")
    assert refused.status_code == 403
    assert "the token's scopes leave out change:read" in refused.json()["why"]  # its role does not
    assert "--scope change:read" in refused.json()["cure"]


@pytest.mark.parametrize("named", [None, SYSTEM, "elsewhere"])
def test_the_gate_answers_for_the_callers_systems_alone(forge, caller, named):
    pull, head = forge.open(1)
    merged = forge.merge(pull, head)
    pipeline, by = caller("deployer"), operator().account
    revoke_role(pipeline.account, "deployer", by=by)
    grant_roles(pipeline.account, ["deployer"], by=by, system="elsewhere")
    size = forge.ledger.log.size()
    question = {"revision": merged, "system": named}
    reply = pipeline.post("/api/gate", question)
    assert reply.status_code == 403
    assert "gate:ask" in reply.json()["why"]
    assert pull not in reply.content.decode()
    assert forge.ledger.log.size() == size
    grant_roles(pipeline.account, ["deployer"], by=by, system=SYSTEM)
    assert pipeline.post("/api/gate", question).json()["changes"] == [pull]


def test_checks_are_described_with_their_query(caller):
    asking = caller("auditor")
    ids = [each["id"] for each in asking.get("/api/checks").json()["items"]]
    assert "cc8_1/08_approval" in ids
    assert "SELECT" in asking.get("/api/checks/cc8_1/08_approval").json()["sql"]
    assert asking.get("/api/checks/cc8_1/none").status_code == 404


UNSEEN = "\\ud800"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/api/requests", '{"title": "%s", "system": "s", "reason": "r"}'),
        ("/api/requests", '{"title": "t", "system": "%s", "reason": "r"}'),
        ("/api/requests", '{"title": "t", "system": "s", "reason": "r", "links": ["%s"]}'),
        ("/api/requests", '{"title": "t", "system": "s", "reason": "r", "ticket_key": "%s"}'),
        ("/api/approvals", '{"change": "%s"}'),
        ("/api/emergencies", '{"system": "s", "reason": "r", "incident": "%s"}'),
        (
            "/api/emergencies",
            '{"system": "s", "reason": "r", "incident": "i", "authorized_by": "%s"}',
        ),
        ("/api/windows", '{"kind":"freeze","begins_at":1,"ends_at":2,"reason":"r","name":"%s"}'),
        ("/api/case-resolutions", '{"case": "%s", "outcome": "reverted", "reason": "r"}'),
        ("/api/gate", '{"revision": "%s"}'),
    ],
)
@pytest.mark.parametrize("text", [UNSEEN, "\\u0000", ""])
def test_what_nobody_can_see_is_no_name(caller, path, said, text):
    size = ledger().log.size()
    asking = caller()
    before = ledger().log.size()
    reply = asking.send(path, (said % text).encode(), "application/json")
    assert reply.status_code in (404, 422)
    assert reply.json()["cure"]
    assert ledger().log.size() == before >= size


def test_a_request_says_all_that_the_form_says(forge, caller):
    requester, manager = caller("requester"), caller("change_manager")
    description = {
        "impact": "Nobody notices",
        "objectives": [],
        "settings": [{"environment": "production", "item": "limit", "after": "800"}],
    }
    made = requester.post("/api/requests", {**ASKED, "description": description})
    assert made.status_code == 201
    change = made.json()["change"]
    assert ledger().store.all(ProposedItem)[0].item == f"{SYSTEM}/production/limit"
    assert ledger().store.all(Assessment)[0].answer == "not_affected"
    assert manager.post("/api/authorizations", {"change": change}).status_code == 201
    assert ledger().store.all(AuthorizedItem)[0].account == manager.account
    odd = requester.post("/api/requests", {**ASKED, "template": "reboot"})
    assert odd.status_code == 422
    assert "no such standard change" in odd.json()["why"]


def test_a_yes_is_taken_back_and_words_are_said(forge, caller):
    approver, requester = caller("approver"), caller("requester")
    change, head = forge.open(7)
    assert approver.post("/api/approvals", {"change": change, "revision": head}).status_code == 201
    told = {"change": change, "decision": "approval", "reason": "Read the wrong one"}
    assert requester.post("/api/withdrawals", told).status_code == 403
    assert approver.post("/api/withdrawals", told).status_code == 201
    again = approver.post("/api/withdrawals", told)
    assert again.status_code == 422
    assert "stands on it" in again.json()["why"]
    said = {"change": change, "text": "Is the limit right?"}
    assert requester.post("/api/comments", said).status_code == 201
    asked = {"change": change, "reason": "Split it", "asks": "changes"}
    assert approver.post("/api/declines", asked).status_code == 201


def test_a_deputy_approves_by_token_while_the_absence_lasts(forge, caller):
    approver, deputy = caller("approver"), caller("requester")
    change, head = forge.open(7)
    said = {"change": change, "revision": head}
    assert deputy.post("/api/approvals", said).status_code == 403
    window = {"begins_at": 0, "ends_at": now() + 10**12}
    made = approver.post("/api/absences", {**window, "deputy": deputy.account})
    assert made.status_code == 201
    assert deputy.post("/api/approvals", said).status_code == 201
    ended = approver.post("/api/absence-ends", {"absence": made.json()["name"]})
    assert ended.status_code == 201
    assert deputy.post("/api/approvals", said).status_code == 403


def test_the_board_meets_votes_and_decides_by_token(forge, caller):
    chair, second, third = (
        caller("change_manager"),
        caller("approver"),
        caller("administrator", "approver"),
    )
    asked = {"title": "New gateway", "system": "shop", "reason": "Cards fail"}
    change = caller("requester").post("/api/requests", asked).json()["change"]
    called = {"begins_at": 0, "ends_at": now() + 10**12, "agenda": [change]}
    assert second.post("/api/board-conclusions", {"meeting": "CAB-1"}).status_code == 404
    made = chair.post("/api/board-meetings", called)
    assert made.status_code == 201, made.json()
    meeting = made.json()["name"]
    vote = {"meeting": meeting, "change": change, "vote": "for"}
    assert [each.post("/api/board-votes", vote).status_code for each in (chair, second, third)] == [
        201,
        201,
        201,
    ]
    assert chair.post("/api/board-conclusions", {"meeting": meeting}).status_code == 201
    assert second.post("/api/board-votes", vote).status_code == 422
    [told] = second.get("/api/board-meetings").json()["items"]
    assert [(each["change"], each["outcome"]) for each in told["agenda"]] == [(change, "granted")]
