"""What was approved, as rows, is what point 8 finds to be approved."""

import pytest

from changeproof.checks.approved_work import LastYes, approved_work
from changeproof.checks.judge import judge
from changeproof.ledger.pulls import Review
from tests.checks.populations import AFTERWARDS, pull_requests
from tests.checks.test_announced import CHECK, TWO, store_under

PULLS = ["github:repo/1/pull/0", "github:repo/1/pull/1"]


@pytest.mark.parametrize("lines", [(), (TWO,)])
def test_it_is_approved_where_point_8_is_met(lines):
    store = store_under(*lines)
    found = [each for each in judge(store, PULLS, AFTERWARDS) if each.check_id == CHECK]
    met = {each.subject for each in found if (each.verdict, each.basis) == ("met", "direct")}
    assert len(found) == 2
    assert set(approved_work(store, PULLS, AFTERWARDS).approved) == met
    assert bool(met) is not bool(lines)


def test_the_last_yes_is_told_with_its_moment():
    review = next(row for row in pull_requests(1) if isinstance(row, Review))
    approved = approved_work(store_under(), PULLS, AFTERWARDS).approved
    assert approved[PULLS[0]] == LastYes(review.submitted_at, review.account)
    assert not approved_work(store_under(), [], AFTERWARDS).approved
