"""Incidents and vulnerabilities over the API: the same rules, answered as problems."""

from changeproof.events.vulnerabilities import VulnerabilityFound
from tests.support.pull_requests import SYSTEM


def test_an_incident_recorded_decided_linked_and_read(caller, forge):
    pull, _ = forge.open(7)
    asker, manager = caller("requester"), caller("change_manager")
    made = asker.post("/api/incidents", {"system": SYSTEM, "severity": "high"})
    assert made.status_code == 201
    name = {"incident": made.json()["name"]}
    decision = {**name, "needs_change": True, "reason": "The pool is too small."}
    assert asker.post("/api/incident-decisions", decision).status_code == 403
    assert manager.post("/api/incident-decisions", decision).status_code == 201
    assert asker.post("/api/incident-links", {**name, "change": pull}).status_code == 201
    assert asker.post("/api/incident-ends", name).status_code == 201
    [item] = asker.get("/api/incidents").json()["items"]
    assert item["needs_change"] is True
    assert [(each["change"], each["relation"]) for each in item["changes"]] == [
        (pull, "remediates")
    ]
    rate = asker.get("/api/change-failure-rate").json()
    assert (rate["deployed"], rate["failed"], rate["rate"]) == (0, 0, None)


def test_a_vulnerability_ruled_out_and_read(caller, forge):
    forge.say(
        VulnerabilityFound, vulnerability="v/1", advisory="CVE-2026-1", system=SYSTEM,
        severity="high",
    )  # fmt: skip
    pull, _ = forge.open(7)
    asker, manager = caller("requester"), caller("change_manager")
    assert asker.post(
        "/api/vulnerability-links", {"vulnerability": "v/1", "change": pull}
    ).status_code == 201  # fmt: skip
    [item] = asker.get("/api/vulnerabilities?show=open").json()["items"]
    assert [each["change"] for each in item["patches"]] == [pull]
    ruling = {"vulnerability": "v/1", "outcome": "false_positive", "reason": "Another package."}
    assert asker.post("/api/vulnerability-rulings", ruling).status_code == 403
    assert manager.post("/api/vulnerability-rulings", ruling).status_code == 201
    assert asker.get("/api/vulnerabilities").json()["items"] == []
