"""Every side against its neighbour: nothing is lost, and the auditor's engine counts the same."""

import duckdb
import pytest

from changeproof.events.deployments import DeploymentFinished, DeploymentRequested, StateObserved
from changeproof.events.pulls import PullRequestMerged, PullRequestOpened
from changeproof.events.requests import ChangeClosed, ChangeLinked, ChangeRequested
from changeproof.events.testing import ArtifactBuilt
from changeproof.ledger.joined import Finding
from changeproof.ledger.reconciliation.beside import BESIDE
from changeproof.ledger.reconciliation.described import standing_findings
from changeproof.ledger.reconciliation.reconcile import UNEXPLAINED, period_query, reconcile
from changeproof.ledger.reconciliation.spans import SIDES, SPANS
from changeproof.ledger.snapshot import write_snapshot
from tests.support.small_company import (
    ALICE,
    BEGIN,
    DAY,
    REPOSITORY,
    MemoryInstance,
    revision_of,
    small_history,
    small_instance,
)

SYSTEM = "shop"
QUERIES = [
    *((f"{span.name} left", span.left_items) for span in SPANS),
    *((f"{span.name} right", span.right_items) for span in SPANS),
    *((each.name, each.items) for each in BESIDE),
]


def told(*extra, changes=3):
    """The small company with more events on top: (type, at, said) each."""
    made = MemoryInstance()
    history = small_history(changes)
    for event, at, said in extra:
        history.say(event, at, ALICE, **said)
    made.take(history, batch=50)
    return made


def left_over(found, span, half):
    [each] = [each for each in found.spans if each.span.name == span]
    return {row.item: row for row in getattr(each, half).leftovers}


def counts(made, *, findings_of=None, **asked):
    return reconcile(made.store, findings_of or standing_findings(made.store), **asked)


def test_every_side_is_the_sum_of_what_matches_and_what_is_left():
    found = counts(small_instance())
    for each in found.spans:
        for half in (each.left, each.right):
            assert half.total == half.matched + sum(half.by_verdict.values())
    assert [each.span.left for each in found.spans] == list(SIDES[:-1])
    for before, after in zip(found.spans, found.spans[1:], strict=False):
        assert before.right.total == after.left.total, before.span.name


@pytest.mark.parametrize(("name", "items"), QUERIES)
def test_the_auditors_engine_lists_the_same_items(name, items, tmp_path):
    made = small_instance()
    write_snapshot(made.store, tmp_path)
    asked = f"SELECT * FROM ({period_query(items, BEGIN, BEGIN + 90 * DAY)}) AS m"
    with duckdb.connect() as engine:
        for file in tmp_path.glob("*.parquet"):
            engine.execute(f"CREATE VIEW {file.stem} AS FROM read_parquet('{file}')")
        listed = engine.execute(asked).fetchall()
    assert sorted(listed, key=repr) == sorted(made.database.execute(asked), key=repr)


def test_a_build_that_no_commit_of_ours_explains_is_left_over():
    artifact = "sha256:" + "a" * 64
    stranger = revision_of("somebody else's fork")
    made = told(
        (ArtifactBuilt, BEGIN + DAY, {"artifact": artifact, "revision": stranger}),
    )
    row = left_over(counts(made), "commits_builds", "right")[artifact]
    assert (row.verdict, row.reason) == ("not_applicable", "It was never released.")


def test_a_build_waits_until_a_later_one_is_released():
    first, second = "sha256:" + "b" * 64, "sha256:" + "c" * 64
    built = {"repository": REPOSITORY, "revision": revision_of("merge 99")}
    waiting = (
        (ArtifactBuilt, BEGIN + DAY, {"artifact": first, **built}),
        (ArtifactBuilt, BEGIN + 2 * DAY, {"artifact": second, **built}),
    )
    released = (
        DeploymentFinished,
        BEGIN + 3 * DAY,
        {
            "deployment": "d:second",
            "outcome": "succeeded",
            "repository": REPOSITORY,
            "environment": "production",
            "artifact": second,
        },
    )
    before = left_over(counts(told(*waiting, changes=0)), "builds_deployments", "left")
    assert {name: row.verdict for name, row in before.items() if name in (first, second)} == {
        first: "pending",
        second: "pending",
    }
    after = left_over(counts(told(*waiting, released, changes=0)), "builds_deployments", "left")
    assert after[first].verdict == "not_applicable"
    assert second not in after


