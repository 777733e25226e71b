"""The organisation is judged again when a tool tells for the first time, or cannot be read."""

from changeproof.events.receipts import DeliveryQuarantined
from changeproof.events.testing import TestsRun
from changeproof.ledger.service import ledger
from changeproof.ledger.subjects_known import ORGANISATION
from changeproof.monitor.judging import judge_waiting
from tests.support.pull_requests import MINUTE, Forge


def test_first_tests_and_unread_deliveries_of_any_kind(instance: object) -> None:
    forge = Forge(ledger())
    _, head = forge.open(7)
    judge_waiting(forge.ledger)
    assert forge.ledger.waiting() == 0

    def tests(run: str) -> TestsRun:
        return TestsRun(
            source="events",
            delivery=run,
            occurred_at=forge.clock + MINUTE,
            run=run,
            revision=head,
            name="unit",
            conclusion="passed",
        )

    forge.ledger.record_events([tests("1")], collector="test")
    assert ORGANISATION in forge.ledger.unjudged(100)
    judge_waiting(forge.ledger)
    forge.ledger.record_events([tests("2")], collector="test")
    assert ORGANISATION not in forge.ledger.unjudged(100)
    unread = DeliveryQuarantined(
        source="intake",
        delivery="3",
        occurred_at=forge.clock + MINUTE,
        kind="jira",
        reason="it is no JSON",
        size=1,
    )
    forge.ledger.record_events([unread], collector="test")
    assert ORGANISATION in forge.ledger.unjudged(100)
