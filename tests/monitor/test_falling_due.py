"""What ends or falls due is told once before, and once more when it is late."""

import pytest

from changeproof.accounts.people import add_user, operator
from changeproof.alerts.channels import add_channel
from changeproof.alerts.messages import message_of
from changeproof.alerts.models import Outgoing
from changeproof.alerts.outbox import notice_of
from changeproof.ledger.service import ledger, now
from changeproof.monitor.falling_due import DAY, tell_of_falling_due
from changeproof.workflow.access import EndAccess, GrantAccess, end_access, grant_access
from changeproof.workflow.access_reviews import OpenAccessReview, open_access_review
from changeproof.workflow.requesting import Window
from changeproof.workflow.waiving import GrantWaiver, RequestWaiver, grant_waiver, request_waiver
from tests.support.pull_requests import SYSTEM, WRITER, Forge


@pytest.fixture
def opened(instance: object):
    Forge(ledger())
    return ledger()


@pytest.fixture
def managers():
    by = operator().account
    return [
        add_user(f"{name}@example.com", name.title(), ["change_manager"], by=by).account
        for name in ("max", "mia")
    ]


def granted(opened, by, days):
    command = GrantAccess(WRITER, "break_glass", SYSTEM, now() + days * DAY, "On call")
    return grant_access(opened, by, command).event


def texts():
    rows = Outgoing.objects.order_by("id")
    return [message_of([notice_of(row)], "https://proof.example.com").text for row in rows]


def test_each_is_told_once_before_and_once_when_late(opened, managers):
    add_channel("mail", "ops@example.com")
    moment = now()
    assert tell_of_falling_due(opened, moment) == 0
    granted(opened, managers[0], 20)
    window = Window(moment, moment + 30 * DAY)
    asked = RequestWaiver("cc8_1/14_patches", "organisation", window, "Late", "Port closed")
    name = request_waiver(opened, managers[0], asked).name
    assert tell_of_falling_due(opened, now()) == 0
    grant_waiver(opened, managers[1], GrantWaiver(name))
    assert tell_of_falling_due(opened, moment + 5 * DAY) == 0
    assert tell_of_falling_due(opened, moment + 10 * DAY) == 1
    assert tell_of_falling_due(opened, moment + 11 * DAY) == 0
    assert tell_of_falling_due(opened, moment + 17 * DAY) == 1
    assert tell_of_falling_due(opened, moment + 21 * DAY) == 1
    soon, waiver, late = texts()
    assert "- access to break glass on payments, held by" in soon
    assert ": in 10 days" in soon
    assert f"- waiver {name} of cc8_1/14_patches for organisation: in 13 days" in waiver
    assert "day late" in late or "days late" in late
    assert "https://proof.example.com/desk" in late


def test_a_review_of_access_is_told_and_what_is_gone_is_forgotten(opened, managers):
    add_channel("mail", "ops@example.com")
    grant = granted(opened, managers[0], 100)
    opened_review = open_access_review(opened, managers[0], OpenAccessReview(SYSTEM))
    assert tell_of_falling_due(opened, now() + DAY) == 1
    assert f"review {opened_review.name} of access to {SYSTEM}, 1 undecided" in texts()[0]
    end_access(opened, managers[0], EndAccess(grant, "Gone"))
    assert tell_of_falling_due(opened, now() + DAY) == 0
    assert len(texts()) == 1


def test_who_is_told_later_hears_of_all_of_it(opened, managers):
    granted(opened, managers[0], 3)
    assert tell_of_falling_due(opened, now()) == 0
    add_channel("mail", "ops@example.com")
    assert tell_of_falling_due(opened, now()) == 1
