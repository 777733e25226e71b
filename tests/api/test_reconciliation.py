"""The API's reconciliation: counts with their queries."""

from changeproof.ledger.service import ledger
from changeproof.monitor.judging import judge_waiting
from tests.support.pull_requests import SYSTEM


def test_counts_come_with_their_queries_and_add_up(forge, caller):
    forge.open(1)
    judge_waiting(ledger())
    told = caller("auditor").get("/api/reconciliation").json()
    assert [side["side"] for side in told["sides"]] == [
        *("tickets", "pulls", "commits", "builds", "deployments", "running")
    ]
    for span in told["spans"]:
        for half in (span["left"], span["right"]):
            assert (
                half["total"]
                == half["matched"] + half["left_over"]
                == half["matched"] + len(half["items"])
            )
            [(number,)] = ledger().database.execute(f"SELECT COUNT(*) FROM ({half['query']}) AS m")
            assert number == half["total"]
    assert told["reconciled"] is True


def test_unknown_systems_and_times_are_refused(forge, caller):
    forge.open(1)
    asking = caller("auditor")
    assert asking.get("/api/reconciliation", system="nowhere").status_code == 404
    reply = asking.get("/api/reconciliation", **{"from": "yesterday"})
    assert (reply.status_code, reply.json()["where"]) == (422, "from")
    assert asking.get("/api/reconciliation", system=SYSTEM).status_code == 200
