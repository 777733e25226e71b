"""A policy adopted ahead of its day judges from that day on, without anything else coming in."""

from changeproof.events.receipts import PolicyAdopted
from changeproof.ledger.joined import Finding
from changeproof.ledger.service import ledger
from changeproof.monitor.context_due import sweep_context
from changeproof.monitor.judging import judge_waiting, sweep
from changeproof.policy.parameters import parameters, profile_policy
from tests.support.pull_requests import MINUTE, Forge

APPROVAL = "cc8_1/08_approval"


def adopted(in_force_from: int) -> PolicyAdopted:
    policy = profile_policy("standard")
    approvals = policy.approvals.model_copy(update={"medium": 2})
    changed = policy.model_copy(update={"approvals": approvals, "version": 2})
    return PolicyAdopted(
        source="policy",
        delivery="version 2",
        occurred_at=in_force_from - 60 * MINUTE,
        policy_version=2,
        policy="0" * 64,
        in_force_from=in_force_from,
        parameters=parameters(changed),
    )


def test_what_waits_is_judged_by_the_new_policy_when_its_day_comes(instance: object) -> None:
    forge = Forge(ledger())
    pull, head = forge.open(7)
    forge.review(pull, head)
    before = forge.clock + MINUTE
    begins = before + 60 * MINUTE
    forge.ledger.record_events([adopted(begins)], collector="test")
    judge_waiting(forge.ledger, as_of=lambda: before)

    def reason() -> str:
        rows = forge.ledger.store.by(Finding, "subject", [pull])
        return next(row.reason for row in rows if row.check_id == APPROVAL)

    assert reason().startswith("1 of 1 independent approvals so far")
    assert sweep_context(forge.ledger, begins - 1) == 0
    assert sweep(forge.ledger, begins) == 0
    assert sweep_context(forge.ledger, begins) > 0
    judge_waiting(forge.ledger, as_of=lambda: begins)
    assert reason().startswith("1 of 2 independent approvals so far")
    assert sweep_context(forge.ledger, begins) == 0
