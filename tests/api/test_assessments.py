"""Questions and answers through the API."""

from changeproof.ledger.assessments import Assessment
from changeproof.ledger.service import ledger
from tests.api.test_desk import ASKED


def test_questions_are_read_and_answered(forge, caller):
    requester, approver = caller("requester"), caller("approver")
    change = requester.post("/api/requests", {**ASKED, "risk": "high"}).json()["change"]
    told = approver.get(f"/api/questions/{change}").json()
    design = told["questions"][0]
    assert (design["topic"], design["answer"]) == ("design", None)
    assert "design at high risk" in design["because"]
    said = {"topic": "design", "answer": "addressed", "reason": "As drawn."}
    body = {"change": change, "answers": [said], "seen": told["seen"]}
    assert approver.post("/api/assessments", body).status_code == 201
    assert approver.post("/api/assessments", body).status_code == 409
    assert caller("auditor").post("/api/assessments", body).status_code == 403
    bare = {**body, "answers": [{"topic": "privacy", "answer": "rejected"}], "seen": None}
    assert approver.post("/api/assessments", bare).status_code == 422
    assert len(ledger().store.all(Assessment)) == 1