def test_a_deployment_of_which_no_end_was_reported_is_left_over():
    asked = {"repository": REPOSITORY, "environment": "Production"}
    revision, artifact = revision_of("merge 1"), "sha256:" + "9" * 64
    made = told(
        (DeploymentRequested, BEGIN, {"deployment": "d:lost", "revision": revision, **asked}),
        (DeploymentRequested, BEGIN, {"deployment": "d:seen", "artifact": artifact, **asked}),
        (
            StateObserved,
            BEGIN + DAY,
            {"system": SYSTEM, "environment": "production", "item": "shop", "artifact": artifact},
        ),
        (DeploymentRequested, BEGIN, {"deployment": "d:failed", **asked}),
        (
            DeploymentFinished,
            BEGIN + DAY,
            {"deployment": "d:failed", "outcome": "failed", **asked},
        ),
        (DeploymentRequested, BEGIN, {"deployment": "d:test", **asked, "environment": "test"}),
    )
    [lost] = [each.count for each in counts(made).beside if each.beside.name == "asked"]
    left = {row.item: (row.verdict, row.reason) for row in lost.leftovers}
    assert {name: left[name] for name in left if name.startswith("d:")} == {
        "d:lost": (
            "not_verifiable",
            "No end was reported: whether it reached production is not known.",
        ),
        "d:seen": (
            "not_verifiable",
            "No end was reported, and what it was to bring was seen running there.",
        ),
    }


def test_what_runs_and_nobody_deployed_has_the_verdict_of_its_change():
    digest = "sha256:" + "d" * 64
    seen = {"system": SYSTEM, "environment": "production", "item": "edge", "artifact": digest}
    made = told((StateObserved, BEGIN + 9 * DAY, seen))
    name = f"{SYSTEM}/production/edge {digest}"
    row = left_over(counts(made), "deployments_running", "right")[name]
    assert row.verdict == UNEXPLAINED  # nobody has judged it yet
    made.store.insert(
        [Finding(row.subject, "cc8_1/09_deployment", "deviation", "direct", "By hand.", "e1")]
    )
    found = counts(made)
    row = left_over(found, "deployments_running", "right")[name]
    assert (row.verdict, row.reason, row.evidence) == ("deviation", "By hand.", "e1")


def test_a_closed_ticket_without_work_and_an_open_one():
    common = {"source": "desk", "system": SYSTEM, "kind": "software"}
    made = told(
        (ChangeRequested, BEGIN + DAY, {"change": "CHG-1", **common}),
        (ChangeRequested, BEGIN + DAY, {"change": "CHG-2", **common}),
        (ChangeClosed, BEGIN + 2 * DAY, {"change": "CHG-2", "outcome": "cancelled"}),
    )
    found = left_over(counts(made), "tickets_pulls", "left")
    assert found["CHG-1"].verdict == "pending"
    assert found["CHG-2"].verdict == "not_applicable"


def test_a_merged_pull_request_of_which_no_commit_landed_is_told():
    pull = f"{REPOSITORY}/pull/900"
    said = {"pull": pull, "repository": REPOSITORY, "base_ref": "main"}
    found = counts(told((PullRequestMerged, BEGIN + DAY, said)))
    assert pull in left_over(found, "pulls_commits", "left")


