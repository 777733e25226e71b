"""The steps of a change on their page and over the API: planned, approved, reported, decided."""

import json

from tests.site.test_authorization import speaker
from tests.support.pull_requests import SYSTEM
from tests.web.test_documents import decided
from tests.web.test_views import text_of

CHANGE = "CHG-2026-0001"
PAGE = f"/desk/steps/{CHANGE}"


def requested(company):
    manager = company.browse("change_manager")
    asked = {"title": "Restore orders", "system": SYSTEM, "reason": "Lost", "kind": "data"}
    told = json.dumps(asked)
    speaker(company.user("change_manager")).post(
        "/api/requests", told, content_type="application/json"
    )
    return manager


def test_a_change_by_hand_in_the_pages(company):
    manager, approver = requested(company), company.browse("approver")
    assert "Nobody planned steps." in text_of(manager.get(PAGE))
    assert manager.post(PAGE, {"act": "plan", "text": " "}).status_code == 422
    manager.post(PAGE, {"act": "plan", "text": "1. Stop <i>it</i>\r\n2. Restore"})
    planned = manager.get(PAGE)
    assert "You cannot report a step now. Nobody approved this text." in text_of(planned)
    assert b"Stop &lt;i&gt;it" in planned.content
    report = {"act": "report", "step": "1", "outcome": "failed", "reason": "It hangs"}
    assert manager.post(PAGE, report).status_code == 422
    decided(company)
    linked = manager.post(PAGE, {**report, "link": "javascript:alert(1)"})
    assert (linked.status_code, b'href="javascript' in linked.content) == (422, False)
    shown = text_of(manager.post(PAGE, {**report, "link": "https://x.example/1"}, follow=True))
    assert "Step 1 failed: go on, or back out?" in shown
    assert "Step 1 failed: go on, or back out" in text_of(approver.get("/desk"))
    barred = {"act": "decide", "step": "1", "decision": "go_on", "reason": "Once more"}
    assert company.browse("requester").post(PAGE, barred).status_code == 403
    on = text_of(approver.post(PAGE, barred, follow=True))
    assert "It goes on with the next step" in on
    assert "Step 1 failed" not in text_of(approver.get("/desk"))
    assert "Decided to go on, Approver" in on
    manager.post(PAGE, {**report, "outcome": "done"})
    assert manager.post(PAGE, {**report, "outcome": "done"}).status_code == 422  # a double click
    life = text_of(manager.get(f"/changes/{CHANGE}"))
    assert ("Step 1: failed" in life, "Step 1: to go on" in life) == (True, True)
    elsewhere = company.browse("deployer", system="playground")
    assert elsewhere.get(PAGE).status_code == 404


def test_the_api_does_the_same(company):
    requested(company)
    manager, approver = (
        speaker(company.user("change_manager")),
        speaker(company.user("approver")),
    )

    def post(who, path, **body):
        said = json.dumps({"change": CHANGE, **body})
        return who.post(f"/api/{path}", said, content_type="application/json").status_code

    assert manager.get("/api/steps", {"change": CHANGE}).status_code == 404
    assert post(manager, "step-plans", text="Stop\nRestore") == 201
    assert post(manager, "step-reports", step=1, outcome="done") == 422
    decided(company)
    assert post(manager, "step-reports", step=1, outcome="failed", reason="It hangs") == 201
    assert post(approver, "step-decisions", step=1, decision="back_out", reason="Late") == 201
    told = manager.get("/api/steps", {"change": CHANGE}).json()
    assert (told["backs_out"], [each["outcome"] for each in told["steps"]]) == (
        True,
        ["failed", "waits"],
    )
