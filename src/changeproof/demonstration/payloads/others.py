"""Jira's webhooks, CDEvents in CloudEvents, JUnit reports, and our own events."""

from xml.sax.saxutils import quoteattr

from changeproof.demonstration.hours import SECOND, at, stamp
from changeproof.demonstration.payloads.github import Json, encode
from changeproof.demonstration.staff import JIRA_HOST, Person

_PIPELINE = "https://tekton.wrenfield.example"


def jira(
    event: str,
    moment: int,
    by: Person,
    *,
    number: int,
    key: str,
    summary: str,
    description: str,
    reporter: Person,
    created_at: int,
    status: str,
    change: Json | None = None,
) -> bytes:
    """`jira:issue_created` or `jira:issue_updated`."""
    body: Json = {
        "timestamp": moment // 1000,
        "webhookEvent": event,
        "user": _jira_user(by),
        "issue": {
            "id": str(number),
            "self": f"https://{JIRA_HOST}/rest/api/2/issue/{number}",
            "key": key,
            "fields": {
                "summary": summary,
                "description": description,
                "issuetype": {"id": "10002", "name": "Change"},
                "project": {"key": key.partition("-")[0]},
                "priority": {"id": "3", "name": "Medium"},
                "created": _jira_time(created_at),
                "updated": _jira_time(moment),
                "reporter": _jira_user(reporter),
                "creator": _jira_user(reporter),
                "status": {"name": status},
            },
        },
    }
    if change is not None:
        body["changelog"] = change
    return encode(body)


def moved(number: int, before: str, after: str) -> Json:
    """The changelog of a status transition."""
    return {
        "id": str(number),
        "items": [
            {"field": "status", "fieldtype": "jira", "fromString": before, "toString": after}
        ],
    }


def _jira_user(person: Person) -> Json:
    return {
        "accountId": person.jira_id,
        "accountType": "atlassian",
        "displayName": person.name,
        "active": True,
    }


def _jira_time(moment: int) -> str:
    return at(moment).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def cdevent(
    kind: str,
    moment: int,
    *,
    identifier: str,
    subject: str,
    content: Json,
    custom: dict[str, str | None],
    source: str = _PIPELINE,
) -> bytes:
    """One CDEvent in a CloudEvents envelope. `kind` is `service.deployed.0.2.0`."""
    named = f"dev.cdevents.{kind}"
    data: Json = {
        "context": {
            "version": "0.4.1",
            "id": identifier,
            "source": source,
            "type": named,
            "timestamp": stamp(moment),
        },
        "subject": {"id": subject, "source": source, "content": content},
        "customData": {name: value for name, value in custom.items() if value is not None},
        "customDataContentType": "application/json",
    }
    return encode(
        {
            "specversion": "1.0",
            "id": identifier,
            "source": source,
            "type": named,
            "subject": subject,
            "time": stamp(moment),
            "datacontenttype": "application/json",
            "data": data,
        }
    )


def junit(
    suite: str, began: int, lasted: int, revision: str, cases: list[str], red: frozenset[str]
) -> bytes:
    """A report of one suite; `red` names the cases that failed."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites><testsuite name={quoteattr(suite)} tests="{len(cases)}"'
        f' failures="{len(red)}" errors="0" time="{lasted // SECOND}"'
        f' timestamp="{stamp(began)}">',
        f'<properties><property name="git.commit" value="{revision}"/></properties>',
    ]
    for case in cases:
        start = f'<testcase classname="routing.regression" name={quoteattr(case)} time="4.2"'
        if case in red:
            failure = '<failure message="expected 14 rounds, planned 15"/>'
            lines.append(f"{start}>{failure}</testcase>")
        else:
            lines.append(f"{start}/>")
    lines.append("</testsuite></testsuites>\n")
    return "\n".join(lines).encode()


def own(kind: str, moment: int, /, **fields: object) -> bytes:
    """One of our own events, as a collector states it."""
    said = {name: value for name, value in fields.items() if value is not None}
    return encode({"type": kind, "occurred_at": moment, **said})
