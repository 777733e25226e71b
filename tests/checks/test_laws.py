"""Laws that every check keeps: what cannot matter does not, and good evidence never hurts.

`CHANGEPROOF_LAWS=20` tries twenty times as many companies.
"""

import os
from dataclasses import fields, replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from changeproof.checks.judge import judge
from changeproof.ledger.decisions import Approval, ChangeAuthorization
from changeproof.ledger.deployments import Artifact, TestRun
from changeproof.ledger.joined import Change, Finding
from changeproof.ledger.pulls import PullMerge, Review
from changeproof.ledger.receipts import PolicyParameter
from changeproof.ledger.requests import PostReview
from changeproof.ledger.table import Row
from tests.checks.populations import BEGINNING
from tests.oracle.company import company
from tests.oracle.record import DAY, SECOND
from tests.oracle.world import PEOPLE, SECOND_ACCOUNTS, World, ledger_of

SEEDS = st.integers(0, 2**32)
CHANGES = 10
TIMES = int(os.environ.get("CHANGEPROOF_LAWS", "1"))
NEWCOMER = "zoe"
ROLES = ("approver", "change_manager")
URGENT = {"deviation", "raised"}
FINE = {"met", "clear"}

Findings = dict[tuple[str, str], Finding]


def grown(seed: int) -> World:
    """A small company with somebody who may do everything and did nothing so far."""
    world = company(seed, CHANGES)
    given_roles = {getattr(row, "role", None) for row in world.rows}
    for role in ROLES:
        if role in given_roles:
            world.fact("role_grant", account=NEWCOMER, role=role, system="", granted_at=0)
    return world


def judged(rows: list[Row], world: World) -> Findings:
    """The findings on every change, ten days after everything happened."""
    store = ledger_of(rows)
    as_of = BEGINNING + world.now * SECOND + 10 * DAY
    changes = [row.change_id for row in store.all(Change)]
    return {(row.subject, row.check_id): row for row in judge(store, changes, as_of)}


def turned(before: Findings, after: Findings, start: set[str], end: set[str]) -> list[str]:
    """Findings that went from one of `start` to one of `end`."""
    return [
        f"{key}: {before[key].reason} -> {after[key].reason}"
        for key in sorted(before.keys() & after.keys())
        if before[key].verdict in start and after[key].verdict in end
    ]


def _tests_follow_approval(rows: list[Row]) -> bool:
    """Where tests are due before the approval, a new approval moves their deadline."""
    return any(
        isinstance(row, PolicyParameter)
        and row.parameter == "tests_before"
        and row.value == "approval"
        for row in rows
    )


@given(SEEDS)
@settings(max_examples=6 * TIMES)
def test_an_unrelated_event_changes_no_finding(seed: int) -> None:
    world = grown(seed)
    before = judged(world.rows, world)
    count, at = len(world.rows), world.at(world.now)
    elsewhere = "github:repo/900"
    world.fact("repository", repository=elsewhere, name="elsewhere", default_branch="main")
    world.fact("source_coverage", repository=elsewhere, forge="github", covered_from=0)
    pull, head = f"{elsewhere}/pull/1", world.commit()
    world.fact("pull_opened", pull=pull, repository=elsewhere, number=1, author="ann", opened_at=at)
    world.fact("pull_head", pull=pull, revision=head, pushed_by="ann", revised_at=at)
    world.fact(
        "review", review="elsewhere", pull=pull, revision=head, account="bob", verdict="approved",
        submitted_at=at,
    )  # fmt: skip
    world.fact("change_request", change_name="CHG-ELSEWHERE", kind="data", requested_by="cyd")
    world.fact(
        "test_run", run="elsewhere", attempt=1, conclusion="failed", revision=head, name="unit",
        finished_at=at,
    )  # fmt: skip
    assert len(world.rows) > count
    after = judged(world.rows, world)
    assert {key: after[key] for key in before} == before


@given(SEEDS, st.booleans(), st.integers(-1500, 3000))
@settings(max_examples=12 * TIMES)
def test_an_independent_approval_never_turns_met_into_deviation(
    seed: int, at_desk: bool, moment: int
) -> None:
    world = grown(seed)
    before = judged(world.rows, world)
    merges = [row for row in world.rows if isinstance(row, PullMerge)]
    for merge in merges:
        assert merge.merged_at is not None
        at = merge.merged_at + moment * SECOND
        if at_desk:
            world.fact(
                "approval", change_name=merge.pull, revision=merge.revision, account=NEWCOMER,
                approved_at=at,
            )  # fmt: skip
        else:
            world.fact(
                "review", review=f"{merge.pull}/newcomer", pull=merge.pull, revision=merge.head,
                account=NEWCOMER, verdict="approved", submitted_at=at,
            )  # fmt: skip
    after = judged(world.rows, world)
    worse = turned(before, after, FINE, URGENT)
    if _tests_follow_approval(world.rows):
        worse = [each for each in worse if "07_testing" not in each and "requirements" not in each]
    # Whoever approved a head that is not what was deployed is whom that sign is about.
    told = f"{{{NEWCOMER}}} approved"
    worse = [each for each in worse if "configuration_mismatch" not in each or told not in each]
    assert not worse, worse


@given(
    SEEDS, st.sampled_from([Review, Approval, ChangeAuthorization, TestRun, Artifact, PostReview])
)
@settings(max_examples=15 * TIMES)
def test_less_evidence_in_favour_never_turns_deviation_into_met(seed: int, kind: type[Row]) -> None:
    world = grown(seed)
    before = judged(world.rows, world)
    random = Random(seed)
    left = [
        row
        for row in world.rows
        if not (isinstance(row, kind) and _in_favour(row) and random.random() < 0.5)
    ]
    after = judged(left, world)
    better = turned(before, after, {"deviation"}, {"met"})
    # Segregation judges the very acts: without the act nobody held the duty.
    better = [each for each in better if "segregation/" not in each]
    if _tests_follow_approval(world.rows):
        better = [each for each in better if "07_testing" not in each]
    assert not better, better


def _in_favour(row: Row) -> bool:
    if isinstance(row, Review):
        return row.verdict == "approved"
    return not isinstance(row, TestRun) or row.conclusion == "passed"


@given(SEEDS, st.booleans())
@settings(max_examples=6 * TIMES)
def test_other_names_for_people_change_nothing_but_names(seed: int, in_order: bool) -> None:
    world = grown(seed)
    before = judged(world.rows, world)
    names = [*PEOPLE, *SECOND_ACCOUNTS.values(), "robot", "agent", "runner", NEWCOMER]
    people = [f"P-{name}" for name in SECOND_ACCOUNTS]
    new = {name: f"x-{name}" if in_order else f"x-{name[::-1]}" for name in [*names, *people]}
    after = judged([_renamed(row, new) for row in world.rows], world)
    assert before.keys() == after.keys()
    for key, finding in before.items():
        other = after[key]
        assert (finding.verdict, finding.basis) == (other.verdict, other.basis), other.reason
        if in_order:
            reason = finding.reason
            for name, called in new.items():
                reason = reason.replace("{" + name + "}", "{" + called + "}")
            assert reason == other.reason


def _renamed(row: Row, new: dict[str, str]) -> Row:
    cells = {field.name: getattr(row, field.name) for field in fields(row)}  # type: ignore[arg-type]
    changed = {name: new[value] for name, value in cells.items() if value in new}
    return replace(row, **changed) if changed else row  # type: ignore[type-var]
