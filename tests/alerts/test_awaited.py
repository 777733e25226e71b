"""What is told is acknowledged by somebody, or told to the next; a dead path is told by another."""

from urllib.parse import urlsplit

import pytest

from changeproof.accounts.people import operator
from changeproof.alerts.awaited import awaited_messages
from changeproof.alerts.channels import add_channel
from changeproof.alerts.health import DEAD_AFTER, tell_of_dead_paths
from changeproof.alerts.links import acknowledging
from changeproof.alerts.models import Awaited, Channel, Outgoing, Route
from changeproof.alerts.notices import Notice
from changeproof.alerts.outbox import GATHERING, PAUSES, enqueue, send_waiting
from changeproof.alerts.unanswered import escalate_unanswered
from changeproof.events.acts import CaseOpened
from changeproof.events.cases import CaseTaken
from changeproof.events.refusal import Refusal
from changeproof.ledger.alerting import AlertAcknowledgement, AlertEscalation
from changeproof.ledger.judgements import Alert
from changeproof.ledger.service import now
from changeproof.workflow.acknowledging import AcknowledgeAlert, acknowledge_alert
from changeproof.workflow.rulings import MayNot
from changeproof.workflow.telling import SetRoute, set_route
from tests.alerts.test_outbox import notices

SECOND = 1_000_000
MINUTE = 60 * SECOND


@pytest.fixture
def pager(opened, receiver):
    """`ops` asks to be acknowledged in a quarter of an hour, `boss` is next in an hour."""
    add_channel("webhook", f"{receiver.url}/ops", "ops")
    add_channel("webhook", f"{receiver.url}/boss", "boss")
    boss = Route.objects.get(name="boss")
    boss.kinds, boss.is_default, boss.acknowledge_within = ["week"], False, 60
    boss.save()
    Route.objects.filter(name="ops").update(acknowledge_within=15, next_route=boss)
    return receiver


def test_a_storm_that_nobody_acknowledges_is_a_handful_of_messages_and_loses_none(opened, pager):
    moment = now()
    enqueue(notices(10_000), moment)
    assert send_waiting(opened, moment=moment) == 10_000
    [asked] = awaited_messages(None, moment, 10)
    assert (asked.count, asked.route, asked.is_late) == (10_000, "ops", False)
    late = moment + 15 * MINUTE
    assert escalate_unanswered(opened, late - 1) == 0
    assert escalate_unanswered(opened, late) == 10_000
    assert escalate_unanswered(opened, late) == 0
    assert send_waiting(opened, moment=late) == 10_000
    assert [body["count"] for body in pager.bodies] == [10_000, 10_000]
    assert pager.bodies[1]["unacknowledged"] == "ops"
    assert pager.bodies[1]["title"].startswith("Changeproof: nobody acknowledged: 10,000")
    told = {(row.case_id, row.channel) for row in opened.store.all(AlertEscalation)}
    assert told == {(f"case:CHG-{each}", "boss") for each in range(10_000)}
    # The first link still answers for everything, wherever it was told.
    first = acknowledging(urlsplit(pager.bodies[0]["acknowledge"]).path.rpartition("/")[2])
    with pytest.raises(MayNot):
        acknowledge_alert(opened, "local:user/404", AcknowledgeAlert(first))
    done = acknowledge_alert(opened, operator().account, AcknowledgeAlert(first))
    assert done.note.startswith("10,000 things are acknowledged")
    assert len(opened.store.all(AlertAcknowledgement)) == 10_000
    assert not Awaited.objects.exists()
    assert escalate_unanswered(opened, late + 60 * MINUTE) == 0
    with pytest.raises(Refusal):
        acknowledge_alert(opened, operator().account, AcknowledgeAlert(first))


def test_what_never_arrived_is_escalated_too_and_an_answer_stops_what_waits(opened, pager):
    moment = now()
    pager.answers = [503]
    enqueue(notices(1), moment)
    assert send_waiting(opened, moment=moment) == 0
    [asked] = awaited_messages(None, moment, 10)
    assert asked.told_at is None
    assert escalate_unanswered(opened, moment + 15 * MINUTE) == 1
    assert {row.escalated_from for row in Outgoing.objects.all()} == {"", "ops"}
    acknowledge_alert(opened, operator().account, AcknowledgeAlert(asked.message))
    assert [row.escalated_from for row in Outgoing.objects.all()] == [""]


