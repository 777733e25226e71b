"""ServiceNow's change requests, in each way of writing a field."""

import json
from collections import Counter

import pytest

from changeproof.events.assessments import ChangeDocumented
from changeproof.events.requests import (
    ChangeAuthorized,
    ChangeClosed,
    ChangeDeclined,
    ChangeRequested,
    ChangeScheduled,
    IncidentOpened,
    IncidentResolved,
    TicketMoved,
)
from changeproof.sources.delivery import Delivery, MalformedPayload
from changeproof.sources.translate import detect, translate

SYS_ID, ADA, BOB = "0" * 31 + "1", "a" * 32, "b" * 32
CHANGE = f"servicenow:acme.service-now.com/change/{SYS_ID}"


@pytest.fixture
def told(pseudonyms):
    def tell(result, **options):
        body = json.dumps({"result": result}).encode()
        options = {"host": "acme.service-now.com", **options}
        delivery = Delivery("servicenow", "d", body, 7, options=tuple(sorted(options.items())))
        return translate(delivery, pseudonyms).events

    return tell


def record(**more):
    return {
        "sys_id": SYS_ID,
        "number": "CHG0030022",
        "sys_class_name": "change_request",
        "state": "-2",
        "risk": "3",
        "requested_by": ADA,
        "sys_created_on": "2026-03-01 10:00:00",
        "sys_updated_on": "2026-03-02 11:30:00",
        "sys_updated_by": "bob.builder",
        "short_description": "Replace the router",
        "start_date": "2026-03-05 20:00:00",
        "end_date": "2026-03-05 22:00:00",
        "backout_plan": "Put the old one back",
        **more,
    }


def shown(values):
    """As the Change Management API writes it: display values in the reader's zone."""
    return {
        name: {"display_value": f"shown {value}", "value": value} for name, value in values.items()
    }


@pytest.mark.parametrize("written", [dict, shown])
def test_a_change_request_is_told_whichever_way_it_is_written(told, written):
    events = told(written(record()))
    requested, documented, scheduled, moved = events
    assert isinstance(requested, ChangeRequested)
    assert (requested.change, requested.ticket_key, requested.risk) == (
        *(CHANGE, "CHG0030022", "medium"),
    )
    assert requested.actor == f"servicenow:acme.service-now.com/user/{ADA}"
    assert requested.occurred_at == 1_772_359_200_000_000
    assert isinstance(documented, ChangeDocumented)
    assert documented.part == "back_out"
    assert isinstance(scheduled, ChangeScheduled)
    assert scheduled.ends_at - scheduled.begins_at == 2 * 3_600_000_000
    assert isinstance(moved, TicketMoved)
    assert (moved.to_status, moved.time_basis) == ("Scheduled", "bound")
    assert "bob" not in str(events)


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"state": "3", "close_code": "successful"}, "implemented"),
        ({"state": "3", "close_code": "unsuccessful"}, "cancelled"),
        ({"state": "4"}, "cancelled"),
    ],
)
def test_how_it_ended(told, more, outcome):
    ended = told(record(**more))[-1]
    assert isinstance(ended, ChangeClosed)
    assert ended.outcome == outcome


def approver(state):
    return {
        "sysapproval": {"link": "https://acme.service-now.com/api/x", "value": SYS_ID},
        "approver": {"link": "https://acme.service-now.com/api/y", "value": BOB},
        "state": state,
        "sys_updated_on": "2026-03-03 09:00:00",
    }


def test_approvers_are_named_one_by_one(told):
    yes, no, waiting = told([approver("approved"), approver("rejected"), approver("requested")])
    assert (type(yes), type(no)) == (ChangeAuthorized, ChangeDeclined)
    assert (yes.change, yes.actor) == (CHANGE, f"servicenow:acme.service-now.com/user/{BOB}")
    assert waiting.reason == "nobody has decided yet"


def test_an_incident_and_its_end(told):
    opened, resolved = told(
        {
            "sys_id": SYS_ID,
            "number": "INC0010",
            "priority": "1",
            "opened_at": "2026-03-01 10:00:00",
            "resolved_at": "2026-03-01 12:00:00",
        }
    )
    assert isinstance(opened, IncidentOpened)
    assert isinstance(resolved, IncidentResolved)
    assert (opened.severity, resolved.incident) == ("critical", opened.incident)


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"sys_id": "a b"}, "result[0].sys_id"),
        ({"sys_created_on": "yesterday"}, "result[0].sys_created_on"),
        ({"state": 1.5}, "result[0].state"),
        ({"short_description": ["x"]}, "result[0].short_description"),
    ],
)
def test_what_is_no_record_is_refused_by_name(told, more, where):
    with pytest.raises(MalformedPayload) as refused:
        told(record(**more))
    assert refused.value.where == where


def test_real_payloads(shared, pseudonyms):
    counted = Counter()
    for file in sorted((shared / "data/payloads/servicenow").glob("*/*.json")):
        body = file.read_bytes()
        translation = translate(Delivery("servicenow", file.name, body, 7), pseudonyms)
        counted["ignored" if translation.ignored else "translated"] += 1
        counted["detected"] += detect(body) == "servicenow"
    assert counted == {"translated": 7, "ignored": 30, "detected": 36}
