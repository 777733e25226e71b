"""Jira, JUnit, CDEvents and our own events."""

import json
from collections import Counter

import pytest

from changeproof.events.deployments import DeploymentFinished
from changeproof.events.receipts import DeliverySeen
from changeproof.events.refusal import Refusal
from changeproof.events.requests import ChangeClosed, ChangeRequested, IncidentOpened, TicketMoved
from changeproof.events.testing import ArtifactBuilt, TestsRun
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.events import ACCEPTED
from changeproof.sources.translate import KINDS, translate

HEAD = "a" * 40


@pytest.fixture
def told(deliver, pseudonyms):
    def translated(kind, payload, **rest):
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        return translate(deliver(kind, body, **rest), pseudonyms)

    return translated


def outcomes(told, kind, files):
    counted: Counter[str] = Counter()
    for file in files:
        try:
            translation = told(kind, file.read_bytes())
        except MalformedPayload:
            counted["malformed"] += 1
        else:
            assert translation == told(kind, file.read_bytes())
            counted["ignored" if translation.ignored else "translated"] += 1
    return counted


def test_real_cdevents(shared, told):
    files = sorted((shared / "data/cdevents").glob("*.json"))
    assert outcomes(told, "cdevents", files) == {"translated": 7, "ignored": 26}


def test_real_junit_reports_and_their_cousins(shared, told):
    files = [
        file
        for file in sorted((shared / "data/payloads/junit").glob("*/*"))
        if file.suffix in (".xml", ".trx")
    ]
    assert outcomes(told, "junit", files) == {"translated": 50, "malformed": 9}


def test_real_jira_payloads(shared, told):
    files = sorted((shared / "data/payloads/jira").glob("*/*.json"))
    assert outcomes(told, "jira", files) == {"translated": 38, "ignored": 14}


def issue(event="jira:issue_created", **rest):
    return {
        "timestamp": 1_700_000_000_500,
        "webhookEvent": event,
        "user": {"accountId": "5c5f88", "displayName": "Ada"},
        "issue": {
            "id": "10001",
            "key": "PAY-1",
            "self": "https://Acme.atlassian.net/rest/api/2/issue/10001",
            "fields": {
                "created": "2023-11-14T23:13:20.000+0100",
                "summary": "Pay",
                "description": {"type": "doc"},
                "reporter": None,
                "creator": {"key": "ada.lovelace", "name": "ada.lovelace"},
            },
        },
        **rest,
    }


def test_a_ticket_is_a_request_at_its_own_time(told):
    (requested,) = told("jira", issue()).events
    assert isinstance(requested, ChangeRequested)
    assert requested.change == "jira:acme.atlassian.net/issue/10001"
    assert requested.ticket_key == "PAY-1"
    assert requested.occurred_at == 1_700_000_000_000_000
    assert requested.actor is not None
    assert "ada" not in requested.actor  # a server's key may be a name


def test_a_status_is_a_transition(told):
    items = [
        {"field": "assignee", "toString": "Ada"},
        {"field": "status", "fromString": "To Do", "toString": "Done"},
    ]
    payload = issue("jira:issue_updated", changelog={"id": "77", "items": items})
    _, moved = told("jira", payload).events
    assert isinstance(moved, TicketMoved)
    assert moved.transition == "jira:acme.atlassian.net/issue/10001/transition/77/1"
    assert (moved.from_status, moved.to_status) == ("To Do", "Done")
    assert moved.actor == "jira:acme.atlassian.net/user/5c5f88"
    assert moved.occurred_at == 1_700_000_000_500_000


@pytest.mark.parametrize("said", ["Won't Do", "Won’t Fix", "Duplicate", "Done", None])
def test_a_ticket_is_given_up_by_its_resolution(told, said):
    items = [{"field": "resolution", "toString": said}]
    payload = issue("jira:issue_updated", changelog={"id": "78", "items": items})
    closed = [each for each in told("jira", payload).events if isinstance(each, ChangeClosed)]
    assert [each.outcome for each in closed] == ([] if said in ("Done", None) else ["cancelled"])


