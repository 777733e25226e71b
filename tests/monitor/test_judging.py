"""The queue, the findings and their history; cases, and who is told of them."""

import json
from typing import Any

import pytest

from changeproof.alerts.channels import add_channel
from changeproof.alerts.messages import Message
from changeproof.alerts.models import Channel, Outgoing
from changeproof.alerts.outbox import PAUSES, send_waiting
from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.intake.deliveries import take
from changeproof.ledger.joined import Deployment, Finding, SubjectJudged
from changeproof.ledger.judgements import Alert, CaseFile, judgements_on
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.monitor import judging
from changeproof.monitor.judging import judge_waiting, sweep
from changeproof.policy.deadlines import SettlingTimes
from changeproof.policy.durations import parse_duration
from changeproof.policy.parameters import (
    initial_policy_event,
    parameters,
    profile_policy,
)
from changeproof.sources.delivery import Delivery
from tests.end_to_end.payloads import REPOSITORY, commit, pull_request_story

PULL = f"github:repo/{REPOSITORY['id']}/pull/1"


@pytest.fixture
def opened(instance: object) -> Ledger:
    """An instance with the standard policy."""
    here = ledger()
    event, content = initial_policy_event("standard")
    here.record_events([event], [content], collector="test")
    return here


def ingest(here: Ledger, *payloads: tuple[str, bytes]) -> None:
    deliveries = [
        Delivery("github", sha256_hex(body), body, now(), name) for name, body in payloads
    ]
    assert {taken.outcome for taken in take(here, deliveries)} <= {"translated", "ignored"}


def direct_push() -> list[tuple[str, bytes]]:
    """The story's push and deployment without its pull request."""
    story = list(pull_request_story(1))
    return [each for each in story if not each[0].startswith(("pull_request", "check"))]


def verdicts(here: Ledger, subject: str) -> dict[str, str]:
    return {row.check_id: row.verdict for row in here.store.by(Finding, "subject", [subject])}


def test_a_batch_is_judged_and_leaves_the_queue_empty(opened: Ledger) -> None:
    ingest(opened, *pull_request_story(1))
    assert opened.waiting() > 0
    judge_waiting(opened, batch=1)
    assert opened.waiting() == 0
    assert verdicts(opened, PULL)["cc8_1/08_approval"] == "met"


def test_history_keeps_what_was_said_before(opened: Ledger) -> None:
    story = list(pull_request_story(1))
    review = next(each for each in story if each[0] == "pull_request_review")
    ingest(opened, *[each for each in story if each is not review])
    judge_waiting(opened)
    assert verdicts(opened, PULL)["cc8_1/08_approval"] == "deviation"
    ingest(opened, review)
    judge_waiting(opened)
    assert verdicts(opened, PULL)["cc8_1/08_approval"] == "met"
    told = [json.loads(row.verdicts) for row in judgements_on(opened.store, PULL)]
    said = {each["cc8_1/08_approval"] for each in told if "cc8_1/08_approval" in each}
    assert said == {"deviation/direct", "met/direct"}


def test_judging_again_without_news_says_nothing_new(opened: Ledger) -> None:
    ingest(opened, *pull_request_story(1))
    judge_waiting(opened)
    size = opened.log.size()
    with opened.database.transaction():
        opened.queue([PULL])
    judge_waiting(opened)
    assert opened.log.size() == size


