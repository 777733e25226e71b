"""Several decisions in one request, and changes found by words."""

from changeproof.ledger.search_index import index_waiting
from changeproof.ledger.service import ledger
from changeproof.monitor.judging import judge_waiting
from tests.api.test_desk import ASKED


def test_each_is_recorded_or_refused_by_itself(forge, caller):
    requester, manager = caller("requester"), caller("change_manager")
    mine = manager.post("/api/requests", ASKED).json()["change"]
    others = [requester.post("/api/requests", ASKED).json()["change"] for _ in range(2)]
    said = {
        "act": "authorize",
        "changes": [{"change": each} for each in (*others, mine, "CHG-1999-0001")],
    }
    told = manager.post("/api/together", said)
    assert told.status_code == 200
    assert told.json()["recorded"] == 2
    by_change = {each["change"]: each for each in told.json()["items"]}
    assert all(by_change[each]["done"]["entry"] for each in others)
    assert "you requested it" in by_change[mine]["why"]
    assert by_change[mine]["cure"]
    assert by_change["CHG-1999-0001"]["done"] is None
    approved = {**said, "act": "approve"}
    assert caller("approver").post("/api/together", approved).json()["recorded"] == 0
    assert manager.post("/api/together", {**said, "act": "resolve"}).status_code == 422
    assert manager.post("/api/together", {**said, "changes": []}).status_code == 422


def test_an_approval_names_the_content_that_was_looked_at(forge, caller):
    pull, _ = forge.open(7)
    judge_waiting(forge.ledger)
    approver = caller("approver")
    seen = approver.get(f"/api/contents/{pull}").json()["seen"]

    def approve(digest):
        said = {"act": "approve", "changes": [{"change": pull, "seen": digest}]}
        return approver.post("/api/together", said).json()

    assert approve(None)["items"][0]["why"].startswith("it says no content")
    assert approve("0" * 64)["recorded"] == 0
    assert approve(seen)["recorded"] == 1


def test_a_token_that_only_reads_decides_nothing_whatever_its_person_may(forge, caller):
    change = caller("requester").post("/api/requests", ASKED).json()["change"]
    judge_waiting(forge.ledger)
    reads, looks = caller("change_manager", scopes=("read",)), caller("auditor")
    seen = reads.get(f"/api/contents/{change}").json()["seen"]
    size = forge.ledger.log.size()
    for act in ("approve", "authorize", "resolve"):
        chosen = [{"change": change, "seen": seen}]
        said = {"act": act, "changes": chosen, "reason": "Looked at"}
        assert reads.post("/api/together", said).status_code == 403
        assert looks.post("/api/together", said).status_code == 403
    assert forge.ledger.log.size() == size


def test_an_authorization_is_of_the_content_that_was_looked_at(forge, caller):
    change = caller("requester").post("/api/requests", ASKED).json()["change"]
    said = {"act": "authorize", "changes": [{"change": change, "seen": "0" * 64}]}
    told = caller("change_manager").post("/api/together", said).json()
    assert told["recorded"] == 0
    assert "described anew" in told["items"][0]["why"]


def test_words_find_what_the_pages_find(forge, caller):
    requester = caller("requester")
    one = {**ASKED, "title": "Swap the harbour gateway"}
    change = requester.post("/api/requests", one).json()["change"]
    requester.post("/api/requests", {**ASKED, "title": "Something else"})
    judge_waiting(ledger())
    index_waiting(ledger())

    def found(text):
        return [each["id"] for each in requester.get("/api/changes", text=text).json()["items"]]

    assert found("harbour gate") == [change]
    assert found(change.lower()) == [change]
    assert found("nothing like it") == []
    assert len(found("  ")) == 2