@pytest.mark.parametrize("wrong", [{"self": "nowhere"}, {"key": "../x"}, {"id": "a/b"}])
def test_a_ticket_without_an_identity_is_malformed(told, wrong):
    payload = issue()
    payload["issue"] |= wrong
    with pytest.raises(MalformedPayload) as refused:
        told("jira", payload)
    assert refused.value.where.startswith("issue.")


REPORT = b"""<testsuites><testsuite name="unit" timestamp="2026-01-02T03:04:05" time="2.5">
<properties><property name="git.commit" value="%s"/></properties>
<testcase classname="A" name="one"/><testcase classname="A" name="two">%s</testcase>
</testsuite></testsuites>"""


def test_a_report_is_one_run(told):
    (run,) = told("junit", REPORT % (HEAD.encode(), b"<failure/><error/>")).events
    assert isinstance(run, TestsRun)
    assert (run.name, run.conclusion, run.total, run.failed) == ("unit", "failed", 2, 1)
    assert run.revision == HEAD
    assert run.occurred_at - run.started_at == 2_500_000
    assert run.time_basis == "bound"


def test_what_the_operator_states_wins(told):
    options = (("revision", "b" * 40), ("name", "unit tests"))
    (run,) = told("junit", REPORT % (b"x", b""), options=options).events
    assert (run.revision, run.name, run.conclusion) == ("b" * 40, "unit tests", "passed")
    with pytest.raises(MalformedPayload):
        told("junit", REPORT % (b"x", b""), options=(("revision", "main"),))


@pytest.mark.parametrize(
    ("cases", "conclusion", "failed"),
    [
        ("", "neutral", 0),
        ("<testcase name='a'><skipped/></testcase>", "skipped", 0),
        ("<testcase name='a'/><testcase name='a'><failure/></testcase>", "failed", 1),
        (
            "<testcase name='a' file='f' line='1'><failure/></testcase>"
            "<testcase name='a' file='f' line='1'/>",
            "passed",
            0,
        ),
        ("<testcase name='a'><flakyFailure/></testcase>", "passed", 0),
        ("<testcase name='a'/><error/>", "failed", 1),
        ("<testcase/><testcase><error/></testcase>", "failed", 1),
    ],
)
def test_cases_are_counted(told, cases, conclusion, failed):
    (run,) = told("junit", f"<testsuite>{cases}</testsuite>".encode()).events
    assert (run.conclusion, run.failed) == (conclusion, failed)


