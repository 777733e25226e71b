"""Hard cases 35 to 38, 41, 60, 61, 72 and 73 from what clouds, clusters and builders send."""

import base64
import json
from typing import Any

from changeproof.sources.delivery import Delivery
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, RECEIVED, Forge, clock

SHOP = "example/shop"
ACCOUNT = "111122223333"
OURS, FOREIGN = "sha256:" + "a" * 64, "sha256:" + "b" * 64


def sent(kind: str, body: Any, name: str, **options: str) -> Delivery:
    encoded = json.dumps(body).encode()
    stated = {"system": SHOP, **options}
    return Delivery(kind, name, encoded, RECEIVED, options=tuple(stated.items()))


def call(minute: float, name: str = "ModifyDBInstance", **fields: Any) -> Delivery:
    """A record of CloudTrail: somebody who took the role of operators did this."""
    record = {
        "eventVersion": "1.09",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLE:anna@example.com",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/Operator/anna@example.com",
            "accountId": ACCOUNT,
        },
        "eventTime": clock(minute),
        "eventSource": "rds.amazonaws.com",
        "eventName": name,
        "eventID": f"call-{minute}",
        "readOnly": False,
        "requestParameters": {"dBInstanceIdentifier": "shop", "masterUserPassword": "hidden"},
        "recipientAccountId": ACCOUNT,
        **fields,
    }
    return sent("aws", {"Records": [record]}, f"trail-{minute}-{name}")


def test_a_write_in_the_console_is_a_detected_change(judged: Judge) -> None:
    found = judged([call(70)])
    change = f"act:aws:{ACCOUNT}/call-70"
    assert found.changes[change].origin == "detected"
    assert found.verdict(change, "05") == "deviation"
    assert found.verdict(change, "unauthorized_deployment") == "raised"
    assert "anna" not in found[change, "09"].reason


def test_reads_refusals_and_what_the_provider_does_are_no_changes(judged: Judge) -> None:
    scaled = {"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"}
    linked = {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSServiceRoleForRDS/session",
        "sessionContext": {
            "sessionIssuer": {"arn": f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/rds/R"}
        },
    }
    story = [
        call(70, "DescribeDBInstances", readOnly=True),
        call(71, errorCode="AccessDenied"),
        call(72, "RunInstances", eventSource="ec2.amazonaws.com", userIdentity=scaled),
        call(73, userIdentity=linked),
    ]
    assert judged(story).changes == {}


def plan(after: str, name: str = "aws_db_instance.shop", bucket: str = "shop") -> dict[str, Any]:
    """A plan that sets one resource's class."""
    change = {
        "actions": ["update"],
        "before": {"identifier": bucket, "class": "small"},
        "after": {"identifier": bucket, "class": after},
        "after_unknown": {},
        "before_sensitive": {},
        "after_sensitive": {},
    }
    resource = {"address": name, "type": "aws_db_instance", "mode": "managed", "change": change}
    return {"format_version": "1.2", "planned_values": {}, "resource_changes": [resource]}


def approved(body: dict[str, Any]) -> Delivery:
    stated = {"approved_by": BEN.account, "approved_at": clock(30)}
    return sent("terraform-plan", body, "approved", run="run-Abcdefgh12345678", **stated)


def applied(body: dict[str, Any]) -> Delivery:
    stated = {"applied_by": ANNA.account, "applied_at": clock(60)}
    return sent("terraform-plan", body, "applied", run="run-Abcdefgh12345678", **stated)


def test_the_plan_that_was_approved_is_applied(judged: Judge) -> None:
    found = judged([approved(plan("large")), applied(plan("large"))])
    (change,) = found.changes
    assert found.verdict(change, "configuration_mismatch") == "clear"


def test_another_plan_is_applied_than_was_approved(judged: Judge) -> None:
    found = judged([approved(plan("large")), applied(plan("huge"))])
    (change,) = found.changes
    mismatch = found[change, "configuration_mismatch"]
    assert mismatch.verdict == "raised"
    assert "aws_db_instance.shop" in mismatch.reason


def by_the_run(minute: float, database: str) -> Delivery:
    """The pipeline's role, in the session of that run."""
    who = {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/Pipeline/run-Abcdefgh12345678",
        "accountId": ACCOUNT,
    }
    return call(minute, userIdentity=who, requestParameters={"dBInstanceIdentifier": database})


def test_the_pipelines_role_touches_what_its_plan_does_not_name(judged: Judge) -> None:
    found = judged([approved(plan("large")), by_the_run(60, "ledger")])
    (change,) = found.changes
    mismatch = found[change, "configuration_mismatch"]
    assert mismatch.verdict == "raised"
    assert "rds/ledger" in mismatch.reason


def test_what_the_plan_names_is_no_mismatch(judged: Judge) -> None:
    found = judged([approved(plan("large")), by_the_run(60, "shop")])
    (change,) = found.changes
    assert found.verdict(change, "configuration_mismatch") != "raised"


def pods(minute: float, image: str, **fields: Any) -> Delivery:
    """A cluster's audit event: the pipeline sets a deployment's image."""
    container = {"name": "shop", "image": f"registry.example/shop@{image}", **fields}
    whole = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "shop", "namespace": "shop"},
        "spec": {"replicas": 2, "template": {"spec": {"containers": [container]}}},
    }
    return asked(minute, "system:serviceaccount:ci:deployer", "update", whole)


