"""Clusters, GitOps, runs and alerts, asked by ourselves: against servers that the test starts."""

import json

import pytest

from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.turns import ask, connect_source
from changeproof.ledger.deployments import DeploymentOutcome, ObservedState
from changeproof.ledger.incidents import Incident, IncidentEnd
from changeproof.ledger.retrievals import Retrieval
from changeproof.ledger.service import ledger
from tests.support.protocol_server import Rests, serving

DIGEST = "sha256:" + "a" * 64
WORKLOAD = {
    "metadata": {
        "name": "shop",
        "namespace": "shop",
        "uid": "u1",
        "creationTimestamp": "2026-03-01T10:00:00Z",
    },
    "spec": {
        "replicas": 2,
        "template": {
            "spec": {
                "containers": [{"name": "shop", "image": f"registry.example.com/shop@{DIGEST}"}]
            }
        },
    },
    "status": {"readyReplicas": 2},
}


def asked(kind, answer, **options):
    with serving(answer) as address:
        settings = Settings(kind, kind, address, "", "s3cret", options)
        source = connect_source(settings, every=300, private_allowed=True)
        first = ask(ledger(), source, rest=Rests())
        again = ask(ledger(), source, rest=Rests())
    assert first.quarantined == again.quarantined == 0
    return first, again


def test_a_cluster_tells_what_runs_page_by_page_and_once(instance):
    def cluster(path, query, headers):
        assert headers["authorization"] == "Bearer s3cret"
        if not path.endswith("/deployments"):
            return 200, {}, {"items": None, "metadata": {}}
        if query.get("continue") == "more":
            other = {**WORKLOAD, "metadata": {**WORKLOAD["metadata"], "name": "pay", "uid": "u2"}}
            return 200, {}, {"items": [other], "metadata": {}}
        return 200, {}, {"items": [WORKLOAD], "metadata": {"continue": "more"}}

    first, again = asked(
        "kubernetes", cluster, **{"with.environment": "production", "with.cluster": "eu"}
    )
    assert (first.rows, again.events) == (2, 0)
    seen = ledger().store.all(ObservedState)
    assert {row.artifact for row in seen} == {DIGEST}
    assert {row.environment for row in seen} == {"production"}
    read = {row.items: row for row in ledger().store.all(Retrieval)}
    assert (read["Deployment"].page_count, read["Deployment"].ending) == (2, "no next page")


def test_what_a_cluster_lists_with_its_passwords_is_not_kept(instance):
    spec = {"containers": [{"name": "shop", "env": [{"name": "KEY", "value": "hunter2"}]}]}
    workload = {**WORKLOAD, "spec": {"template": {"spec": spec}}}
    reply = json.dumps({"items": [workload], "metadata": {}}).encode()
    asked("kubernetes", lambda *_: (200, {}, reply))
    assert ledger().store.all(ObservedState)
    assert ledger().log.content(sha256_hex(reply)) is None


def test_argo_tells_its_history_of_deployments(instance):
    revision = "b" * 40
    application = {
        "metadata": {"name": "shop", "namespace": "argocd"},
        "spec": {"destination": {"namespace": "shop"}, "source": {"repoURL": "https://x/shop.git"}},
        "status": {
            "history": [
                {"id": 1, "revision": revision, "deployedAt": "2026-03-01T10:00:00Z"},
            ],
            "sync": {"revision": revision, "status": "Synced"},
        },
    }
    _, again = asked("argocd", lambda *_: (200, {}, {"items": [application], "metadata": {}}))
    assert again.events == 0
    [deployed] = ledger().store.all(DeploymentOutcome)
    assert (deployed.revision, deployed.outcome, deployed.system) == (revision, "succeeded", "shop")


def test_runs_of_every_workspace_that_reached_an_environment(instance):
    def hcp(path, query, headers):
        if path.endswith("/workspaces"):
            names = [{"id": f"ws-{name}", "attributes": {"name": name}} for name in ("net", "db")]
            return 200, {}, {"data": names, "meta": {"pagination": {"total-count": 2}}}
        runs = [
            {
                "id": f"run-{status}-{path.split('/')[4]}",
                "attributes": {
                    "status": status,
                    "message": "Widen the network",
                    "created-at": "2026-03-01T10:00:00Z",
                    "status-timestamps": {f"{status}-at": "2026-03-01T10:05:00Z"},
                },
            }
            for status in ("applied", "discarded", "planned")
        ]
        return 200, {}, {"data": runs if query["page[number]"] == "1" else []}

    asked("terraform-run", hcp, organization="acme")
    deployed = ledger().store.all(DeploymentOutcome)
    assert {(row.system, row.outcome) for row in deployed} == {
        ("acme/net", "succeeded"),
        ("acme/db", "succeeded"),
    }
    assert {row.finished_at for row in deployed} == {1_772_359_500_000_000}


def test_alerts_that_stand_are_incidents_and_a_look_ends_none(instance):
    alert = {
        "labels": {"alertname": "Down", "severity": "critical", "service": "shop"},
        "startsAt": "2026-03-01T10:00:00Z",
        "endsAt": "2026-03-01T10:05:00Z",
        "fingerprint": "f1",
        "status": {"state": "active"},
    }
    asked("alertmanager", lambda *_: (200, {}, [alert]))
    [incident] = ledger().store.all(Incident)
    assert incident.system == "shop"
    assert ledger().store.all(IncidentEnd) == []


def test_incidents_of_pagerduty_and_their_end(instance):
    def pagerduty(path, query, headers):
        assert headers["authorization"] == "Token token=s3cret"
        incident = {
            "id": "P1",
            "type": "incident",
            "incident_number": 7,
            "created_at": "2026-03-01T10:00:00Z",
            "resolved_at": "2026-03-01T11:00:00Z",
            "status": "resolved",
            "service": {"summary": "shop"},
        }
        return 200, {}, {"incidents": [incident], "more": False}

    asked("pagerduty", pagerduty)
    [incident] = ledger().store.all(Incident)
    [end] = ledger().store.all(IncidentEnd)
    assert end.incident == incident.incident
    assert end.resolved_at - incident.opened_at == 3_600_000_000


@pytest.mark.parametrize("kind", ["kubernetes", "argocd"])
def test_a_file_of_certificates_must_be_there(instance, kind):
    options = {"certificate_authority": "/nowhere.pem"}
    settings = Settings(kind, kind, "https://cluster.example.com/", "", "s", options)
    with pytest.raises(Refusal, match="is no file"):
        connect_source(settings, every=300, private_allowed=False)
