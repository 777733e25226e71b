"""Every story of this folder is judged in memory in three orders, and once for real."""

from collections.abc import Callable, Sequence

import pytest

from changeproof.ledger.instance import Instance
from changeproof.ledger.service import ledger
from tests.hard_cases.story import NEXT_MONTH, Findings, Item, in_any_order, on_instance

Judge = Callable[..., Findings]


@pytest.fixture
def judged(instance: Instance) -> Judge:
    """Judges a story everywhere, demands one answer, and gives it."""

    def everywhere(items: Sequence[Item], as_of: int = NEXT_MONTH) -> Findings:
        found = in_any_order(items, as_of)
        kept = on_instance(ledger(), items, as_of)
        of_changes = [each for each in kept.said() if each[0] in found.changes]
        assert of_changes == [each for each in found.said() if each[0] in found.changes]
        return found

    return everywhere
