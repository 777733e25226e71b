"""Jira: a webhook and a retrieval of one ticket say the same; approvals; a company's fields."""

import json

import pytest

from changeproof.events.requests import (
    ChangeAuthorized,
    ChangeClosed,
    ChangeDeclined,
    ChangeRequested,
    ChangeScheduled,
    TicketMoved,
)
from changeproof.ledger.requests import ChangeRequest, TicketMove
from changeproof.sources.delivery import Delivery, MalformedPayload
from changeproof.sources.translate import translate
from tests.support.small_company import History, MemoryInstance

ADDRESS = "https://Acme.atlassian.net/rest/api/2/issue/10001"
ADA, BOB = {"accountId": "5c5f88"}, {"accountId": "5c5f99"}
MOVED = {"field": "status", "fromString": "Open", "toString": "Approved"}


@pytest.fixture
def told(pseudonyms):
    def tell(payload, **options):
        body = json.dumps(payload).encode()
        delivery = Delivery("jira", "d", body, 7, options=tuple(sorted(options.items())))
        return translate(delivery, pseudonyms).events

    return tell


def ticket(**more):
    return {
        "id": "10001",
        "key": "PAY-1",
        "self": ADDRESS,
        "fields": {
            "created": "2023-11-14T23:13:20.000+0100",
            "summary": "Pay",
            "reporter": ADA,
            "components": [{"name": "billing"}],
            "customfield_10010": {"value": "High"},
            "customfield_10011": "2023-11-20T20:00:00.000+0000",
            "customfield_10012": "2023-11-20T22:00:00.000+0000",
        },
        **more,
    }


def rows(events, table):
    made = MemoryInstance()
    history = History()
    history.events = list(events)
    made.take(history)
    names = [name for name in table.table.column_names if name not in ("stated_at", "event")]
    return made.database.execute(f"SELECT {', '.join(names)} FROM {table.table.name}")


def test_a_webhook_and_a_retrieval_of_one_edit_are_one_transition(told):
    by_webhook = told(
        {
            "timestamp": 1_700_000_500_000,
            "webhookEvent": "jira:issue_updated",
            "user": BOB,
            "issue": ticket(),
            "changelog": {"id": "77", "items": [{"field": "priority"}, MOVED]},
        }
    )
    edit = {
        "id": "77",
        "created": "2023-11-14T22:21:40.000+0000",
        "author": BOB,
        "items": [{"field": "priority"}, MOVED],
    }
    retrieved = told({"issues": [ticket(changelog={"histories": [edit]})], "startAt": 0})
    for table in (ChangeRequest, TicketMove):
        assert (
            rows(by_webhook, table)
            == rows(retrieved, table)
            == rows([*by_webhook, *retrieved], table)
        )
    [move] = rows(retrieved, TicketMove)
    assert "jira:acme.atlassian.net/user/5c5f99" in move


def test_a_ticket_that_ends_in_nothing_is_closed_at_its_own_time(told):
    fields = {**ticket()["fields"], "resolution": {"name": "Won’t Do"}}
    fields["resolutiondate"] = "2023-11-15T00:00:00.000+0000"
    *_, closed = told({**ticket(), "fields": fields})
    assert isinstance(closed, ChangeClosed)
    assert (closed.outcome, closed.occurred_at) == ("cancelled", 1_700_006_400_000_000)


def approval(*decisions, **more):
    return {
        "id": "1",
        "canAnswerApproval": False,
        "approvers": [
            {"approver": {"accountId": f"a{number}"}, "approverDecision": decision}
            for number, decision in enumerate(decisions)
        ],
        "completedDate": {"epochMillis": 1_700_000_000_000},
        "_links": {"self": "https://acme.atlassian.net/rest/servicedeskapi/request/2/approval/1"},
        **more,
    }


def test_each_approver_who_decided_is_named_and_nobody_else(told):
    yes, no = told(approval("approved", "pending", "declined"))
    assert isinstance(yes, ChangeAuthorized)
    assert isinstance(no, ChangeDeclined)
    assert (yes.change, yes.actor) == (
        "jira:acme.atlassian.net/issue/2",
        "jira:acme.atlassian.net/user/a0",
    )
    assert (yes.time_basis, no.actor) == ("bound", "jira:acme.atlassian.net/user/a2")


def test_silence_and_an_empty_word_are_no_decision(told):
    [seen] = told(approval("pending"))
    assert seen.reason == "nobody has decided yet"
    with pytest.raises(MalformedPayload, match="approverDecision"):
        told(approval(""))


def test_a_companys_own_fields_are_read_where_its_settings_say(told):
    requested, scheduled = told(
        ticket(),
        **{
            "field.system": "fields.components[0].name",
            "field.risk": "fields.customfield_10010.value",
            "field.begins_at": "fields.customfield_10011",
            "field.ends_at": "fields.customfield_10012",
        },
    )
    assert isinstance(requested, ChangeRequested)
    assert isinstance(scheduled, ChangeScheduled)
    assert (requested.system, requested.risk) == ("billing", "high")
    assert scheduled.ends_at - scheduled.begins_at == 2 * 3_600_000_000


@pytest.mark.parametrize(
    ("name", "path", "why"),
    [
        ("field.risk", "key", "is no risk"),
        ("field.system", "fields.components", "is no text"),
        ("field.system", "fields.[", "cannot be followed"),
    ],
)
def test_a_field_that_is_no_such_thing_is_refused_by_name(told, name, path, why):
    with pytest.raises(MalformedPayload, match=why) as refused:
        told(ticket(), **{name: path})
    assert refused.value.where.startswith(name)


def test_moves_without_a_status_say_nothing(told):
    events = told(
        {"webhookEvent": "jira:issue_updated", "issue": ticket(), "changelog": {"items": []}}
    )
    assert not [event for event in events if isinstance(event, TicketMoved)]
