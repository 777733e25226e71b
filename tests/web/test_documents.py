"""Documents on their pages and over the API: written, approved, in force, read, looked at again."""

import json

from tests.site.test_authorization import speaker
from tests.support.pull_requests import SYSTEM
from tests.web.test_views import text_of

TOLD = {
    "document": "restore", "title": "How we restore", "kind": "runbook", "system": SYSTEM,
    "text": "1. Stop <b>the queue</b>.\r\n2. Restore.", "reason": "Nobody knows how", "after": "",
    "review_days": "180", "roles": "approver, change_manager", "accounts": "",
    "acknowledge_days": "7",
}  # fmt: skip
CHANGE = "CHG-2026-0001"


def decided(company, change=CHANGE):
    approver = speaker(company.user("approver"))
    for path in ("/api/authorizations", "/api/approvals"):
        body = json.dumps({"change": change})
        assert approver.post(path, body, content_type="application/json").status_code == 201


def test_a_year_of_a_runbook_in_the_pages(company):
    manager, approver = company.browse("change_manager"), company.browse("approver")
    assert "No document is kept here yet." in text_of(manager.get("/documents"))
    wrong = manager.post("/documents/new", {**TOLD, "review_days": "often", "kind": ""})
    assert wrong.status_code == 422
    assert manager.post("/documents/new", TOLD).status_code == 302
    page = manager.get("/documents/restore")
    assert "You cannot put version 1 in force now. Nobody approved this text." in text_of(page)
    assert b"Stop &lt;b&gt;the queue" in page.content  # shown as text, never rendered
    refused = manager.post("/documents/restore/act", {"act": "in_force", "version": "1"})
    assert refused.status_code == 422
    company.judge()
    assert "How we restore, version 1" in text_of(approver.get("/desk"))  # it waits for a yes
    decided(company)
    put = manager.post("/documents/restore/act", {"act": "in_force", "version": "1"}, follow=True)
    assert "Version 1 of restore is in force." in text_of(put)
    assert "3 of 3 have not acknowledged it." in text_of(put)  # the operator is a manager too
    assert "asks you" in text_of(approver.get("/documents"))
    said = {"act": "acknowledge", "version": "1"}
    assert "2 of 3 have not" in text_of(approver.post("/documents/restore/act", said, follow=True))
    form = manager.get("/documents/new?document=restore")
    assert 'name="after" value="1"' in form.content.decode()
    again = {**TOLD, "after": "1", "text": "1. Stop the queue.\n2. Restore."}
    manager.post("/documents/new", again)
    compared = text_of(manager.get("/documents/restore/2"))
    assert "removed: − 1. Stop <b>the queue</b>." in compared
    assert "added: + 1. Stop the queue." in compared
    stale = manager.post("/documents/new", TOLD)
    assert (stale.status_code, "version 1 is in force now" in text_of(stale)) == (409, True)
    reviewed = {"act": "review", "version": "1", "outcome": "kept", "reason": "Tried it"}
    assert "It stays." in text_of(approver.post("/documents/restore/act", reviewed, follow=True))
    empty = approver.post("/documents/restore/act", {**reviewed, "reason": " "})
    assert empty.status_code == 422


def test_who_may_not_is_told_before_and_refused_after(company):
    company.browse("change_manager").post("/documents/new", TOLD)
    auditor = company.browse("auditor")
    assert "You may not write a document." in text_of(auditor.get("/documents/new"))
    assert auditor.post("/documents/new", TOLD).status_code == 403
    acknowledged = auditor.post("/documents/restore/act", {"act": "acknowledge", "version": "1"})
    assert acknowledged.status_code == 403
    elsewhere = company.browse("approver", system="playground")
    assert elsewhere.get("/documents/restore").status_code == 404
    assert "How we restore" not in text_of(elsewhere.get("/documents"))
    unseen = elsewhere.post("/documents/restore/act", {"act": "acknowledge", "version": "1"})
    assert unseen.status_code == 404


def test_the_api_does_the_same(company):
    manager = speaker(company.user("change_manager"))

    def post(path, **body):
        return manager.post(f"/api/{path}", json.dumps(body), content_type="application/json")

    told = {
        **TOLD,
        "review_days": 180,
        "acknowledge_days": 7,
        "roles": ["approver"],
        "accounts": [],
    }
    assert post("document-versions", **told).status_code == 201
    begun = {"document": "restore", "version": "1"}
    assert post("document-beginnings", **begun).status_code == 422
    decided(company)
    assert post("document-beginnings", **begun).status_code == 201
    assert post("document-acknowledgements", **begun).status_code == 201
    reviewed = post("document-reviews", **begun, outcome="changed", reason="Too long")
    assert reviewed.status_code == 201
    [held] = manager.get("/api/documents").json()["items"]
    assert (held["in_force"], [each["acknowledged_at"] for each in held["readers"]]) == (
        "1",
        [None],
    )
