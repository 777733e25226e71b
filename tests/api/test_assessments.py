"""Questions and answers through the API."""

from django.core.files.uploadedfile import SimpleUploadedFile

from changeproof.ledger.assessments import Assessment, Attachment
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


def test_a_file_is_attached_and_held_to_the_same_rules(forge, caller):
    requester = caller("requester")
    change = requester.post("/api/requests", ASKED).json()["change"]

    def send(name, body):
        file = SimpleUploadedFile(name, body)
        path = f"/api/attachments/{change}"
        return requester.upload(path, {"file": file})

    assert send("plan.txt", b"Staging first.").status_code == 201
    assert send("plan.html", b"<p>").status_code == 422
    (row,) = ledger().store.all(Attachment)
    assert (row.change_name, row.size) == (change, 14)
    [told] = requester.get(f"/api/attachments/{change}").json()
    assert (told["name"], told["media_type"], told["size"]) == ("plan.txt", "text/plain", 14)
    given = requester.get(f"/api/attached/{told['digest']}/{change}")
    assert given.content == b"Staging first."
    assert given.headers["Content-Type"] == "application/octet-stream"
    assert given.headers["Content-Disposition"] == 'attachment; filename="plan.txt"'
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert requester.get(f"/api/attached/{'0' * 64}/{change}").status_code == 404
    scoped = caller("auditor", scopes=("ingest",))
    assert scoped.get(f"/api/attached/{told['digest']}/{change}").status_code == 403


def test_changes_are_arranged_through_the_api(forge, caller):
    requester = caller("requester")
    one, other, third = (requester.post("/api/requests", ASKED).json()["change"] for _ in range(3))
    why = {"change": one, "reason": "So it is."}
    linked = requester.post("/api/relations", {**why, "other": other, "relation": "causes"})
    assert linked.status_code == 201
    assert requester.post("/api/splits", {**why, "title": "Half"}).status_code == 201
    assert requester.post("/api/cancellations", why).status_code == 201
    assert requester.post("/api/reopenings", why).status_code == 201
    merged = requester.post("/api/merges", {"change": third, "into": one, "reason": "Same."})
    assert merged.status_code == 201
    assert caller("approver").post("/api/cancellations", why).status_code == 403
    assert (
        requester.post(
            "/api/relations", {**why, "other": "CHG-1-1", "relation": "causes"}
        ).status_code
        == 404
    )
