"""Hard case 79: each emergency by itself, and how many of them there are as an indicator."""

import pytest

from changeproof.checks.judge import judge_with_due
from changeproof.events.requests import EmergencyDeclared
from changeproof.policy.deadlines import EmergencyRate
from changeproof.policy.durations import Duration
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, DORA, Forge, at
from tests.hard_cases.policies import adopted
from tests.hard_cases.saying import SHOP, say
from tests.hard_cases.story import Findings, Item

SYSTEM = f"system:{SHOP}"
DAY = 24 * 60


def of(judged: Judge, urgent: int, all_of_them: int, *more: Item, days: float = 1) -> Findings:
    """So many changes of the shop that go live at once, and so many of them emergencies."""
    forge, said = Forge(), list(more)
    for number in range(1, all_of_them + 1):
        begin = number * 100
        pull = forge.pull(number).open(begin)
        pull.review(BEN, begin + 5)
        revision = pull.merge(ANNA, begin + 10)
        forge.check(revision, begin + 12)
        forge.deploy(revision, begin + 20, DORA)
        if number <= urgent:
            said.append(
                say(
                    EmergencyDeclared,
                    begin + 8,
                    CLEO,
                    emergency=f"emergency:{number}",
                    change=pull.id,
                    system=SHOP,
                    incident="incident:1",
                    ends_at=at(begin + 90),
                )
            )
    return judged([*forge.items, *said], at(days * DAY))


@pytest.mark.parametrize(("urgent", "verdict"), [(4, "raised"), (3, "raised"), (2, "clear")])
def test_too_many_emergencies_are_an_indicator(judged: Judge, urgent: int, verdict: str) -> None:
    found = of(judged, urgent, 10)
    sign = found[SYSTEM, "emergency_rate"]
    assert sign.verdict == verdict, sign.reason


def test_the_share_is_the_policys(judged: Judge) -> None:
    enough = adopted(emergency_rate=EmergencyRate(percent=40))
    assert of(judged, 4, 10, enough)[SYSTEM, "emergency_rate"].verdict == "clear"


@pytest.mark.parametrize(("days", "verdict"), [(1, "raised"), (9, "clear")])
def test_after_the_time_that_policy_names_they_are_over(
    judged: Judge, days: float, verdict: str
) -> None:
    short = adopted(emergency_rate=EmergencyRate(within=Duration(2, "day")))
    found = of(judged, 4, 10, short, days=days)
    assert found[SYSTEM, "emergency_rate"].verdict == verdict


def test_it_is_looked_at_again_when_the_first_emergency_is_over(judged: Judge) -> None:
    short = adopted(emergency_rate=EmergencyRate(within=Duration(2, "day")))
    found = of(judged, 4, 10, short)
    due = judge_with_due(found.store, [SYSTEM], at(DAY)).due
    assert due[SYSTEM] == at(108 + 2 * DAY) + 1
