"""The alert path watches itself."""

from changeproof.alerts.channels import add_channel
from changeproof.alerts.health import TEST_EVERY, read_health, test_due_channels
from changeproof.alerts.models import Channel
from changeproof.alerts.notices import Notice
from changeproof.alerts.outbox import PAUSES, enqueue, send_waiting
from changeproof.ledger.service import now


def test_a_channel_is_tested_when_it_is_new_and_when_nothing_was_heard(opened, receiver):
    add_channel("webhook", f"{receiver.url}/in")
    moment = now()
    assert test_due_channels(opened, moment) == 1
    assert test_due_channels(opened, moment + 1) == 0
    send_waiting(opened, moment=moment)
    assert receiver.bodies[0]["kind"] == "test"
    assert test_due_channels(opened, moment + TEST_EVERY - 1) == 0
    enqueue([Notice("case", "case:1", "CHG-1")], moment)
    send_waiting(opened, moment=moment + TEST_EVERY - 1)
    assert test_due_channels(opened, moment + TEST_EVERY) == 0
    assert test_due_channels(opened, moment + 2 * TEST_EVERY) == 1


def test_an_alarm_while_nothing_arrives(opened, receiver):
    assert read_health().alarm == ""
    add_channel("webhook", f"{receiver.url}/in")
    moment = now()
    receiver.answers = [500]
    test_due_channels(opened, moment)
    send_waiting(opened, moment=moment)
    assert read_health().alarm == "No alert arrives: it answered 500."
    send_waiting(opened, moment=moment + PAUSES[0])
    health = read_health()
    assert (health.alarm, health.sent_at) == ("", moment + PAUSES[0])


def test_one_of_two_that_fails_is_named(opened, receiver):
    add_channel("webhook", f"{receiver.url}/in", "good")
    add_channel("mail", "ops@example.com", "post")
    enqueue([Notice("case", "case:1", "CHG-1")], now())
    send_waiting(opened)
    assert read_health().alarm.startswith("Alerts by post do not arrive: no mail server")
    Channel.objects.filter(name="post").delete()
    assert read_health().alarm == ""
