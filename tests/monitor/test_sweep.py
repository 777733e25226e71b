"""The law of the sweep: what it leaves alone, judging afresh would leave as it is.

`CHANGEPROOF_LAWS=20` tries twenty times as many companies.
"""

import os
from dataclasses import replace

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from changeproof.checks.evidence import CONTEXT_ROWS
from changeproof.checks.judge import all_subjects, judge, judge_with_due
from changeproof.ledger.joined import Finding, SubjectJudged
from changeproof.ledger.policies import PolicyInForce, PolicyParameter
from changeproof.ledger.standing import standings
from changeproof.ledger.store import Store
from changeproof.monitor.context_due import due_by_context
from changeproof.monitor.judging import due_by_time
from tests.oracle.company import company
from tests.oracle.record import DAY, SECOND
from tests.oracle.world import World

TIMES = int(os.environ.get("CHANGEPROOF_LAWS", "1"))
PAUSES = st.one_of(
    st.integers(1, 60 * SECOND), st.integers(1, 3 * DAY), st.integers(DAY, 400 * DAY)
)


def keep(store: Store, subjects: list[str], as_of: int) -> None:
    """Judge these and keep what the monitor keeps of it."""
    judged = judge_with_due(store, subjects, as_of)
    store.replace(Finding, "subject", subjects, judged.findings)
    rows = standings(store, as_of, judged.findings, judged.due, lambda *_: "")
    store.replace(SubjectJudged, "subject", subjects, rows)


def announce_a_policy(world: World, in_force_from: int) -> None:
    """The company's policy once more, asking for more, from a day that is still to come."""
    current = max(
        (row for row in world.rows if isinstance(row, PolicyInForce)),
        key=lambda row: row.policy_version,
    )
    following = current.policy_version + 1
    world.rows += [
        replace(row, policy_version=following, value="3")
        if row.parameter.startswith("approvals_required.")
        else replace(row, policy_version=following)
        for row in list(world.rows)
        if isinstance(row, PolicyParameter) and row.policy_version == current.policy_version
    ]
    world.rows.append(
        replace(current, policy_version=following, in_force_from=in_force_from, event="f" * 64)
    )


def end_of(world: World) -> int:
    """The moment of the last fact. Context alone is stated ahead of its time; who is touched by
    a fact that is, the ledger itself queues again (tests/ledger/test_future_dates.py)."""
    return max(
        getattr(row, row.table.seen) or 0
        for row in world.rows
        if row.table.seen is not None and not isinstance(row, CONTEXT_ROWS)
    )


@given(st.integers(0, 2**32), st.lists(PAUSES, min_size=1, max_size=4), st.integers(1, 90 * DAY))
@settings(max_examples=4 * TIMES, phases=[Phase.generate])
def test_judging_what_the_sweep_finds_is_judging_everything(
    seed: int, pauses: list[int], until_the_policy: int
) -> None:
    world = company(seed, 8)
    moment = end_of(world)
    announce_a_policy(world, moment + until_the_policy)
    store = world.store()
    keep(store, all_subjects(store, moment), moment)
    for pause in pauses:
        moment += pause
        due = {*due_by_time(store.database, moment), *due_by_context(store.database, moment)}
        keep(store, sorted(due), moment)
        kept = sorted(store.all(Finding), key=lambda row: (row.subject, row.check_id))
        assert kept == judge(store, all_subjects(store, moment), moment)