def test_a_case_that_somebody_took_on_is_not_escalated_and_asked_again_when_it_comes_back(
    opened, pager
):
    moment, mine = now(), {"source": "monitor", "delivery": "d"}
    opened_one = CaseOpened(
        **mine, occurred_at=moment, case="case:CHG-0", subject="CHG-0", check="signs/x"
    )
    taken = CaseTaken(
        **mine, occurred_at=moment, case="case:CHG-0", owner="local:user/1", due_at=moment
    )
    opened.record_events([opened_one, taken], collector="monitor")
    enqueue(notices(2), moment)
    late = moment + 15 * MINUTE
    assert escalate_unanswered(opened, late) == 1
    assert [row.case_id for row in Outgoing.objects.exclude(escalated_from="")] == ["case:CHG-1"]
    Outgoing.objects.all().delete()
    enqueue(notices(2), late)
    assert (
        sorted(row.due_at for row in Awaited.objects.filter(route__name="ops"))
        == [late + 15 * MINUTE] * 2
    )


def test_the_last_route_ends_the_escalation_on_record(opened, pager):
    moment = now()
    enqueue(notices(1), moment)
    escalate_unanswered(opened, moment + 15 * MINUTE)
    escalate_unanswered(opened, moment + 75 * MINUTE)
    rows = sorted(opened.store.all(AlertEscalation), key=lambda row: row.escalated_at)
    assert [(row.route, row.channel) for row in rows] == [("ops", "boss"), ("boss", None)]
    assert [each.is_late for each in awaited_messages(None, moment + 75 * MINUTE, 9)] == [True] * 2


def test_who_holds_one_system_answers_for_that_alone(company, receiver):
    held = company.forge.ledger
    add_channel("webhook", f"{receiver.url}/ops", "ops")
    Route.objects.update(acknowledge_within=5)
    enqueue([*notices(1, 0, "payments"), *notices(1, 1, "elsewhere")], now())
    deployer = company.user("deployer", system="payments").account
    [asked] = awaited_messages({"payments"}, now(), 9)
    assert asked.count == 1
    done = acknowledge_alert(held, deployer, AcknowledgeAlert(asked.message))
    assert "1 of other systems wait" in done.note
    assert [row.system for row in Awaited.objects.all()] == ["elsewhere"]
    with pytest.raises(MayNot):
        acknowledge_alert(held, deployer, AcknowledgeAlert(asked.message))
    seat = company.user("auditor").account
    with pytest.raises(MayNot):
        acknowledge_alert(held, seat, AcknowledgeAlert(asked.message))


@pytest.mark.parametrize(
    "wrong",
    [
        {"acknowledge_within": -1},
        {"acknowledge_within": 15, "rhythm": "daily"},
        {"next_route": "r"},
        {"next_route": "nobody"},
        {"otherwise": "nobody"},
    ],
)
def test_turns_that_make_no_sense_are_refused(company, wrong):
    held, administrator = company.forge.ledger, company.user("administrator").account
    add_channel("mail", "ops@example.com", "ops")
    set_route(held, administrator, SetRoute("r", "ops", acknowledge_within=15, next_route="ops"))
    with pytest.raises(Refusal):
        set_route(held, administrator, SetRoute(**{"name": "r", "channel": "ops", **wrong}))


def test_a_dead_path_is_told_once_by_a_channel_of_another_kind(opened, receiver, mailbox):
    add_channel("webhook", "http://127.0.0.1:9/nobody", "dead")
    add_channel("webhook", f"{receiver.url}/in", "alike")
    add_channel("mail", "ops@example.com", "post")
    moment = now()
    Route.objects.exclude(name="dead").delete()
    enqueue([Notice("case", "case:1", "CHG-1")], moment)
    send_waiting(opened, moment=moment)
    assert tell_of_dead_paths(opened, moment) == 0
    send_waiting(opened, moment=moment + PAUSES[0])
    later = moment + DEAD_AFTER
    assert tell_of_dead_paths(opened, later) == 1
    assert tell_of_dead_paths(opened, later) == 0
    send_waiting(opened, moment=later)
    [letter] = mailbox.letters
    assert letter["subject"] == "Changeproof: alerts do not arrive"
    assert "Nothing arrives by dead (webhook)" in letter.get_content()
    assert tell_of_dead_paths(opened, later + GATHERING) == 0
    assert not receiver.bodies
    assert {row.outcome for row in opened.store.all(Alert)} == {"sent"}
    # It works again, and then fails again: that is another outage.
    Channel.objects.filter(name="dead").update(failing_since=later + 1, failed_at=later + 2)
    assert tell_of_dead_paths(opened, later + 1 + DEAD_AFTER) == 1
