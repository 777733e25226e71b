"""Events and payloads from programs: an outcome for each, limits with their names."""

import json

from changeproof.accounts.models import ApiToken
from changeproof.ledger.incidents import Incident
from changeproof.ledger.service import ledger

OPENED = {"type": "IncidentOpened", "incident": "INC-1", "occurred_at": 5, "delivery": "d1"}


def test_each_event_has_its_own_outcome(caller):
    program = caller("deployer", scopes=("ingest",))
    reply = program.post("/api/events", [OPENED, {"type": "Nonsense"}, {"type": "RoleGranted"}])
    assert reply.status_code == 202
    assert [each["outcome"] for each in reply.json()["items"]] == [
        "translated",
        "quarantined",
        "quarantined",
    ]
    [row] = ledger().store.all(Incident)
    assert row.opened_at != 5  # a claim: the receipt's time counts


def test_one_object_and_one_a_line_are_taken_too(caller):
    program = caller("deployer")
    assert len(program.post("/api/events", OPENED).json()["items"]) == 1
    lines = b"\n".join(json.dumps({**OPENED, "incident": f"I{n}"}).encode() for n in range(3))
    reply = program.send("/api/events", lines, "application/x-ndjson")
    assert [each["events"] for each in reply.json()["items"]] == [1, 1, 1]


def test_what_is_no_list_of_events_is_refused_whole(caller):
    program = caller("deployer")
    size = ledger().log.size()
    for body in (b"[{]", b"[]", b"", b"[" * 500):
        assert program.send("/api/events", body, "application/json").status_code == 422
    many = b"[" + b",".join([b"{}"] * 1001) + b"]"
    assert program.send("/api/events", many, "application/json").status_code == 422
    assert ledger().log.size() == size


def test_more_than_the_limit_is_refused_by_its_name(caller):
    program = caller("deployer")
    reply = program.send("/api/events", b" " * (25 * 1024 * 1024 + 1), "application/json")
    assert reply.status_code == 413
    assert "25 MiB" in reply.json()["why"]
    reply = program.send("/api/events", b" " * (31 * 1024 * 1024), "application/json")
    assert reply.status_code == 413


def test_a_payload_of_a_kind_that_we_read_is_taken(caller):
    program = caller("deployer")
    body = json.dumps(OPENED).encode()
    reply = program.send("/api/deliveries?kind=events", body)
    assert reply.json() == {"outcome": "translated", "events": 1, "reason": None}
    assert program.send("/api/deliveries?kind=junit", b"{").json()["outcome"] == "quarantined"
    assert program.send("/api/deliveries?kind=fax", body).status_code == 422


REVIEWED = {
    "type": "RevisionReviewed",
    "actor": "github:user/2",
    "review": "github:repo/1/pull/7/review/1",
    "pull": "github:repo/1/pull/7",
    "revision": "a" * 40,
    "verdict": "approved",
}


def test_a_pipelines_token_decides_nothing_in_anothers_name(caller):
    program = caller("deployer")
    size = ledger().log.size()
    lines = b"\n".join(json.dumps(each).encode() for each in (OPENED, REVIEWED))
    for path, body in (
        ("/api/events", lines),
        ("/api/events", json.dumps([OPENED, REVIEWED]).encode()),
        ("/api/deliveries?kind=events", json.dumps([REVIEWED]).encode()),
        ("/api/deliveries?kind=events", lines),
        ("/api/deliveries?kind=github&event=pull_request_review", b"{}"),
        ("/api/deliveries?kind=jira", b"{}"),
        ("/api/deliveries?kind=pulumi", b"{}"),  # a preview says what may be set
    ):
        refused = program.send(path, body)
        assert refused.status_code == 403, path
        assert "decisions" in refused.json()["why"]
    assert ledger().log.size() == size


def test_a_pipeline_names_nobody_who_ruled_a_vulnerability_out(caller):
    body = json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6"}).encode()
    path = "/api/deliveries?kind=cyclonedx"
    assert caller("deployer").send(path, body).json()["outcome"] == "ignored"
    refused = caller("deployer").send(f"{path}&decided_by=local:user/1", body)
    assert refused.status_code == 403
    assert "decided_by" in refused.json()["why"]


def test_what_a_pipelines_token_may_say_is_a_closed_list(caller):
    program = caller("deployer")
    decisions = (
        *("WaiverGranted", "WaiverEnded", "AccessGranted", "AccessEnded", "BaselineApproved"),
        *("ItemAuthorized", "ChangeAssessed", "ScopeDecided", "IncidentDecided", "ReviewHeld"),
        *("DetectionAnswered", "DocumentAcknowledged", "PersonLeft", "SystemRegistered"),
    )
    for kind in decisions:
        assert program.post("/api/events", {"type": kind}).status_code == 403, kind
    ended = {"type": "VulnerabilityEnded", "vulnerability": "CVE-1"}
    assert program.post("/api/events", {**ended, "outcome": "false_positive"}).status_code == 403
    assert program.post("/api/events", {**ended, "outcome": "fixed"}).status_code == 202
    for kind in ("TestsRun", "ProductionActed", "VulnerabilityFound", "PolicyAdopted"):
        [told] = program.post("/api/events", {"type": kind}).json()["items"]
        assert told["outcome"] == "quarantined", kind


def test_who_manages_sources_brings_what_they_say(caller):
    for program in (caller(), caller("administrator", scopes=("ingest", "source:manage"))):
        reply = program.send("/api/deliveries?kind=jira", b"{")
        assert reply.json()["outcome"] == "quarantined"
    assert caller().post("/api/events", REVIEWED).json()["items"][0]["events"] == 1


def test_a_token_for_ingest_alone_speaks_for_nobody_whatever_its_user_may(caller):
    program = caller("administrator", scopes=("ingest",))
    assert program.post("/api/events", REVIEWED).status_code == 403
    assert program.send("/api/deliveries?kind=jira", b"{}").status_code == 403
    body = json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6"}).encode()
    decided = program.send("/api/deliveries?kind=cyclonedx&decided_by=local:user/1", body)
    assert decided.status_code == 403
    assert "source:manage" in decided.json()["why"]


def test_who_sent_it_is_its_collector(caller):
    program = caller("deployer")
    program.post("/api/events", OPENED)
    entry = json.loads(ledger().log.entry(ledger().log.size() - 1).entry)
    token = ApiToken.objects.latest("pk")
    assert entry["collector"] == f"api:{program.account}#token/{token.pk}"


def test_the_schema_of_events_is_published(caller):
    assert "IncidentOpened" in caller().get("/api/events/schema").json()["$defs"]


def test_nobody_claims_that_a_signature_holds(caller):
    built = {"type": "ArtifactBuilt", "artifact": "sha256:" + "a" * 64, "occurred_at": 5}
    program = caller("deployer")
    claims = ({"attestation": "verified"}, {"attestation": "failed"}, {"attested": "by release"})
    told = [{**built, **claim, "delivery": f"d{n}"} for n, claim in enumerate(claims)]
    told.append({**built, "attestation": "unverified", "delivery": "d9"})
    reply = program.post("/api/events", told)
    assert [each["outcome"] for each in reply.json()["items"]] == 3 * ["quarantined"] + [
        "translated"
    ]
    assert "deliver the attestation itself" in reply.text
