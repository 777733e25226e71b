"""Baselines over the API: observed, proposed, approved by another; listed by name."""

from changeproof.events.deployments import StateObserved
from tests.support.pull_requests import SYSTEM

DIGEST = "a" * 64


def test_proposed_approved_listed_by_page(caller, forge):
    for item in ("limits", "flags"):
        place = {"system": SYSTEM, "environment": "production", "item": item}
        forge.say(StateObserved, None, **place, digest=DIGEST)
    asker, other = caller("requester"), caller("approver")
    first = asker.get("/api/baselines", limit=1).json()
    assert [each["item"] for each in first["items"]] == [f"{SYSTEM}/production/flags"]
    [rest] = asker.get("/api/baselines", after=first["next"]).json()["items"]
    assert (rest["observed"], rest["approved"]) == (DIGEST, None)
    proposed = asker.post("/api/baseline-proposals", {"item": rest["item"]})
    assert proposed.status_code == 201
    named = {"item": rest["item"], "digest": DIGEST}
    assert asker.post("/api/baseline-approvals", named).status_code == 403
    assert other.post("/api/baseline-approvals", named).status_code == 201
    [now] = asker.get("/api/baselines", after=first["next"]).json()["items"]
    assert (now["approved"], now["approved_by"], now["proposed"]) == (DIGEST, other.account, None)
    late = other.post("/api/baseline-approvals", named)
    assert (late.status_code, late.json()["why"]) == (422, "no proposal of it waits")
    assert asker.post("/api/baseline-proposals", {"item": "none"}).status_code == 404
