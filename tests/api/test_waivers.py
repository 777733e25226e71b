"""Waivers over the API: the same rules, answered as problems."""

from changeproof.ledger.service import now

DAY = 86_400_000_000


def asking(**said):
    return {
        "check": "cc8_1/14_patches",
        "subject": "organisation",
        "begins_at": now(),
        "ends_at": now() + 30 * DAY,
        "reason": "The vendor is late.",
        "compensation": "The port is closed.",
        **said,
    }


def test_asked_granted_ended(caller, forge):
    asker, other = caller("requester"), caller("change_manager")
    asked = asker.post("/api/waiver-requests", asking())
    assert asked.status_code == 201
    name = {"waiver": asked.json()["name"]}
    assert asker.post("/api/waiver-grants", name).status_code == 403
    assert other.post("/api/waiver-grants", name).status_code == 201
    late = other.post("/api/waiver-refusals", {**name, "reason": "No."})
    assert (late.status_code, late.json()["why"]) == (422, "it was granted already")
    assert other.post("/api/waiver-ends", name).status_code == 201


def test_what_policy_does_not_let_be_waived(caller, forge):
    reply = caller("requester").post("/api/waiver-requests", asking(check="cc8_1/08_approval"))
    assert reply.status_code == 422
    assert "cc8_1/14_patches" in reply.json()["cure"]