BOMB = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<testsuite name="&b;"/>"""


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<testsuite>",
        b"<html/>",
        b"\xff\xfe",
        BOMB,
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuite/>',
        b'<?xml version="1.0" encoding="no-such"?><testsuite/>',
        b"<testsuite>" + b"<a>" * 5000,
        b"<testsuite>" * 200 + b"</testsuite>" * 200,
    ],
)
def test_attacks_and_rubbish_are_malformed(told, body):
    with pytest.raises(MalformedPayload):
        told("junit", body)


def cdevent(kind, content=None, subject="pay", **custom):
    return {
        "context": {
            "id": "1",
            "source": "/ci",
            "type": f"dev.cdevents.{kind}.0.2.0",
            "timestamp": "2026-01-02T03:04:05Z",
        },
        "subject": {"id": subject, "content": content or {}},
        "customData": custom,
    }


DIGEST = "sha256:" + "1" * 64


def test_a_deployed_service(told):
    content = {
        "environment": {"id": "production"},
        "artifactId": "pkg:oci/pay@" + DIGEST.replace(":", "%3A"),
    }
    payload = cdevent("service.deployed", content, revision=HEAD, triggered_by="github:user/1")
    (done,) = told("cdevents", payload).events
    assert isinstance(done, DeploymentFinished)
    assert (done.system, done.environment, done.artifact) == ("pay", "production", DIGEST)
    assert (done.revision, done.triggered_by) == (HEAD, "github:user/1")
    wrapped = {"specversion": "1.0", "id": "1", "source": "x", "type": "t", "data": payload}
    (same,) = told("cdevents", wrapped).events
    assert same.deployment == done.deployment
    (back,) = told("cdevents", cdevent("service.rolledback", content)).events
    assert (back.outcome, back.rollback) == ("succeeded", True)
    (gone,) = told("cdevents", cdevent("service.removed", content)).events
    assert gone.outcome == "removed"


def test_builds_tests_and_incidents(told):
    (built,) = told("cdevents", cdevent("artifact.packaged", subject=f"pay@{DIGEST}")).events
    assert isinstance(built, ArtifactBuilt)
    assert built.artifact == DIGEST
    (run,) = told("cdevents", cdevent("testsuiterun.finished", {"outcome": "fail"})).events
    assert (run.conclusion, run.name) == ("failed", "pay")
    (opened,) = told("cdevents", cdevent("incident.detected", {"service": {"id": "pay"}})).events
    assert isinstance(opened, IncidentOpened)
    assert opened.system == "pay"
    (seen,) = told("cdevents", cdevent("change.merged")).events
    assert isinstance(seen, DeliverySeen)
    assert seen.name == "change.merged"


@pytest.mark.parametrize(
    "payload",
    [
        [],
        {"context": 1},
        {"context": {}},
        {"subject": {}},
        cdevent("service.deployed"),
        cdevent("testsuiterun.finished", {"outcome": ""}),
        cdevent("x y"),
        cdevent("service.deployed") | {"subject": 1},
    ],
)
def test_malformed_cdevents(told, payload):
    with pytest.raises(MalformedPayload) as refused:
        told("cdevents", payload)
    assert refused.value.why


BUILT = {
    "type": "ArtifactBuilt",
    "source": "github",
    "delivery": "d",
    "occurred_at": 5,
    "artifact": DIGEST,
}


def test_a_claimed_time_stands_beside_the_receipts(told):
    (event,) = told("events", BUILT).events
    assert (event.occurred_at, event.claimed_at) == (1_700_000_000_000_000, 5)
    assert (event.time_basis, event.source) == ("stated", "events:github")
    (trusted,) = told("events", BUILT, trust_claimed_times=True).events
    assert (trusted.occurred_at, trusted.claimed_at) == (5, None)


def test_one_a_list_or_lines(told):
    line = json.dumps(BUILT).encode()
    assert len(told("events", line).events) == 1
    assert len(told("events", b"[%b,%b]" % (line, line)).events) == 2
    assert len(told("events", b"%b\n\n%b\n" % (line, line)).events) == 2
    pretty = json.dumps(BUILT, indent=1).encode()
    assert len(told("events", pretty).events) == 1


@pytest.mark.parametrize(
    ("stated", "where"),
    [
        ({"type": "Nonsense"}, "event 2: type"),
        ({"type": 7}, "event 2: type"),
        ({"artifact": None}, "event 2: ArtifactBuilt.artifact"),
        ({"more": 1}, "event 2: ArtifactBuilt.more"),
        ({"type": "ChangeJudged"}, "event 2: type"),
        ({"type": "PolicyAdopted"}, "event 2: type"),
        ({"type": "RoleGranted"}, "event 2: type"),
        ({"type": "ChangeApproved"}, "event 2: type"),
    ],
)
def test_what_cannot_be_stated_is_named(told, stated, where):
    with pytest.raises(MalformedPayload) as refused:
        told("events", [BUILT, BUILT | stated])
    assert refused.value.where == where


def test_facts_can_be_stated():
    assert {"RevisionRecorded", "DeploymentFinished", "TestsRun", "ChangeRequested"} <= ACCEPTED
    assert "GateAnswered" not in ACCEPTED


def test_an_unknown_kind_is_refused(told):
    with pytest.raises(Refusal) as refused:
        told("carrier-pigeon", b"")
    assert all(kind in refused.value.cure for kind in KINDS)


def test_a_time_that_is_no_number_is_refused_by_the_name_that_was_sent(told):
    stated = {"type": "SystemRegistered", "system": "shop", "occurred_at": "2026-01-05T10:00:00Z"}
    with pytest.raises(MalformedPayload, match="microseconds since 1970") as refused:
        told("events", stated)
    assert refused.value.where == "event 1: SystemRegistered.occurred_at"
