"""Hard cases 47 to 50, 57 and 80: plans that slip, late tickets, emergencies and their debts."""

from typing import Any

import pytest

from changeproof.events.event import Event
from changeproof.events.requests import (
    ChangeAuthorized,
    ChangeLinked,
    ChangeRequested,
    ChangeScheduled,
    EmergencyDeclared,
    IncidentOpened,
    IncidentResolved,
    PostReviewHeld,
    TimeWindowSet,
)
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, DORA, Commit, Forge, Pull, at
from tests.hard_cases.saying import SHOP, say
from tests.hard_cases.story import in_memory

DAY = 60 * 24
REQUEST = "CHG-2026-0001"


def shipped(forge: Forge, approved_at: float | None = None) -> Pull:
    """One pull request, merged at 60, tested, deployed by its author at 70."""
    pull = forge.pull(1).open(10)
    if approved_at is not None and approved_at < 60:
        pull.review(BEN, approved_at)
    revision = pull.merge(ANNA, 60)
    forge.check(revision, 62)
    forge.deploy(revision, 70, ANNA)
    if approved_at is not None and approved_at >= 60:
        pull.review(BEN, approved_at)
    return pull


def declared(pull: Pull, minute: float, **fields: Any) -> list[Event]:
    """Anna declares, Cleo authorizes at once."""
    whole = {"emergency": "E-1", "change": pull.id, "system": SHOP, "incident": "INC-1"}
    ends = {"ends_at": at(DAY)}
    return [
        say(EmergencyDeclared, minute, ANNA, **{**whole, **ends, **fields}),
        say(ChangeAuthorized, minute, CLEO, change=pull.id),
    ]


def looked(pull: Pull, minute: float) -> PostReviewHeld:
    return say(PostReviewHeld, minute, DORA, change=pull.id, outcome="accepted")


# 47: planned


@pytest.mark.parametrize(
    ("moved_at", "verdict"), [(None, "raised"), (89, "clear"), (90, "clear"), (91, "raised")]
)
def test_a_window_that_slips(judged: Judge, moved_at: float | None, verdict: str) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    told: list[Event] = [
        say(ChangeScheduled, 20, DORA, change=pull.id, begins_at=at(80), ends_at=at(90))
    ]
    if moved_at is not None:
        window = {"begins_at": at(DAY), "ends_at": at(90 * DAY)}
        told.append(say(ChangeScheduled, moved_at, DORA, change=pull.id, **window))
    found = judged([*forge.items, *told])
    assert found.verdict(pull.id, "overdue_change") == verdict
    early = in_memory([*forge.items, *told], at(90))
    assert early.verdict(pull.id, "overdue_change") == "clear"


# 48: a ticket that is written afterwards


@pytest.mark.parametrize("minute", [90, 130])
def test_a_direct_push_that_is_linked_to_a_request(judged: Judge, minute: float) -> None:
    forge = Forge()
    revision = forge.push(ANNA, 100, Commit("straight in"))
    forge.check(revision, 102)
    forge.deploy(revision, 110, DORA)
    told = [
        say(ChangeRequested, minute, DORA, change=REQUEST, system=SHOP),
        say(ChangeLinked, minute + 1, CLEO, change=REQUEST, implementation=f"git:{revision}"),
    ]
    found = judged([*forge.items, *told])
    in_time = minute < 110
    assert found.verdict(REQUEST, "05") == ("met" if in_time else "deviation")
    assert found.verdict(REQUEST, "untracked_change") == ("clear" if in_time else "raised")
    if not in_time:
        assert f"linked to a request by {{{CLEO.account}}} only at" in found[REQUEST, "05"].reason


# 49: declared afterwards


@pytest.mark.parametrize(("minute", "verdict"), [(130, "met"), (131, "deviation")])
def test_declared_after_the_fact(judged: Judge, minute: float, verdict: str) -> None:
    forge = Forge()
    pull = shipped(forge, 200)
    found = judged([*forge.items, *declared(pull, minute), looked(pull, 300)])
    finding = found[pull.id, "13"]
    assert finding.verdict == verdict, finding.reason
    assert finding.basis == ("late_declared" if verdict == "met" else "direct")
    assert found.verdict(pull.id, "08") == verdict


# 50 and 57: what is owed


def test_approved_late_and_never_reviewed(judged: Judge) -> None:
    forge = Forge()
    pull = shipped(forge, 2 * DAY)
    finding = judged([*forge.items, *declared(pull, 65)])[pull.id, "13"]
    assert finding.verdict == "deviation"
    assert "the approval owed until 2026-03-03T10:10:00Z did not come in time" in finding.reason
    assert "Missed: approved afterwards, reviewed afterwards." in finding.reason


def test_a_review_that_is_due_after_the_end_of_the_period(judged: Judge) -> None:
    forge = Forge()
    pull = shipped(forge, 200)
    told = [*forge.items, *declared(pull, 65)]
    due = 70 + 5 * DAY
    before, at_last = in_memory(told, at(DAY)), in_memory(told, at(due))
    for found in (before, at_last):
        assert found.verdict(pull.id, "13") == "pending"
        assert "a review until 2026-03-07T10:10:00Z" in found[pull.id, "13"].reason
    missed = judged(told)[pull.id, "13"]
    assert missed.verdict == "deviation"
    assert "the review owed until 2026-03-07T10:10:00Z was not held in time" in missed.reason


# 80: planned work


@pytest.mark.parametrize("incident", ["running", "none", "later", "over", "unknown"])
def test_planned_work_declared_an_emergency_to_pass_a_freeze(judged: Judge, incident: str) -> None:
    forge = Forge()
    pull = shipped(forge, 200)
    told: list[Event] = [
        say(TimeWindowSet, 0, DORA, window="W-1", kind="freeze", begins_at=at(30), ends_at=at(90)),
        *declared(pull, 65, **({"incident": None} if incident == "none" else {})),
        looked(pull, 300),
    ]
    if incident in ("running", "later", "over"):
        began = 80 if incident == "later" else 40
        told.append(say(IncidentOpened, began, DORA, incident="INC-1", system=SHOP))
    if incident == "over":
        told.append(say(IncidentResolved, 50, DORA, incident="INC-1"))
    found = judged([*forge.items, *told])
    fine = incident in ("running", "unknown")
    assert found.verdict(pull.id, "13") == ("met" if fine else "deviation")
    assert found.verdict(pull.id, "09") == ("met" if fine else "deviation")
    if not fine:
        assert "inside a freeze" in found[pull.id, "09"].reason
        assert "planned work" in found[pull.id, "13"].reason
