"""What an item holds is kept field by field, from each source that tells it; secrets are not."""

import json
from typing import Any

import pytest

from changeproof.events.event import sha256_hex
from changeproof.sources.translate import translate

TOKEN = "q7Zp2Lk9Xw4Vt8Rb3Nd6"
CREATED = "google.pubsub.v1.Publisher.CreateTopic"


def google(answer: dict[str, Any], method: str = CREATED) -> Any:
    audit = {
        "methodName": method,
        "resourceName": "projects/shop/topics/orders",
        "authenticationInfo": {"principalEmail": "anna@example.com"},
        "response": answer,
    }
    labels = {"labels": {"project_id": "shop"}}
    return {"timestamp": "2026-03-02T09:00:00Z", "resource": labels, "protoPayload": audit}


def azure(sent: dict[str, Any], called: str = "PUT") -> Any:
    return {
        "category": "Administrative",
        "operationName": "Microsoft.Network/networkSecurityGroups/write",
        "resourceId": "/subscriptions/1/resourceGroups/shop/nsg",
        "resultType": "Success",
        "time": "2026-03-02T09:00:00Z",
        "httpRequest": {"method": called},
        "properties": {"requestbody": json.dumps(sent)},
    }


OSQUERY = {
    "name": "packages",
    "hostIdentifier": "web1",
    "unixTime": 1_772_442_000,
    "snapshot": [{"name": "openssl", "version": "3"}, {"name": "zlib", "version": "1"}],
}
ANSIBLE = {
    "plays": [
        {
            "tasks": [
                {
                    "task": {"name": "Set", "duration": {"end": "2026-03-02T09:00:00Z"}},
                    "hosts": {
                        "web1": {
                            "changed": True,
                            "diff": [{"before": "", "after": f"limit 2\npassword={TOKEN}\n"}],
                        }
                    },
                }
            ]
        }
    ],
    "stats": {},
}
XCCDF = """<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2" id="cis"><TestResult
 id="r" end-time="2026-03-02T09:00:00"><target>web1</target>
 <rule-result idref="no_root"><result>fail</result></rule-result></TestResult></Benchmark>"""
TOPIC = {
    "@type": "type.googleapis.com/google.pubsub.v1.Topic",
    "name": "orders",
    "etag": "changes",
    "labels": {"team": "shop"},
    "token": TOKEN,
}
NETWORK = {"location": "westeurope", "properties": {"adminPassword": TOKEN}}


def kept(deliver: Any, pseudonyms: Any, kind: str, body: Any) -> dict[str, Any] | None:
    """The fields of the first content that is told; None where none is."""
    encoded = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    stated = (("system", "shop"), ("environment", "production"))
    told = translate(deliver(kind, encoded, options=stated), pseudonyms)
    texts = {sha256_hex(text): text for text in told.contents}
    for event in told.events:
        digest = getattr(event, "fields", None) or getattr(event, "after_fields", None)
        if digest:
            assert TOKEN not in texts[digest].decode()
            found: dict[str, Any] = json.loads(texts[digest])
            return found
    return None


@pytest.mark.parametrize(
    ("kind", "body", "wanted"),
    [
        ("gcp", google(TOPIC), {"name": "orders", "labels.team": "shop"}),
        ("azure", azure(NETWORK), {"location": "westeurope"}),
        ("osquery", OSQUERY, {"openssl.version": "3", "zlib.version": "1"}),
        ("ansible", ANSIBLE, {"line 1": "limit 2"}),
        ("xccdf", XCCDF, {"no_root": "fail"}),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_fields_are_kept_and_no_secret(
    deliver: Any, pseudonyms: Any, kind: str, body: Any, wanted: dict[str, Any]
) -> None:
    found = kept(deliver, pseudonyms, kind, body)
    assert found is not None
    assert found.items() >= wanted.items()
    assert "etag" not in found


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("gcp", google({**TOPIC, "@type": "type.googleapis.com/google.longrunning.Operation"})),
        ("gcp", google(TOPIC, "google.pubsub.v1.Publisher.DeleteTopic")),
        ("azure", azure(NETWORK, "PATCH")),
    ],
)
def test_what_tells_no_whole_content_has_no_fields(
    deliver: Any, pseudonyms: Any, kind: str, body: Any
) -> None:
    assert kept(deliver, pseudonyms, kind, body) is None
