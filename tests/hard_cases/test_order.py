"""Hard case 18: out of order, repeated, hours late: the same verdict as in order."""

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from changeproof.events.requests import ChangeAuthorized, EmergencyDeclared, PostReviewHeld
from changeproof.intake.deliveries import take
from changeproof.ledger.instance import Instance
from changeproof.ledger.service import ledger
from changeproof.sources.delivery import Delivery
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, DORA, RECEIVED, Commit, Forge, Pull, at
from tests.hard_cases.policies import adopted
from tests.hard_cases.story import Item, in_memory, on_instance


def landed(pull: Pull, minute: float = 60) -> Pull:
    """Merge, test and deploy it."""
    revision = pull.merge(ANNA, minute)
    pull.forge.check(revision, minute + 5)
    pull.forge.deploy(revision, minute + 10)
    return pull


def everything() -> list[Item]:
    """A week of two repositories: good, bad, repaired, undone, urgent, straight."""
    shop, till = Forge(), Forge(4712, "example/till")
    shop.deploy(shop.push(DORA, -100, Commit("start")), -90)
    fine, late, void, blocked = (shop.pull(number).open(10 + number) for number in range(1, 5))
    fine.review(BEN, 20)
    landed(fine, 60)
    landed(late, 100)
    late.review(BEN, 130)
    void.review(CLEO, 25)
    void.add(ANNA, 30, Commit("added afterwards"))
    landed(void, 140)
    number = blocked.review(CLEO, 31, "changes_requested")
    blocked.review(BEN, 32)
    blocked.dismiss(number, CLEO, ANNA, 33)
    landed(blocked, 180)
    straight = shop.push(ANNA, 220, Commit("straight", ANNA, "Merge pull request #1 from x/y"))
    shop.check(straight, 221)
    shop.deploy(straight, 225)
    shop.deploy(fine.ended["merge_commit_sha"], 260)  # back to an older one
    urgent = till.pull(1, BEN).open(10)
    landed(urgent, 60)
    urgent.review(CLEO, 90)
    given_up, turned = till.pull(2).open(12), till.pull(3).open(13)
    given_up.close(ANNA, 40)
    turned.close(ANNA, 40)
    turned.ended = {}
    turned.tell("reopened", ANNA, 50)
    turned.review(DORA, 55)
    revision = turned.merge(ANNA, 200)
    till.check(revision, 201, "failure")
    till.check(revision, 202)
    till.deploy(revision, 205)
    emergency = EmergencyDeclared(
        source="desk",
        delivery="emergency",
        occurred_at=at(59),
        actor=BEN.account,
        emergency="emergency:1",
        change=urgent.id,
        system="example/till",
        incident="incident:1",
        authorized_by=DORA.account,
        ends_at=at(300),
    )
    allowed = ChangeAuthorized(
        source="desk",
        delivery="authorization",
        occurred_at=at(60),
        actor=DORA.account,
        change=urgent.id,
    )
    review = PostReviewHeld(
        source="desk",
        delivery="post review",
        occurred_at=at(600),
        actor=DORA.account,
        change=urgent.id,
        outcome="accepted",
    )
    return [*shop.items, *till.items, emergency, allowed, review, adopted(approve_before="merge")]


def test_a_week_in_any_order_and_any_groups() -> None:
    items = everything()
    first = in_memory(items)
    verdicts = {row.verdict for row in first.rows if row.check_id.startswith("cc8_1/")}
    assert verdicts >= {"met", "deviation", "pending", "not_applicable"}
    for seed in range(8):
        chance = random.Random(seed)
        other = [*items, *chance.sample(items, 20)]
        chance.shuffle(other)
        assert in_memory(other, groups=chance).said() == first.said()


def test_the_same_for_real(judged: Judge) -> None:
    judged(everything())


@pytest.mark.parametrize("hours", [0, 30])
def test_hours_late_but_signed_by_the_forge_is_in_time(instance: Instance, hours: int) -> None:
    """Evidence was late, the control was not."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    landed(pull)
    before = len(forge.items)
    pull.review(BEN, 20)
    on_instance(ledger(), forge.items[:before])
    assert on_instance(ledger(), []).verdict(pull.id, "08") == "deviation"
    review = forge.items[-1]
    assert isinstance(review, Delivery)
    late = replace(review, received_at=RECEIVED + hours * 3_600_000_000)
    found = on_instance(ledger(), [late])
    assert found.of(pull.id) == "met"
    assert "after the deployment" not in found[pull.id, "08"].reason


def generic(received_minute: float, **event: Any) -> Delivery:
    """One of our own events, posted to the generic endpoint."""
    body = json.dumps(event).encode()
    return Delivery("events", f"own:{received_minute}", body, at(received_minute))


@pytest.mark.parametrize(("received", "verdict"), [(25, "met"), (95, "deviation")])
def test_a_claimed_time_counts_as_the_receipts(
    instance: Instance, received: float, verdict: str
) -> None:
    forge = Forge()
    pull, fine = forge.pull(1).open(10), forge.pull(2).open(11)
    fine.review(BEN, 20)
    landed(pull), landed(fine, 80)
    claimed = generic(
        received,
        type="RevisionReviewed",
        occurred_at=at(20),
        actor=BEN.account,
        review="my-tool/review/1",
        pull=pull.id,
        revision=pull.head,
        verdict="approved",
    )
    found = on_instance(ledger(), [*forge.items, claimed])
    assert found.verdict(pull.id, "08") == verdict
    if verdict == "deviation":
        assert "approved at 2026-03-02T10:35:00Z, after the deployment" in (
            found[pull.id, "08"].reason
        )
    assert found.of(fine.id) == "met"


def test_the_first_receipt_stands(instance: Instance) -> None:
    """The same body again, later or earlier, says nothing new."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    landed(pull)
    said = {
        "type": "RevisionReviewed",
        "actor": BEN.account,
        "review": "my-tool/review/1",
        "pull": pull.id,
        "revision": pull.head,
        "verdict": "approved",
    }
    first = generic(95, **said)
    on_instance(ledger(), [*forge.items, first])
    again = replace(first, received_at=at(20))
    (taken,) = take(ledger(), [again])
    assert (taken.outcome, taken.events) == ("translated", 0)
    assert on_instance(ledger(), []).verdict(pull.id, "08") == "deviation"


def test_late_evidence_against_a_change_counts_too(instance: Instance) -> None:
    """The push of the reviewer arrives last: what seemed met is not."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.add(BEN, 15, Commit("more", ANNA))
    pull.review(BEN, 20)
    landed(pull)
    telling = [item for item in forge.items[2:4] if isinstance(item, Delivery)]
    rest = [item for item in forge.items if item not in telling]
    assert on_instance(ledger(), rest).of(pull.id) == "met"
    assert on_instance(ledger(), telling).verdict(pull.id, "08") == "deviation"
