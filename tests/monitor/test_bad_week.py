"""The bad week, step by step: each is found by its check, has its case and is told in time."""

from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any

import pytest

from changeproof.alerts.channels import add_channel
from changeproof.alerts.models import Route
from changeproof.alerts.outbox import GATHERING, send_waiting
from changeproof.intake.deliveries import take
from changeproof.ledger.cases_read import Case, cases_about
from changeproof.ledger.instance import Instance
from changeproof.ledger.joined import Finding
from changeproof.ledger.service import Ledger, ledger
from changeproof.ledger.subjects_known import ORGANISATION
from changeproof.ledger.verify import verify_ledger
from changeproof.log.keys import load_key
from changeproof.monitor.judging import judge_waiting, sweep
from changeproof.sources.delivery import Delivery
from tests.hard_cases.forge import at
from tests.hard_cases.saying import SHOP
from tests.hard_cases.story import POLICY, POLICY_TEXT, Item
from tests.monitor.bad_week import Step, bad_week
from tests.support.receivers import Receiver, http_receiver

SECOND = 1_000_000
BAD = ("deviation", "raised", "not_verifiable")


def tell(held: Ledger, items: Sequence[Item]) -> None:
    """As a server takes them in."""
    for taken in take(held, [each for each in items if isinstance(each, Delivery)], "webhook"):
        assert taken.outcome == "translated", taken.reason
    told = [each for each in items if not isinstance(each, Delivery)]
    held.record_events(told, collector="test")


def watch(held: Ledger, moment: int) -> None:
    """What the monitor does at that moment."""
    sweep(held, moment)
    judge_waiting(held, as_of=lambda: moment)


def found(held: Ledger, step: Step) -> tuple[str, Case] | None:
    """The subject that the step's check found, and its case."""
    rows = sorted(held.store.all(Finding), key=lambda row: row.subject)
    for row in rows:
        if row.subject.startswith(step.subject) and row.check_id == step.check:
            case = cases_about(held.store, [row.subject]).get(row.subject)
            if row.verdict in BAD and case is not None:
                return row.subject, case
    return None


def seconds_until_found(held: Ledger, step: Step) -> int:
    """Tick by tick from when it was told, or fell due; fails where it takes too long."""
    begun = at(step.due if step.due is not None else step.minute)
    for second in range(1, step.longest + 2):
        watch(held, begun + second * SECOND)
        if found(held, step) is not None:
            return second
    pytest.fail(f"{step.name}: no case by {step.check} within {step.longest} s")


def test_each_step_of_a_bad_week_is_found_told_and_stays(instance: Instance, settings: Any) -> None:
    settings.ALERT_NETWORKS = (ip_network("127.0.0.0/8"),)
    held = ledger()
    held.record_events([POLICY], [POLICY_TEXT], collector="test")
    before, steps = bad_week()
    assert len({step.name for step in steps}) == 10
    tell(held, before)
    watch(held, at(steps[0].minute) - SECOND)
    assert [step.name for step in steps if found(held, step)] == []
    with http_receiver() as all_else, http_receiver() as of_shop:
        add_channel("webhook", f"{all_else.url}/hook")
        channel = add_channel("webhook", f"{of_shop.url}/hook")
        Route.objects.filter(channel=channel).delete()  # no default of its own
        Route.objects.create(name="shop", channel=channel, systems=[SHOP], kinds=["case"])
        for step in steps:
            tell(held, step.told)
            if step.due is not None:
                watch(held, at(step.due))
                assert found(held, step) is None, step.name
            assert seconds_until_found(held, step) <= step.longest + 1
            told = all_else if step.subject == ORGANISATION else of_shop
            assert was_told(held, told, step), step.name
    answers = [found(held, step) for step in steps]
    cases = {answer[1].name for answer in answers if answer is not None}
    assert len(cases) == 8  # the push and its deployment belong to the gap in which they landed
    assert verify_ledger(held.database, load_key(instance.log_key_file), None).is_sound


def was_told(held: Ledger, receiver: Receiver, step: Step) -> bool:
    """Whether a message names the case; what waits is sent first, a minute later."""
    answer = found(held, step)
    assert answer is not None
    begun = at(step.due if step.due is not None else step.minute)
    send_waiting(held, moment=begun + GATHERING + (step.longest + 1) * SECOND)
    name = answer[1].name
    told = [one for body in receiver.bodies for one in body.get("alerts", [body])]
    return any((one["case"], one["check"]) == (name, answer[1].file.check_id) for one in told)
