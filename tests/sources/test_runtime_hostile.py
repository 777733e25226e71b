"""What clouds, clusters and builders never send, and what they send that must stay untold."""

import json
from typing import Any

import pytest

from changeproof.events.production_acts import ItemAuthorized
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.document_files import documents
from changeproof.sources.translate import kind_named, translate

FAMILIES = ("cloudtrail", "kubernetes", "argocd-flux", "terraform", "alerts")
MEMBERS = [member for family in FAMILIES for member in kind_named(family).members]
KINDS = ("attest", "ansible", "osquery", *dict.fromkeys(MEMBERS))

SECRET = "correct horse battery staple"


@pytest.fixture
def told(deliver, pseudonyms):
    def events(kind: str, payload: Any, **options: str):
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        return translate(deliver(kind, body, options=tuple(options.items())), pseudonyms).events

    return events


HOSTILE = {
    "nothing": b"",
    "no document": b"\x00\x01\x02",
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep YAML": b"a: " + b"[" * 5_000,
    "a lone surrogate": b'{"eventName": "\\ud800"}',
    "a NUL": b'{"eventName": "\\u0000"}',
    "aliases": b"a: &a [1]\nb: [*a, *a]\n",
    "a key twice": b"kind: A\nkind: B\napiVersion: v1\n",
    "half of UTF-16": b"\xff\xfe{",
    "a number": b"1e999999999",
    "a list of lists": b"[[[1]]]",
    "a text": b'"alert"',
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_what_is_none_of_it_is_refused_with_a_reason(told, kind, body):
    with pytest.raises(MalformedPayload) as refused:
        told(kind, body)
    assert refused.value.why


@pytest.mark.parametrize(
    ("body", "where"),
    [(b'[\n  {"a": 1},\n  {"b": }\n]', ""), (b'{"a": 1}\n{"b": }\n', "line 2")],
)
def test_a_mistake_is_said_to_stand_where_it_stands(body, where):
    """A line is named where each is a document; one document over many lines has its byte."""
    with pytest.raises(MalformedPayload) as caught:
        documents(body)
    assert caught.value.where == where
    assert "byte" in caught.value.why


@pytest.mark.parametrize("kind", KINDS)
def test_any_object_is_read_or_refused(told, kind):
    shapes: list[Any] = [
        {}, {"kind": 7, "apiVersion": []}, {"items": [None]}, {"Records": [{}, 3]},
        {"alerts": [None], "receiver": 1}, {"event": {"event_type": "incident.triggered"}},
        {"request": {"uid": "1", "operation": "CREATE", "object": []}, "kind": "AdmissionReview"},
        {"apiVersion": "audit.k8s.io/v1", "verb": "create", "objectRef": {}, "user": []},
        {"format_version": "1", "resource_changes": [None], "planned_values": 1},
        {"lineage": "a", "serial": -1, "resources": [{"instances": 3}]},
        {"sequence": 1, "timestamp": 10**30, "summaryEvent": {}},
        {"payload": 1, "payloadType": "application/vnd.in-toto+json", "signatures": [1]},
        {"mediaType": [], "verificationMaterial": None},
        {"protoPayload": {"methodName": "v1.create"}, "timestamp": "0000-01-01T00:00:00Z"},
        {"resourceId": "", "operationName": "A/WRITE", "category": "Administrative",
         "resultType": "Success", "time": "9999-12-31T23:59:59Z"},
        {"involvedObject": {}, "metadata": [], "reason": "ReconciliationSucceeded"},
    ]  # fmt: skip
    for shape in shapes:
        try:
            told(kind, shape)
        except MalformedPayload as refused:
            assert refused.why, shape  # noqa: PT017 - either answer is right, silence is not


def seen_in(events: Any) -> str:
    return " ".join(event.model_dump_json() for event in events)


def deployment(value: str, **fields: Any) -> dict[str, Any]:
    container = {"name": "shop", "image": "shop:1", "env": [{"name": "KEY", "value": value}]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "shop", "namespace": "shop", "uid": "1", **fields},
        "spec": {"replicas": 1, "template": {"spec": {"containers": [container]}}},
    }


def test_what_a_workload_holds_is_known_by_its_digest_alone(told):
    (one,) = told("kubernetes-object", deployment(SECRET))
    (same,) = told("kubernetes-object", deployment(SECRET, resourceVersion="99"))
    (other,) = told("kubernetes-object", deployment("another"))
    assert one.digest == same.digest != other.digest
    assert SECRET not in seen_in((one, same, other))


def test_scaling_and_status_do_not_alter_a_workloads_digest(told):
    scaled = deployment("a")
    scaled["spec"]["replicas"] = 9
    scaled["status"] = {"readyReplicas": 9}
    (one,), (other,) = told("kubernetes-object", deployment("a")), told("kubernetes-object", scaled)
    assert one.digest == other.digest


def secret(value: str) -> dict[str, Any]:
    named = {"name": "keys", "namespace": "shop", "uid": "1"}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": named, "data": {"key": value}}


def test_a_secret_is_sealed_by_this_instances_key(told, deliver, pseudonyms):
    (one,), (other,) = (told("kubernetes-object", secret(value)) for value in (SECRET, "b"))
    elsewhere = type(pseudonyms)(b"the key of another instance.....")
    body = json.dumps(secret(SECRET)).encode()
    (there,) = translate(deliver("kubernetes-object", body), elsewhere).events
    assert len({one.digest, other.digest, there.digest}) == 3
    assert SECRET not in seen_in((one, other, there))


def test_a_plans_sensitive_values_are_sealed(told):
    def planned(value: str) -> ItemAuthorized:
        change = {
            "actions": ["update"],
            "before": {"password": "old"},
            "after": {"password": value},
            "before_sensitive": {"password": True},
            "after_sensitive": {"password": True},
        }
        resource = {"address": "db.shop", "type": "db", "change": change}
        body = {"format_version": "1.2", "planned_values": {}, "resource_changes": [resource]}
        (event,) = told("terraform-plan", body)
        return event

    assert planned(SECRET).after_digest != planned("another").after_digest
    assert SECRET not in seen_in([planned(SECRET)])


def test_numbers_of_a_plan_keep_their_precision(told):
    def planned(number: str) -> str | None:
        head = '{"format_version": "1.2", "planned_values": {}, "resource_changes": ['
        change = '{"actions": ["create"], "before": null, "after": {"n": %s}}'
        body = head + '{"address": "a.b", "type": "a", "change": ' + change + "}]}"
        (event,) = told("terraform-plan", (body % number).encode())
        return event.after_digest

    assert planned("0.10000000000000000001") != planned("0.10000000000000000002")


def test_thousands_of_reads_are_counted_in_one_event(told):
    read = {
        "eventName": "DescribeInstances",
        "eventSource": "ec2.amazonaws.com",
        "userIdentity": {"type": "IAMUser", "userName": "ada"},
        "eventTime": "2026-03-02T09:00:00Z",
    }
    (seen,) = told("aws", {"Records": [read] * 3_000})
    assert seen.reason == "3000: it read and altered nothing"


def test_an_attestation_says_that_nobody_verified_it(told):
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "predicateType": "https://slsa.dev/provenance/v1",
        "subject": [{"name": "shop", "digest": {"sha256": "a" * 64}}],
        "predicate": {"runDetails": {"builder": {"id": "https://builder.example"}}},
    }
    (built,) = told("attest", statement)
    assert (built.attestation, built.builder) == ("unverified", "https://builder.example")
