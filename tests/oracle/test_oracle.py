"""The checks agree with a plain reading of the same prose, on companies by chance and real ones.

`CHANGEPROOF_ORACLE_CHANGES=10000` compares as many changes as that (`make oracle`), those of other
companies with `CHANGEPROOF_ORACLE_SEED=1000`.
"""

import os
from pathlib import Path

import pytest

from tests.hard_cases.story import NEXT_MONTH, Clone, in_memory
from tests.oracle.compare import Comparison, compare, of_company
from tests.support.histories import HISTORIES, rebuilt

WANTED = int(os.environ.get("CHANGEPROOF_ORACLE_CHANGES", "1500"))
SEED = int(os.environ.get("CHANGEPROOF_ORACLE_SEED", "0"))
BATCH = 100
KEEP = Path(__file__).parents[2] / "var" / "histories"


@pytest.mark.timeout(1800)
def test_generated_companies_get_the_verdicts_that_the_prose_gives_them() -> None:
    whole, seed = Comparison(), SEED
    while whole.changes < WANTED:
        whole.add(of_company(seed, BATCH))
        seed += 1
    assert not whole.differing, "\n".join(whole.differing[:20])
    wanted = {"met", "deviation", "pending", "not_applicable", "not_verifiable", "raised", "clear"}
    assert wanted <= set(whole.verdicts)
    assert whole.findings > 10 * whole.changes


@pytest.mark.parametrize("name", HISTORIES if WANTED > 1500 else HISTORIES[:1])
@pytest.mark.timeout(900)
def test_real_histories_get_the_verdicts_that_the_prose_gives_them(name: str, shared: Path) -> None:
    clone = Clone(rebuilt(shared, name, KEEP), system=name)
    found = compare(in_memory([clone]).store, NEXT_MONTH, name)
    assert found.changes > 1000
    assert not found.differing, "\n".join(found.differing[:20])
