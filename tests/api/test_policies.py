"""Policy over the API: put forward by one, adopted by another, read by all."""

from changeproof.events.event import sha256_hex
from changeproof.ledger.service import now
from tests.policy.policies import text_with

HOUR = 3_600_000_000


def test_put_forward_and_adopted_by_another(caller, forge):
    one, other = caller("administrator"), caller("deployer", "administrator")
    text = text_with(version=2)
    proposal = {"text": text, "in_force_from": now() + HOUR}
    assert caller("requester").post("/api/policy-proposals", proposal).status_code == 403
    assert one.post("/api/policy-proposals", proposal).status_code == 201
    mine = one.post("/api/policy-adoptions", {"version": 2})
    assert mine.status_code == 403
    assert "second person" in mine.json()["why"]
    stale = other.post("/api/policy-adoptions", {"version": 2, "seen": sha256_hex(b"another")})
    assert (stale.status_code, stale.json()["cure"]) == (422, "Look at what stands there now.")
    seen = sha256_hex(text.strip().encode())
    assert other.post("/api/policy-adoptions", {"version": 2, "seen": seen}).status_code == 201
    listed = caller("auditor").get("/api/policies").json()["items"]
    assert [each["version"] for each in listed] == [2, 1]
    assert listed[0]["text"] == text.strip()
    broken = one.post("/api/policy-proposals", {**proposal, "text": "version: 3"})
    assert broken.status_code == 422
