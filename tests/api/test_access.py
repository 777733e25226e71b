"""Access over the API: the same rules, answered as problems."""

from changeproof.ledger.service import now
from tests.support.pull_requests import SYSTEM, WRITER

DAY = 86_400_000_000


def granting(**said):
    told = {"account": WRITER, "access": "deploy", "system": SYSTEM, "reason": "On call"}
    return {**told, "ends_at": now() + 30 * DAY, **said}


def test_granted_reviewed_ended(caller, forge):
    manager, reviewer = caller("change_manager"), caller("approver")
    assert reviewer.post("/api/access-grants", granting()).status_code == 403
    assert manager.post("/api/access-grants", granting()).status_code == 201
    [row] = reviewer.get("/api/access-grants").json()["items"]
    assert (row["account"], row["access"], row["system"]) == (WRITER, "deploy", SYSTEM)
    opened = reviewer.post("/api/access-reviews", {"system": SYSTEM})
    assert opened.status_code == 201
    decided = {"review": opened.json()["name"], "decisions": {row["grant"]: "keep"}}
    assert reviewer.post("/api/access-review-decisions", decided).status_code == 201
    again = reviewer.post("/api/access-review-decisions", decided)
    assert (again.status_code, again.json()["why"]) == (422, "everything in it is decided")
    ending = {"grant": row["grant"], "reason": "Moved on"}
    assert manager.post("/api/access-ends", ending).status_code == 201
    assert manager.get("/api/access-grants").json()["items"] == []


def test_an_end_and_a_known_kind_are_needed(caller, forge):
    manager = caller("change_manager")
    late = manager.post("/api/access-grants", granting(ends_at=1))
    assert (late.status_code, late.json()["where"]) == (422, "end")
    assert manager.post("/api/access-grants", granting(access="everything")).status_code == 422
