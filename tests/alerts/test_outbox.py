"""What is told arrives: once, gathered, tried again, and on record either way."""

import json
import logging

import pytest

from changeproof.alerts.channels import add_channel
from changeproof.alerts.dead_letters import dead_letters, let_go, send_again
from changeproof.alerts.models import Channel, Outgoing, Route
from changeproof.alerts.notices import Notice
from changeproof.alerts.outbox import GATHERING, PAUSES, enqueue, enqueue_test, send_waiting
from changeproof.alerts.rhythms import due_at
from changeproof.events.moments import read_moment
from changeproof.ledger.judgements import Alert
from changeproof.ledger.service import Ledger, now

SECOND = 1_000_000
SIGN = "signs/unauthorized_deployment"


def notices(count: int, start: int = 0, system: str = "shop") -> list[Notice]:
    numbers = range(start, start + count)
    return [
        Notice("case", f"case:CHG-{each}", f"CHG-{each}", system, SIGN, "high") for each in numbers
    ]


@pytest.fixture
def channel(opened: Ledger, receiver) -> Channel:
    return add_channel("webhook", f"{receiver.url}/hooks/s3cr3t")


def test_a_storm_is_a_handful_of_messages_and_loses_none(opened, receiver, channel):
    moment = now()
    enqueue(notices(30), moment)
    assert send_waiting(opened, moment=moment) == 30
    for start in range(30, 10_000, 1_000):
        enqueue(notices(min(1_000, 10_000 - start), start), moment + SECOND)
        assert send_waiting(opened, moment=moment + 2 * SECOND) == 0
    assert send_waiting(opened, moment=moment + GATHERING) == 9_970
    assert [body["count"] for body in receiver.bodies] == [30, 9_970]
    assert receiver.bodies[1]["more"] == 9_870
    told = {row.case_id for row in opened.store.all(Alert) if row.outcome == "sent"}
    assert told == {f"case:CHG-{each}" for each in range(10_000)}
    assert not Outgoing.objects.exists()


def test_one_thing_keeps_its_own_message(opened, receiver, channel):
    enqueue(notices(1), now())
    assert send_waiting(opened) == 1
    [body] = receiver.bodies
    assert body["case"] == "case:CHG-0"
    assert (body["about"], body["check"], body["system"]) == ("CHG-0", SIGN, "shop")
    assert body["see"].endswith("/cases/case:CHG-0")


def test_the_same_thing_waits_once(opened, receiver, channel):
    moment = now()
    enqueue(notices(3), moment)
    enqueue(notices(5), moment)
    assert Outgoing.objects.count() == 5
    Route.objects.create(name="again", channel=channel, kinds=["case"])
    enqueue(notices(6), moment)
    assert Outgoing.objects.count() == 6


def test_a_failure_is_tried_again_then_a_dead_letter_and_can_be_sent_again(
    opened, receiver, channel, caplog
):
    moment = now()
    receiver.answers = [503] * (len(PAUSES) + 1)
    enqueue(notices(2), moment)
    with caplog.at_level(logging.DEBUG, logger="changeproof"):
        for pause in PAUSES:
            assert send_waiting(opened, moment=moment) == 0
            moment += pause
            assert send_waiting(opened, moment=moment - 1) == 0
        assert send_waiting(opened, moment=moment) == 2
    assert "s3cr3t" not in caplog.text
    assert receiver.answers == []
    assert {row.outcome for row in opened.store.all(Alert)} == {"dead_letter"}
    assert Channel.objects.get().trouble == "it answered 503"
    dead = list(dead_letters())
    assert len(dead) == 2
    moment += PAUSES[0]
    assert send_waiting(opened, moment=moment) == 0
    assert let_go([dead[0].pk]) == 1
    assert send_again(moment) == 1
    assert send_waiting(opened, moment=moment) == 1
    assert len(receiver.bodies) == 1
    outcomes = sorted(row.outcome for row in opened.store.all(Alert))
    assert outcomes == ["dead_letter", "dead_letter", "sent"]
    assert Channel.objects.get().trouble == ""