def asked(minute: float, who: str, verb: str, whole: Any, **fields: Any) -> Delivery:
    event = {
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Event",
        "auditID": f"audit-{minute}",
        "stage": "ResponseComplete",
        "stageTimestamp": clock(minute),
        "verb": verb,
        "user": {"username": who},
        "objectRef": {"resource": "deployments", "namespace": "shop", "name": "shop", **fields},
        "responseStatus": {"code": 200},
        "requestObject": whole,
    }
    return sent("kubernetes-audit", event, f"audit-{minute}-{who}-{verb}")


def provenance(artifact: str, revision: str) -> Delivery:
    """What a builder says it made of which commit."""
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "predicateType": "https://slsa.dev/provenance/v1",
        "subject": [{"name": "shop", "digest": {"sha256": artifact.removeprefix("sha256:")}}],
        "predicate": {
            "buildDefinition": {
                "resolvedDependencies": [
                    {"uri": f"git+https://forge.example/{SHOP}", "digest": {"gitCommit": revision}}
                ]
            },
            "runDetails": {"builder": {"id": "builder"}, "metadata": {"finishedOn": clock(66)}},
        },
    }
    payload = base64.b64encode(json.dumps(statement).encode()).decode()
    envelope = {"payloadType": "application/vnd.in-toto+json", "payload": payload, "signatures": []}
    return sent("attest", envelope, f"built-{artifact[-4:]}")


def merged(forge: Forge) -> tuple[str, str]:
    """A pull request, approved, merged and tested: its name and its commit on main."""
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    revision = pull.merge(ANNA, 60)
    forge.check(revision, 65)
    return pull.id, revision


def test_an_image_is_joined_to_its_commit_by_provenance(judged: Judge) -> None:
    forge = Forge()
    pull, revision = merged(forge)
    found = judged([*forge.items, provenance(OURS, revision), pods(70, OURS)])
    assert set(found.changes) == {pull}
    assert found.verdict(pull, "08") == "met", found[pull, "08"].reason
    assert found.verdict(pull, "unlogged_deployment") == "clear"


def test_the_same_image_again_and_scaling_are_no_new_change(judged: Judge) -> None:
    forge = Forge()
    pull, revision = merged(forge)
    scale = {"spec": {"replicas": 9}}
    story = [
        *forge.items,
        provenance(OURS, revision),
        pods(70, OURS),
        pods(80, OURS),
        asked(90, "cleo", "patch", scale),
        asked(91, "system:serviceaccount:kube-system:hpa", "patch", scale, subresource="scale"),
    ]
    assert set(judged(story).changes) == {pull}