def test_what_one_side_says_of_the_other_matches_nothing():
    """A commit is on record when git or a push told of it: not because a merge, a build or a
    deployment names it, or each side would be held against itself."""
    pull, merge = f"{REPOSITORY}/pull/900", revision_of("a merge that no push and no git told of")
    stranger, artifact = revision_of("somebody else's fork"), "sha256:" + "a" * 64
    running = {"repository": REPOSITORY, "environment": "production", "artifact": artifact}
    made = told(
        (
            PullRequestMerged,
            BEGIN + DAY,
            {"pull": pull, "repository": REPOSITORY, "base_ref": "main", "revision": merge},
        ),
        (ArtifactBuilt, BEGIN + DAY, {"artifact": artifact, "revision": stranger}),
        (
            DeploymentFinished,
            BEGIN + 2 * DAY,
            {"deployment": "d:x", "outcome": "succeeded", "revision": stranger, **running},
        ),
    )
    found = counts(made)
    assert pull in left_over(found, "pulls_commits", "left")
    assert artifact in left_over(found, "commits_builds", "right")
    assert merge not in {
        row[0] for row in made.database.execute(f"SELECT * FROM ({SPANS[1].right_items}) AS s")
    }


def test_a_claim_of_ours_does_not_stand_in_for_the_record_of_the_build():
    ours, stranger = revision_of("merge 1"), "0" * 40
    artifact = "sha256:" + "a" * 64
    made = told(
        (ArtifactBuilt, BEGIN + DAY, {"artifact": artifact, "revision": stranger}),
        (
            ArtifactBuilt,
            BEGIN + DAY,
            {"artifact": artifact, "revision": ours, "attestation": "unverified"},
        ),
    )
    assert artifact in left_over(counts(made), "commits_builds", "right")


def test_what_runs_unlogged_twice_is_left_over_twice():
    digest = "sha256:" + "d" * 64
    seen = {"system": SYSTEM, "artifact": digest}
    made = told(
        (StateObserved, BEGIN + 8 * DAY, {"environment": "production", "item": "edge", **seen}),
        (StateObserved, BEGIN + 9 * DAY, {"environment": "production", "item": "worker", **seen}),
        (StateObserved, BEGIN + 9 * DAY, {"environment": "Production", "item": "edge", **seen}),
    )
    names = set(left_over(counts(made), "deployments_running", "right"))
    assert names >= {
        f"{SYSTEM}/{place} {digest}" for place in ("production/edge", "production/worker")
    }
    assert f"{SYSTEM}/Production/edge {digest}" in names


def test_a_ticket_is_not_matched_by_a_pull_request_that_nobody_merged():
    pull, said = f"{REPOSITORY}/pull/900", {"source": "desk", "system": SYSTEM, "kind": "software"}
    made = told(
        (PullRequestOpened, BEGIN, {"pull": pull, "repository": REPOSITORY, "number": 900}),
        *((ChangeRequested, BEGIN, {"change": name, **said}) for name in ("CHG-1", "CHG-2")),
        *(
            (ChangeLinked, BEGIN, {"change": name, "implementation": pull, "source": "desk"})
            for name in ("CHG-1", "CHG-2")
        ),
        (ChangeClosed, BEGIN + 2 * DAY, {"change": "CHG-2", "outcome": "implemented"}),
    )
    found = left_over(counts(made), "tickets_pulls", "left")
    assert found["CHG-1"].verdict == "pending"
    assert found["CHG-2"].verdict == UNEXPLAINED  # nobody has judged it yet


def test_two_periods_side_by_side_hold_everything_and_nothing_twice():
    made = small_instance()
    middle = BEGIN + 3 * DAY
    parts = (counts(made, until=middle), counts(made, since=middle))
    for whole, early, late in zip(counts(made).spans, *(each.spans for each in parts), strict=True):
        for half in ("left", "right"):
            total = getattr(whole, half).total
            # What bears no time belongs to both: it must not be lost between them.
            timeless = timeless_of(made, getattr(whole.span, f"{half}_items"))
            assert getattr(early, half).total + getattr(late, half).total == total + timeless


def timeless_of(made, items):
    [(number,)] = made.database.execute(
        f"SELECT COUNT(*) FROM ({items}) AS s WHERE s.happened_at IS NULL"
    )
    return number


def test_a_system_is_counted_alone():
    made = small_instance()
    found = counts(made, systems=frozenset({SYSTEM}))
    assert {row.system for row in found.leftovers} <= {SYSTEM}
    assert found.total_of(SIDES[1]) == counts(made).total_of(SIDES[1])


def test_nothing_on_record_is_nothing_left_over():
    found = counts(MemoryInstance())
    assert found.unexplained == 0
    assert found.by_verdict == {}
