"""AWS, asked for calls that wrote: signatures as AWS publishes them, pages, limits, refusals."""

import json
from datetime import UTC, datetime

import httpx
import pytest

from changeproof.events.refusal import Refusal
from changeproof.events.retrievals import ListRetrieved
from changeproof.intake.clients.asking import NotAnswered, Unreachable
from changeproof.intake.clients.aws_signing import AwsSignature, meant_status
from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.registry import client_named
from changeproof.intake.clients.turns import ask, connect_source, test_source
from changeproof.intake.deliveries import take
from changeproof.ledger.production_acts import ProductionAct
from changeproof.ledger.receipts import Recovery, Silence
from changeproof.ledger.retrievals import Retrieval
from changeproof.ledger.service import ledger, now
from changeproof.sources.delivery import Delivery
from changeproof.sources.translate import detect
from tests.support.protocol_server import Rests, serving

# https://docs.aws.amazon.com/general/latest/gr/signature-v4-test-suite.html
KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
THEN = datetime(2015, 8, 30, 12, 36, tzinfo=UTC).timestamp()
TOKEN = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIe"
    "oIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq"
    "5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC"
    "9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
)
VECTORS = {
    "get-vanilla": (
        httpx.Request("GET", "https://example.amazonaws.com/"),
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ),
    "post-vanilla": (
        httpx.Request("POST", "https://example.amazonaws.com/"),
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    ),
    "post-x-www-form-urlencoded": (
        httpx.Request(
            "POST",
            "https://example.amazonaws.com/",
            headers={"content-type": "application/x-www-form-urlencoded"},
            content=b"Param1=value1",
        ),
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    ),
    "post-sts-header-before": (
        httpx.Request(
            "POST", "https://example.amazonaws.com/", headers={"x-amz-security-token": TOKEN}
        ),
        "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_a_request_is_signed_as_aws_publishes_it(name):
    request, signature = VECTORS[name]
    signing = AwsSignature(KEY, SECRET, region="us-east-1", service="service", now=lambda: THEN)
    signed = next(signing.auth_flow(request)).headers["authorization"]
    assert signed.startswith(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
    )
    assert signed.endswith(f"Signature={signature}")


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        (b'{"__type":"ThrottlingException"}', 429),
        (b'{"__type":"com.amazonaws.cloudtrail#AccessDeniedException"}', 403),
        (b'{"__type":"UnrecognizedClientException"}', 401),
        (b'{"__type":"InvalidTimeRangeException"}', 400),
        (b'{"__type":7}', 400),
        (b"[]", 400),
        (b"no JSON", 400),
    ],
)
def test_a_refusal_means_what_its_body_names(body, meant):
    assert meant_status(400, body) == meant
    assert meant_status(500, body) == 500


# ---- Asked of a server -------------------------------------------------------------------------


def call(number, *, name="StopInstances", at="2026-03-01T10:00:00Z"):
    """One row as CloudTrail lists it, and the record inside."""
    record = {
        "eventVersion": "1.09",
        "eventID": f"0000000{number}-aaaa-bbbb-cccc-000000000000",
        "eventTime": at,
        "eventSource": "ec2.amazonaws.com",
        "eventName": name,
        "readOnly": False,
        "recipientAccountId": "111122223333",
        "userIdentity": {"type": "IAMUser", "accountId": "111122223333", "userName": "ann"},
        "requestParameters": {"instancesSet": {"items": [{"instanceId": f"i-{number}"}]}},
    }
    row = {
        "EventId": record["eventID"],
        "EventName": name,
        "ReadOnly": "false",
        "EventTime": datetime.fromisoformat(at).timestamp(),
        "EventSource": "ec2.amazonaws.com",
        "CloudTrailEvent": json.dumps(record),
    }
    return row, record


def connected(address, **options):
    settings = Settings("aws", "aws", address, KEY, SECRET, {"region": "eu-west-1", **options})
    return connect_source(settings, every=300, private_allowed=True)


def test_calls_that_wrote_come_page_by_page_and_once(instance):
    asked = []

    def trail(path, query, headers):
        assert path == "/"
        assert headers["x-amz-target"].endswith("CloudTrail_20131101.LookupEvents")
        assert headers["content-type"] == "application/x-amz-json-1.1"
        assert f"Credential={KEY}/" in headers["authorization"]
        assert "/eu-west-1/cloudtrail/aws4_request" in headers["authorization"]
        signed = "SignedHeaders=content-type;host;x-amz-date;x-amz-target,"
        assert signed in headers["authorization"]
        asked.append(query)
        if query.get("NextToken") == "more":
            return 200, {}, {"Events": [call(1, at="2026-03-01T09:00:00Z")[0]]}
        return 200, {}, {"Events": [call(2)[0]], "NextToken": "more"}

    rests = Rests()
    with serving(trail) as address:
        source = connected(address, **{"with.environment": "staging"})
        first = ask(ledger(), source, rest=rests)
        again = ask(ledger(), source, rest=rests)
    assert (first.rows, again.events, first.quarantined) == (2, 0, 0)
    acts = ledger().store.all(ProductionAct)
    assert {row.environment for row in acts} == {"staging"}
    assert len(acts) == 2
    whole, second, later, _ = asked
    assert (whole["MaxResults"], "StartTime" in whole) == (50, False)
    assert whole["LookupAttributes"] == [{"AttributeKey": "ReadOnly", "AttributeValue": "false"}]
    assert {**whole, "NextToken": "more"} == second
    assert later["StartTime"] == datetime(2026, 3, 1, 9, tzinfo=UTC).timestamp()
    assert rests.seconds == [0.5, 0.5]
    assert {row.page_count for row in ledger().store.all(Retrieval)} == {2}


