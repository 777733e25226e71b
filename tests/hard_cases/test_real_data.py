"""Everything real that we have, through one instance: taken, judged, and sound."""

from pathlib import Path

import pytest

from changeproof.checks.judge import judge_with_due
from changeproof.intake.deliveries import take
from changeproof.intake.git import import_git
from changeproof.ledger.changes_read import verdict_of
from changeproof.ledger.instance import Instance
from changeproof.ledger.joined import Change, Finding
from changeproof.ledger.receipts import QuarantinedDelivery
from changeproof.ledger.service import ledger
from changeproof.ledger.verify import verify_ledger
from changeproof.log.keys import load_key
from changeproof.monitor.judging import judge_waiting
from changeproof.policy.parameters import initial_policy_event
from changeproof.sources.delivery import Delivery
from tests.hard_cases.forge import RECEIVED
from tests.support.histories import rebuilt

KEEP = Path(__file__).parents[2] / "var" / "histories"


def deliveries(shared: Path) -> list[Delivery]:
    """All webhooks by the name of their folder, all CDEvents."""
    found = [
        Delivery("github", f"{file.parent.name}/{file.name}", file.read_bytes(), RECEIVED, name)
        for file in sorted((shared / "data/github-webhooks").glob("*/*.json"))
        for name in [file.parent.name]
    ]
    found += [
        Delivery("cdevents", file.name, file.read_bytes(), RECEIVED)
        for file in sorted((shared / "data/cdevents").glob("*.json"))
    ]
    return found


@pytest.mark.timeout(300)
def test_all_that_is_real_is_taken_judged_and_sound(instance: Instance, shared: Path) -> None:
    held = ledger()
    policy, text = initial_policy_event("standard")
    held.record_events([policy], [text], collector="test")
    real = deliveries(shared)
    assert len(real) == 206 + 33
    outcomes = {each.id: taken for each, taken in zip(real, take(held, real), strict=True)}
    assert {taken.outcome for taken in outcomes.values()} == {"translated", "ignored"}
    imported = import_git(held, str(rebuilt(shared, "golang-crypto", KEEP)), "crypto")
    assert imported.commits == 1_348
    assert not held.store.all(QuarantinedDelivery)
    judge_waiting(held)
    assert held.waiting() == 0
    changes = held.store.all(Change)
    findings: dict[str, list[Finding]] = {}
    for row in held.store.all(Finding):
        findings.setdefault(row.subject, []).append(row)
        assert row.reason
        assert row.evidence or not row.check_id.startswith("cc8_1/"), row
    assert len(changes) > 1_348
    assert {row.change_id for row in changes} <= set(findings)
    verdicts = {verdict_of(findings[row.change_id]) for row in changes}
    assert verdicts >= {"deviation", "not_verifiable", "pending"}
    signer = load_key(instance.log_key_file)
    found = verify_ledger(held.database, signer, judge_with_due)
    assert found.is_sound, found.differences[:3]
    assert found.not_yet_judged == 0
    assert found.entries == held.log.size()
    repeated = take(held, real)
    assert sum(taken.events for taken in repeated) == 0
    assert import_git(held, str(rebuilt(shared, "golang-crypto", KEEP)), "crypto").events == 0
    assert held.waiting() == 0