def test_a_dead_letter_that_waits_anew_is_not_told_twice(opened, receiver, channel):
    moment = now()
    enqueue(notices(1), moment)
    Outgoing.objects.update(given_up_at=moment)
    enqueue(notices(1), moment)
    assert send_again(moment) == 1
    assert Outgoing.objects.count() == 1


def test_a_failure_stops_no_neighbour(opened, receiver, channel):
    add_channel("webhook", "http://127.0.0.1:9/nobody")
    enqueue(notices(1), now())
    assert send_waiting(opened) == 1
    assert len(receiver.bodies) == 1
    assert Outgoing.objects.get().attempts == 1


def test_two_that_send_at_once_send_it_once(opened, receiver, channel):
    moment = now()
    enqueue(notices(1), moment)

    def send(_channel, _message):
        assert send_waiting(opened, moment=moment) == 0

    assert send_waiting(opened, send, moment=moment) == 1


def test_mail_arrives_at_a_real_server(opened, mailbox):
    add_channel("mail", "ops@example.com")
    enqueue(notices(2), now())
    assert send_waiting(opened) == 2
    [letter] = mailbox.letters
    assert letter["to"] == "ops@example.com"
    assert letter["subject"] == "Changeproof: 2 cases were opened"
    assert letter["auto-submitted"] == "auto-generated"
    text = letter.get_content()
    assert "shop 2" in text
    assert "/cases/case:CHG-1" in text


def test_a_mail_server_that_takes_nothing_is_a_failure(opened, mailbox):
    channel = add_channel("mail", "ops@example.com")
    mailbox.refuses = True
    enqueue(notices(1), now())
    assert send_waiting(opened) == 0
    channel.refresh_from_db()
    assert channel.trouble.startswith("it does not answer (SMTP")


def test_without_a_mail_server_nothing_counts_as_sent(opened):
    channel = add_channel("mail", "ops@example.com")
    enqueue(notices(1), now())
    assert send_waiting(opened) == 0
    assert not opened.store.all(Alert)
    channel.refresh_from_db()
    assert "CHANGEPROOF_SMTP" in channel.trouble


def test_a_digest_goes_out_in_the_morning(opened, receiver, channel):
    evening = read_moment("2026-03-11T18:00:00Z")
    Route.objects.update(rhythm="daily")
    enqueue(notices(3), evening)
    morning = read_moment("2026-03-12T07:00:00Z")
    assert due_at("daily", evening) == morning
    assert send_waiting(opened, moment=morning - 1) == 0
    assert send_waiting(opened, moment=morning) == 3
    assert receiver.bodies[0]["title"].startswith("Changeproof: today: 3 cases")
    assert due_at("weekly", evening) == read_moment("2026-03-16T07:00:00Z")
    assert due_at("weekly", read_moment("2026-03-16T07:00:00Z")) == read_moment(
        "2026-03-23T07:00:00Z"
    )


def test_a_test_waits_for_nothing_and_delays_nothing(opened, receiver, channel):
    moment = now()
    enqueue_test(channel, "Somebody asked for it.", moment)
    assert send_waiting(opened, moment=moment) == 1
    enqueue(notices(1), moment)
    assert send_waiting(opened, moment=moment) == 1
    enqueue_test(channel, "Again.", moment + 1)
    assert send_waiting(opened, moment=moment + 1) == 1
    assert [body.get("kind") for body in receiver.bodies] == ["test", None, "test"]


def test_the_record_holds_no_address(opened, receiver, channel, mailbox):
    add_channel("mail", "ops@example.com")
    enqueue(notices(1), now())
    assert send_waiting(opened) == 2
    told = b"".join(row.entry for row in opened.log.entries(0, opened.log.size()))
    assert b"AlertSent" in told
    assert b"s3cr3t" not in told
    assert b"ops@example.com" not in told
    assert {json.loads(row.entry)["event"]["channel"] for row in opened.log.entries(0)} == {
        "webhook",
        "mail",
    }