def test_a_delivered_file_tells_the_same_acts(instance):
    row, record = call(1)
    reply = {"Events": [row]}
    with serving(lambda *_: (200, {}, reply)) as address:
        ask(ledger(), connected(address), rest=Rests())
    asked = ledger().store.all(ProductionAct)
    for number, file in enumerate(({"Records": [record]}, reply)):
        body = json.dumps(file).encode()
        assert detect(body) == "aws"
        found = Delivery(kind="aws", id=f"file {number}", body=body, received_at=now())
        [taken] = take(ledger(), [found], "file")
        assert taken.outcome == "translated"
    assert [each.act for each in ledger().store.all(ProductionAct)] == [each.act for each in asked]


def test_a_row_without_its_record_stops_no_other(instance):
    row, _ = call(1)
    broken = {**call(2)[0], "CloudTrailEvent": "no JSON"}
    with serving(lambda *_: (200, {}, {"Events": [broken, row]})) as address:
        found = ask(ledger(), connected(address), rest=Rests())
    assert (found.quarantined, len(ledger().store.all(ProductionAct))) == (1, 1)


def test_haste_is_waited_for_and_a_refusal_says_why(instance):
    answers = [
        (400, {}, {"__type": "ThrottlingException", "message": "Rate exceeded"}),
        (200, {}, {"Events": []}),
        (400, {}, {"__type": "AccessDeniedException"}),
    ]
    rests = Rests()
    with serving(lambda *_: answers.pop(0)) as address:
        source = connected(address)
        assert test_source(source, rests).startswith("AWS CloudTrail answers")
        assert rests.seconds == [1.0]
        with pytest.raises(NotAnswered, match="may not read this"):
            ask(ledger(), source, rest=rests)


def test_what_was_missed_for_longer_than_it_keeps_is_not_filled(instance):
    """CloudTrail tells of 90 days: a silence that began before is over, and stays a hole."""
    row = call(1, at="2026-03-01T10:00:00Z")[0]
    answers = [(200, {}, {"Events": [row]}), *[(503, {}, b"")] * 6, (200, {}, {"Events": []})]
    with serving(lambda *_: answers.pop(0)) as address:
        source = connected(address)
        ask(ledger(), source, rest=Rests())
        with pytest.raises(Unreachable):
            ask(ledger(), source, rest=Rests())
        ask(ledger(), source, rest=Rests())
    [recovery] = ledger().store.all(Recovery)
    assert recovery.filled == 0


@pytest.mark.parametrize(("days", "holes"), [(89, 0), (91, 1)])
def test_what_nobody_asked_for_in_time_is_a_hole(instance, days, holes):
    ago = now() - days * 86_400 * 1_000_000
    with serving(lambda *_: (200, {}, {"Events": []})) as address:
        source = connected(address)
        scope = f"aws:{address.split('/')[2]}"
        asked = {"scope": scope, "items": "calls that wrote", "query": "?", "pages": 1, "rows": 0}
        last = ListRetrieved(
            source="aws",
            delivery="the last turn",
            occurred_at=ago,
            ending="no next page",
            reply="0" * 64,
            **asked,
        )
        ledger().record_events([last], collector="client:aws")
        for _ in range(2):
            ask(ledger(), source, rest=Rests())
    silences, recoveries = ledger().store.all(Silence), ledger().store.all(Recovery)
    assert [row.silent_from for row in silences] == [ago] * holes
    assert [row.filled for row in recoveries] == [0] * holes


def test_an_access_key_is_asked_for(instance):
    settings = Settings("aws", "aws", "https://cloudtrail.eu-west-1.amazonaws.com/", "", "s", {})
    with pytest.raises(Refusal, match="nobody is named who asks"):
        connect_source(settings, every=300, private_allowed=False)


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("cloudtrail.eu-west-1.amazonaws.com", "eu-west-1"),
        ("cloudtrail-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("cloudtrail.cn-north-1.amazonaws.com.cn", "cn-north-1"),
    ],
)
def test_the_address_names_the_region(host, region):
    client = client_named("aws")
    signing = client.auth(Settings("aws", "aws", f"https://{host}/", KEY, SECRET, {}))
    request = next(signing.auth_flow(httpx.Request("POST", f"https://{host}/")))
    assert f"/{region}/cloudtrail/aws4_request" in request.headers["authorization"]
