"""That deliveries could not be read is told, once for many."""

import pytest

from changeproof.alerts.channels import add_channel
from changeproof.alerts.messages import Message
from changeproof.alerts.models import Channel
from changeproof.alerts.outbox import send_waiting
from changeproof.alerts.quarantine import AT_MOST_EVERY, tell_of_quarantine
from changeproof.events.event import sha256_hex
from changeproof.intake.deliveries import take
from changeproof.ledger.judgements import Alert
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.sources.delivery import Delivery


@pytest.fixture
def opened(instance: object) -> Ledger:
    return ledger()


def _broken(opened: Ledger, kind: str, *numbers: int) -> None:
    bodies = [f"[{number}".encode() for number in numbers]
    taken = take(opened, [Delivery(kind, sha256_hex(body), body, now()) for body in bodies])
    assert {each.outcome for each in taken} == {"quarantined"}


def test_what_was_kept_aside_is_told_once_for_many(opened: Ledger) -> None:
    add_channel("webhook", "https://alerts.example.com/in")
    moment = now()
    assert tell_of_quarantine(opened, moment) == 0
    _broken(opened, "github", 1, 2, 3)
    _broken(opened, "jira", 4)
    assert tell_of_quarantine(opened, moment) == 4
    _broken(opened, "jira", 5, 6)
    assert tell_of_quarantine(opened, moment + AT_MOST_EVERY - 1) == 0
    assert tell_of_quarantine(opened, moment + AT_MOST_EVERY) == 2
    assert tell_of_quarantine(opened, moment + 3 * AT_MOST_EVERY) == 0
    told: list[str] = []

    def send(_channel: Channel, message: Message) -> None:
        told.append(message.text)

    assert send_waiting(opened, send, moment) == 1
    assert send_waiting(opened, send, moment + AT_MOST_EVERY) == 1
    assert "4 deliveries could not be read: github 3, jira 1." in told[0]
    assert "2 deliveries could not be read: jira 2." in told[1]
    assert "/sources#quarantine" in told[0]
    assert {row.outcome for row in opened.store.all(Alert)} == {"sent"}


def test_who_is_told_later_hears_of_all_of_it(opened: Ledger) -> None:
    _broken(opened, "gitlab", 1)
    assert tell_of_quarantine(opened, now()) == 0
    add_channel("mail", "ops@example.com")
    assert tell_of_quarantine(opened, now()) == 1