def test_an_artifact_of_unknown_origin_is_a_change_of_its_own(judged: Judge) -> None:
    forge = Forge()
    pull, revision = merged(forge)
    story = [*forge.items, provenance(OURS, revision), pods(70, OURS), pods(80, FOREIGN)]
    found = judged(story)
    (other,) = set(found.changes) - {pull}
    assert found.verdict(other, "05") == "deviation"
    assert found.verdict(other, "09") == "deviation"


def test_an_image_set_by_hand_was_seen_running_and_nobody_authorized_it(judged: Judge) -> None:
    container = {"name": "shop", "image": f"registry.example/shop@{FOREIGN}"}
    whole = {
        "kind": "Deployment",
        "metadata": {"name": "shop", "namespace": "shop"},
        "spec": {"template": {"spec": {"containers": [container]}}},
    }
    found = judged([asked(70, CLEO.login, "update", whole)])
    assert found.changes
    for change in found.changes:
        assert found.verdict(change, "unauthorized_deployment") == "raised", change


def test_an_environment_variable_by_hand_is_a_detected_change(judged: Judge) -> None:
    container = {"name": "shop", "image": "shop:1", "env": [{"name": "LIMIT", "value": "9"}]}
    whole = {
        "kind": "Deployment",
        "metadata": {"name": "shop", "namespace": "shop"},
        "spec": {"template": {"spec": {"containers": [container]}}},
    }
    found = judged([asked(70, CLEO.login, "update", whole)])
    (change,) = found.changes
    assert found.changes[change].origin == "detected"
    assert found.verdict(change, "06") == "deviation"


def test_a_roll_out_that_broke_had_reached_production(judged: Judge) -> None:
    forge = Forge()
    pull, revision = merged(forge)
    event = {
        "involvedObject": {
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
            "kind": "Kustomization",
            "name": "shop",
            "namespace": "apps",
        },
        "metadata": {"kustomize.toolkit.fluxcd.io/revision": f"main@sha1:{revision}"},
        "severity": "error",
        "reason": "HealthCheckFailed",
        "message": "health check failed",
        "reportingController": "kustomize-controller",
        "timestamp": clock(70),
    }
    found = judged([*forge.items, sent("flux", event, "flux-1")])
    assert set(found.changes) == {pull}
    assert found.verdict(pull, "08") == "met"
    assert found.verdict(pull, "unlogged_deployment") == "clear"


def test_a_rebuild_of_the_same_commit_needs_an_approval_of_its_own(judged: Judge) -> None:
    forge = Forge()
    pull, revision = merged(forge)
    built = [provenance(OURS, revision), provenance(FOREIGN, revision)]
    found = judged([*forge.items, *built, pods(70, OURS), pods(80, FOREIGN)])
    finding = found[pull, "09"]
    assert finding.verdict == "deviation"
    assert "another digest, sha256:bbbbbbbbbbbb" in finding.reason


def test_a_canary_is_in_production_from_its_first_pod_on(judged: Judge) -> None:
    forge = Forge()
    pull, _revision = merged(forge)
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "shop-canary-1", "namespace": "shop", "uid": "1"},
        "spec": {"containers": [{"name": "shop", "image": "registry.example/shop:2"}]},
        "status": {
            "conditions": [{"type": "Ready", "lastTransitionTime": clock(70)}],
            "containerStatuses": [
                {"name": "shop", "imageID": f"registry.example/shop@{FOREIGN}"},
            ],
        },
    }
    found = judged([*forge.items, sent("kubernetes-object", pod, "pod-1")])
    (other,) = set(found.changes) - {pull}
    assert found.verdict(other, "unlogged_deployment") == "raised"
    assert found.verdict(other, "unauthorized_deployment") == "raised"
