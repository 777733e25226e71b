"""Hard cases 44, 45 and 67: what a ticket authorizes, and what not."""

from typing import Any, Literal

import pytest

from changeproof.events.event import Event
from changeproof.events.requests import ChangeAuthorized, ChangeClosed, ChangeRequested
from changeproof.policy.risks import StandardChange
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, DORA, Commit, Forge, Pull, Somebody, at
from tests.hard_cases.policies import adopted
from tests.hard_cases.story import in_any_order
from tests.hard_cases.test_approval import told

SHOP = "jira:example/issue/7"


def asked(
    change: str = SHOP,
    key: str = "SHOP-7",
    by: Somebody = DORA,
    risk: Literal["medium", "high"] = "high",
    **more: Any,
) -> Event:
    """A ticket; at high risk a review does not authorize."""
    values = {"change": change, "ticket_key": key, "risk": risk, **more}
    return told(ChangeRequested, 1, by.account, **values)


def allowed(change: str = SHOP, minute: float = 2, by: Somebody = CLEO) -> Event:
    return told(ChangeAuthorized, minute, by.account, change=change)


def proposed(forge: Forge, number: int, minute: float, title: str = "SHOP-7 Improve") -> Pull:
    """A pull request that names a ticket, with the two approvals that high risk asks for."""
    pull = forge.pull(number, title=title).open(minute)
    pull.review(BEN, minute + 1)
    pull.review(CLEO, minute + 1)
    return pull


def landed(pull: Pull, minute: float) -> None:
    revision = pull.merge(ANNA, minute)
    pull.forge.check(revision, minute + 1)
    pull.forge.deploy(revision, minute + 2)


# 44: one ticket, three pull requests


@pytest.mark.parametrize("missing", ["nothing", "deployment", "approval"])
def test_a_ticket_with_three_pull_requests_is_covered_as_a_whole(
    judged: Judge, missing: str
) -> None:
    forge = Forge()
    pulls = [proposed(forge, number, 10 + number) for number in (1, 2)]
    last = forge.pull(3, title="SHOP-7 The rest").open(14)
    last.review(BEN, 15)
    if missing != "approval":
        last.review(CLEO, 16)
    for place, pull in enumerate(pulls):
        landed(pull, 60 + 10 * place)
    if missing == "deployment":
        last.merge(ANNA, 90)
    else:
        landed(last, 90)
    found = judged([*forge.items, asked(), allowed()])
    assert set(found.changes) == {SHOP}
    finding = found[SHOP, "08"]
    expected = {"nothing": "met", "deployment": "pending", "approval": "deviation"}
    assert finding.verdict == expected[missing]
    if missing == "approval":
        assert finding.reason.startswith(f"{last.id}: 1 of 2")
    assert found.verdict(SHOP, "02") == ("pending" if missing == "deployment" else "met")


# 45: two tickets, one pull request


@pytest.mark.parametrize("both", [False, True])
def test_two_tickets_on_one_pull_request_each_need_their_own(judged: Judge, both: bool) -> None:
    forge = Forge()
    landed(proposed(forge, 1, 10, "[SHOP-7] [SHOP-8] Improve"), 60)
    other = "jira:example/issue/8"
    items = [*forge.items, asked(), asked(other, "SHOP-8"), allowed()]
    if both:
        items.append(allowed(other))
    found = judged(items)
    assert found.verdict(SHOP, "02") == "met"
    assert found.verdict(other, "02") == ("met" if both else "deviation")
    assert found.verdict(SHOP, "08") == found.verdict(other, "08") == "met"


# 67: a standing ticket, a closed one, one of another system


@pytest.mark.parametrize("works", [20, 21])
def test_a_standing_ticket_authorizes_nothing_beyond_twenty(works: int) -> None:
    forge = Forge()
    for number in range(1, works + 1):
        landed(proposed(forge, number, 10 * number), 10 * number + 4)
    found = in_any_order([*forge.items, asked(), allowed()])
    finding = found[SHOP, "02"]
    assert finding.verdict == ("met" if works == 20 else "deviation")
    if works == 21:
        assert "stands for 20 earlier pieces of work as well" in finding.reason


@pytest.mark.parametrize("covered", [False, True])
def test_a_closed_ticket_authorizes_nothing_unless_a_template_does(covered: bool) -> None:
    forge = Forge()
    commit = Commit("words", ANNA, paths=("README.md",))
    pull = forge.pull(1, title="SHOP-7 Words").open(20, commit)
    pull.review(BEN, 21), pull.review(CLEO, 21)
    landed(pull, 60)
    closed = told(ChangeClosed, 15, CLEO.account, change=SHOP, outcome="implemented")
    template = StandardChange(
        id="words", areas=("documentation", "code"), tests_required=False, back_out="Undo it."
    )
    ticket = asked(template="words") if covered else asked()
    items = [*forge.items, ticket, allowed(), closed, adopted(standard_changes=(template,))]
    finding = in_any_order(items)[SHOP, "02"]
    if covered:
        assert (finding.verdict, finding.basis) == ("met", "template")
    else:
        assert finding.verdict == "deviation"
        assert "which had been closed at 2026-03-02T09:15:00Z" in finding.reason


def test_a_ticket_of_another_system_authorizes_nothing() -> None:
    forge, other = Forge(), Forge(4712, "example/billing")
    landed(proposed(forge, 1, 10), 60)
    fine = other.pull(1).open(10)
    fine.review(BEN, 11)
    landed(fine, 60)
    items = [*forge.items, *other.items, asked(system="example/billing"), allowed()]
    finding = in_any_order(items)[SHOP, "02"]
    assert finding.verdict == "deviation"
    assert "which is about another system, example/billing" in finding.reason


def test_a_ticket_approved_after_deployment_is_late_whatever_its_text_says() -> None:
    forge = Forge()
    landed(proposed(forge, 1, 10), 60)
    late = told(ChangeAuthorized, 100, CLEO.account, change=SHOP, claimed_at=at(2))
    finding = in_any_order([*forge.items, asked(), late])[SHOP, "02"]
    assert finding.verdict == "deviation"
    assert "only at 2026-03-02T10:40:00Z" in finding.reason
