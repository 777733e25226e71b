"""What the database counts of the fence is what `reconcile` gives, leftover by leftover."""

from itertools import product

import pytest

from changeproof.events.deployments import StateObserved
from changeproof.events.testing import ArtifactBuilt
from changeproof.ledger.joined import Finding
from changeproof.ledger.reconciliation.described import standing_findings
from changeproof.ledger.reconciliation.reconcile import ORDER, reconcile
from changeproof.ledger.reconciliation.tallied import (
    FIRST,
    URGENT,
    Period,
    every_reason,
    leftovers,
    tallied,
)
from tests.ledger.test_reconciliation import told
from tests.support.small_company import BEGIN, DAY, revision_of

VERDICTS = ("met", "deviation", "not_verifiable", "pending", "not_applicable")


@pytest.fixture(scope="module")
def made():
    """Every leftover's subject judged in turn with each verdict, every seventh not at all."""
    company = told(
        (ArtifactBuilt, BEGIN + DAY, {"artifact": "sha256:" + "a" * 64, "revision": "b" * 40}),
        (
            StateObserved,
            BEGIN + 9 * DAY,
            {
                "system": "shop",
                "environment": "production",
                "item": "edge",
                "artifact": "sha256:" + "d" * 64,
            },
        ),
        (
            ArtifactBuilt,
            BEGIN + 2 * DAY,
            {"artifact": "sha256:" + "c" * 64, "revision": revision_of("merge 1")},
        ),
        changes=12,
    )
    asked = set()

    def seen(subjects):
        asked.update(subjects)
        return {}

    reconcile(company.store, seen)
    checks = ("02_authorization", "05_tracking", "08_approval", "09_deployment")
    company.store.insert(
        Finding(
            subject,
            f"cc8_1/{check}",
            VERDICTS[(place + number) % 5],
            "direct",
            f"Found {place % 3}.",
            "e",
        )
        for place, subject in enumerate(sorted(asked))
        for number, check in enumerate(checks)
        if place % 7
    )
    return company


@pytest.mark.parametrize(
    ("since", "until", "systems"),
    [
        *product(
            (None, BEGIN + 3 * DAY),
            (None, BEGIN + 9 * DAY),
            (None, frozenset({"shop"}), frozenset({"x"}), frozenset()),
        )
    ],
)
def test_counts_lists_and_reasons_are_those_of_every_leftover(made, since, until, systems):
    whole = reconcile(made.store, standing_findings(made.store), since, until, systems)
    period = Period(since, until, systems)
    fence = tallied(made.store, period)
    assert fence.by_verdict == whole.by_verdict
    pairs = [
        *((each.left, other.left) for each, other in zip(fence.spans, whole.spans, strict=True)),
        *((each.right, other.right) for each, other in zip(fence.spans, whole.spans, strict=True)),
        *(
            (each.count, other.count)
            for each, other in zip(fence.beside, whole.beside, strict=True)
        ),
    ]
    for count, expected in pairs:
        assert (count.matched, count.left) == (expected.matched, len(expected.leftovers))
        assert count.by_verdict == expected.by_verdict
        for verdict in ORDER:
            rows = tuple(row for row in expected.leftovers if row.verdict == verdict)
            assert leftovers(made.store, count.items, period, verdict, 1_000) == rows
            assert count.first.get(verdict, ()) == (rows[:FIRST] if verdict in URGENT else ())
            assert leftovers(made.store, count.items, period, verdict, 2) == rows[:2]
            reasons = {row.reason for row in rows}
            assert every_reason(made.store, count.items, period, verdict) == reasons
            assert count.reasons.get(verdict, frozenset()) <= reasons


def test_the_company_of_this_test_has_leftovers_of_every_verdict(made):
    whole = reconcile(made.store, standing_findings(made.store))
    assert set(whole.by_verdict) == set(ORDER)
