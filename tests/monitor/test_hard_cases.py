"""Hard cases 36 to 43, 47 and 49 to 52, from what is told to case, owner and message."""

import pytest

from changeproof.accounts.people import add_user, operator
from changeproof.alerts.models import Channel, Outgoing, Route
from changeproof.ledger.cases_read import Case, cases_of
from changeproof.ledger.instance import Instance
from changeproof.ledger.joined import Finding
from changeproof.ledger.judgements import CaseFile
from changeproof.ledger.service import Ledger, ledger
from changeproof.monitor.judging import judge_waiting, sweep
from changeproof.workflow.casework import TakeCase, take_case
from tests.hard_cases.forge import at
from tests.hard_cases.saying import SHOP
from tests.hard_cases.story import POLICY, POLICY_TEXT
from tests.monitor.hard_cases import Found, Hard, hard_cases
from tests.monitor.test_bad_week import tell

FORTNIGHT = 14 * 86_400_000_000
"""By the standard policy somebody has looked at a deviation within so long."""


@pytest.mark.parametrize("hard", hard_cases(), ids=lambda hard: hard.name)
def test_from_what_is_told_to_case_and_message(instance: Instance, hard: Hard) -> None:
    held = ledger()
    channel = Channel.objects.create(name="ops", kind="webhook", address="https://ops.example/a")
    Route.objects.create(name="cases", channel=channel, kinds=["case"])
    held.record_events([POLICY], [POLICY_TEXT], collector="test")
    tell(held, hard.told)
    looked(held, hard.at)
    verdicts = said(held)
    assert {key: verdicts.get(key) for key in hard.said} == hard.said
    cases, told = every_case(held), queued()
    if hard.found is None:
        assert (cases, told) == ([], [])
        return
    [case] = cases
    assert case.name.startswith(f"case:{hard.found.name}")
    assert (case.file.check_id, case.state) == (hard.found.check, "open")
    assert len(case.every_subject) == hard.found.subjects
    assert told == [message(case, hard.found)]
    somebody_sees_to(held, case)
    tell(held, hard.then)
    looked(held, max(hard.then_at, hard.at))
    verdicts = said(held)
    assert {key: verdicts.get(key) for key in hard.then_said} == hard.then_said
    [case] = every_case(held)
    assert (case.ended.outcome if case.ended else "") == hard.ended
    assert queued() == told, "nobody hears of it twice"


def looked(held: Ledger, minute: float) -> None:
    sweep(held, at(minute))
    judge_waiting(held, as_of=lambda: at(minute))


def said(held: Ledger) -> dict[tuple[str, str], str]:
    return {(row.subject, row.check_id): row.verdict for row in held.store.all(Finding)}


def every_case(held: Ledger) -> list[Case]:
    return cases_of(held.store, held.store.all(CaseFile))


def queued() -> list[tuple[str, ...]]:
    """Kind, case, first subject, system, check and severity of what waits for the channel."""
    rows = Outgoing.objects.order_by("pk")
    return list(rows.values_list("kind", "case_id", "subject", "system", "check_id", "severity"))


def message(case: Case, found: Found) -> tuple[str, ...]:
    system = "" if case.file.subject == "organisation" else SHOP
    return ("case", case.name, case.file.subject, system, found.check, found.severity)


def somebody_sees_to(held: Ledger, case: Case) -> None:
    """Nobody is its owner until somebody takes it on; then it is due as policy says."""
    assert case.owner is None
    by = operator().account
    manager = add_user("max@example.com", "Max", ["change_manager"], by=by).account
    take_case(held, manager, TakeCase(case.name))
    [taken] = every_case(held)
    assert taken.state == "taken on"
    assert taken.owner is not None
    assert (taken.owner.owner, taken.owner.due_at) == (manager, case.since + FORTNIGHT)