def test_an_interruption_leaves_the_queue_as_it_was(
    opened: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(opened, *pull_request_story(1))
    waiting = opened.waiting()

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(opened, "take_off_queue", fail)
        with pytest.raises(KeyboardInterrupt):
            judge_waiting(opened)
    assert opened.waiting() == waiting
    assert verdicts(opened, PULL) == {}
    judge_waiting(opened)
    assert verdicts(opened, PULL)


def test_a_subject_that_cannot_be_judged_holds_up_no_other(
    opened: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(opened, *pull_request_story(1), *pull_request_story(2))
    judge = judging.judge_in_parts

    def fail_on_one(store: Any, subjects: Any, *rest: Any, **named: Any) -> Any:
        if PULL in subjects:
            raise ZeroDivisionError
        return judge(store, subjects, *rest, **named)

    with monkeypatch.context() as patched:
        patched.setattr(judging, "judge_in_parts", fail_on_one)
        judge_waiting(opened)
    assert opened.set_aside() == [PULL]
    assert verdicts(opened, f"{PULL[:-1]}2")["cc8_1/08_approval"] == "met"
    ingest(opened, *pull_request_story(1, reviewer=3))
    judge_waiting(opened)
    assert opened.set_aside() == []
    assert verdicts(opened, PULL)["cc8_1/08_approval"] == "met"


def test_what_is_due_is_judged_again(opened: Ledger) -> None:
    ingest(opened, *pull_request_story(1))
    judge_waiting(opened)
    opened.database.execute(
        "UPDATE subject_judged SET due_at = as_of + 1 WHERE subject = ?", (PULL,)
    )
    [row] = opened.store.by(SubjectJudged, "subject", [PULL])
    assert sweep(opened, row.as_of) == 0
    assert sweep(opened, row.as_of + 1) == 1
    assert opened.unjudged(10) == [PULL]


def test_until_the_settling_time_has_passed_no_case_is_opened_and_nobody_is_told(
    opened: Ledger,
) -> None:
    add_channel("mail", "ops@example.com")
    slow = profile_policy("standard").model_copy(
        update={"version": 2, "unexplained_for": SettlingTimes(usual=parse_duration("9 minutes"))}
    )
    event, _ = initial_policy_event("standard")
    stated = {"policy_version": 2, "parameters": parameters(slow), "delivery": "slow"}
    opened.record_events([event.model_copy(update=stated)], collector="test")
    ingest(opened, *direct_push())
    [deployment] = opened.store.all(Deployment)
    assert deployment.deployed_at is not None
    judge_waiting(opened, as_of=lambda: deployment.deployed_at or 0)
    subject = f"git:{commit('merge 1')}"
    assert verdicts(opened, subject)["cc8_1/05_tracking"] == "pending"
    assert (opened.store.all(CaseFile), Outgoing.objects.count()) == ([], 0)
    [row] = opened.store.by(SubjectJudged, "subject", [subject])
    assert row.due_at is not None
    assert sweep(opened, row.due_at) == 1
    judge_waiting(opened, as_of=lambda: row.due_at or 0)
    assert [case.subject for case in opened.store.all(CaseFile)] == [subject]
    assert Outgoing.objects.count() == 1


def test_an_unauthorized_change_opens_one_case(opened: Ledger) -> None:
    ingest(opened, *direct_push())
    judge_waiting(opened)
    subject = f"git:{commit('merge 1')}"
    [case] = opened.store.all(CaseFile)
    assert (case.subject, case.check_id) == (subject, "signs/unauthorized_deployment")
    assert case.deployed_at is not None
    with opened.database.transaction():
        opened.queue([subject])
    judge_waiting(opened)
    assert len(opened.store.all(CaseFile)) == 1


def test_whoever_is_to_be_told_is_told_once(opened: Ledger) -> None:
    add_channel("mail", "ops@example.com")
    ingest(opened, *direct_push())
    judge_waiting(opened)
    told: list[str] = []

    def send(channel: Channel, message: Message) -> None:
        told.append(f"{channel.address} {message.data['case']} {message.data['about']}")

    assert send_waiting(opened, send) == 1
    assert send_waiting(opened, send) == 0
    subject = f"git:{commit('merge 1')}"
    assert told == [f"ops@example.com case:{subject} {subject}"]
    [alert] = opened.store.all(Alert)
    assert (alert.channel, alert.outcome) == ("mail", "sent")


def test_an_alert_that_cannot_be_sent_ends_as_a_dead_letter_on_record(opened: Ledger) -> None:
    add_channel("webhook", "https://alerts.example.com/in")
    ingest(opened, *direct_push())
    judge_waiting(opened)

    def fail(*_: object) -> None:
        raise ConnectionError

    moment = now()
    for pause in PAUSES:
        assert send_waiting(opened, fail, moment) == 0
        moment += pause
    assert send_waiting(opened, fail, moment) == 1
    [alert] = opened.store.all(Alert)
    assert alert.outcome == "dead_letter"
    assert Outgoing.objects.get().given_up_at == moment


@pytest.mark.parametrize(
    ("kind", "address"), [("mail", "nobody"), ("webhook", "ftp://x"), ("pigeon", "a@example.com")]
)
def test_a_channel_that_leads_nowhere_is_refused(opened: Ledger, kind: str, address: str) -> None:
    with pytest.raises(Refusal):
        add_channel(kind, address)
