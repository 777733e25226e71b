"""On Monday morning the week is told, once, to whoever is told anything."""

from datetime import UTC, datetime

import pytest

from changeproof.alerts.channels import add_channel
from changeproof.alerts.messages import message_of
from changeproof.alerts.models import Outgoing
from changeproof.alerts.outbox import notice_of
from changeproof.events.deployments import DeploymentFinished
from changeproof.ledger.service import ledger
from changeproof.monitor.falling_due import DAY
from changeproof.monitor.judging import judge_waiting
from changeproof.monitor.weekly import tell_of_the_week
from tests.support.pull_requests import BEGIN, REPOSITORY, REVIEWER, Forge

MONDAY = int(datetime(2026, 1, 5, 7, tzinfo=UTC).timestamp()) * 1_000_000


@pytest.fixture
def opened(instance: object):
    forge = Forge(ledger())
    pull, head = forge.open(1)  # at midnight of Thursday, 1 January 2026
    merged = forge.merge(pull, head)
    forge.say(
        DeploymentFinished,
        REVIEWER,
        deployment=f"{REPOSITORY}/deployment/1",
        outcome="succeeded",
        repository=REPOSITORY,
        environment="production",
        revision=merged,
    )
    judge_waiting(ledger())
    return ledger()


def texts():
    rows = Outgoing.objects.filter(kind="week").order_by("id")
    return [message_of([notice_of(row)], "https://proof.example.com") for row in rows]


def test_the_week_is_told_on_monday_and_once(opened):
    assert not tell_of_the_week(opened, BEGIN)  # there is nobody to tell
    add_channel("mail", "ops@example.com")
    assert not tell_of_the_week(opened, BEGIN)  # nor was there before
    assert not tell_of_the_week(opened, MONDAY - 1)
    assert tell_of_the_week(opened, MONDAY)
    assert not tell_of_the_week(opened, MONDAY + 6 * DAY)
    [told] = texts()
    assert told.title == "Changeproof: what the week was"
    assert "The week from 2025-12-29 to 2026-01-05, as judged now:" in told.text
    assert "- 1 change deployed to production: 1 with a deviation, 0 not verifiable" in told.text
    assert "  cc8_1/08_approval: 1 deviation\n" in told.text
    assert "- 0 emergencies declared" in told.text
    assert "See     https://proof.example.com/" in told.text
    assert tell_of_the_week(opened, MONDAY + 7 * DAY)
    assert "- 0 changes deployed to production" in texts()[1].text
