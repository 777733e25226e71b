"""One change, a batch and a population are the same computation, on both engines."""

import contextlib
from pathlib import Path
from random import Random

import duckdb
import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeproof.checks import pipeline, population
from changeproof.checks.duckdb_engine import DuckdbEngine
from changeproof.checks.evidence import CONTEXT_TABLES, EVIDENCE_COLUMNS
from changeproof.checks.judge import all_subjects, evaluate_all, judge, judge_with_due
from changeproof.checks.judged import sorted_evidence
from changeproof.checks.loader import load_checks
from changeproof.checks.population import ABBREVIATED, Limits, judge_population
from changeproof.checks.population_parts import PopulationParts
from changeproof.checks.shell_script import shell_script
from changeproof.checks.sqlite_engine import SqliteEngine
from changeproof.events.refusal import Refusal
from changeproof.ledger.joined import Deployment, DeploymentRevision, Finding
from changeproof.ledger.revisions import RevisionClaim
from changeproof.ledger.store import Store
from changeproof.ledger.table import TABLES
from tests.checks.populations import (
    AFTERWARDS,
    event_id,
    git_commits,
    pull_requests,
    revision,
    store_of,
)
from tests.checks.random_evidence import SECOND, random_store

MOMENTS = st.integers(0, 120).map(lambda second: second * SECOND)
SEEDS = st.integers(0, 2**32)


@given(SEEDS, MOMENTS)
@settings(max_examples=40)
def test_one_by_one_is_all_at_once(seed: int, as_of: int) -> None:
    store = random_store(Random(seed))
    subjects = all_subjects(store, as_of)
    together = judge_with_due(store, subjects, as_of)
    apart = [judge_with_due(store, [subject], as_of) for subject in subjects]
    assert together.findings == sorted(
        (finding for part in apart for finding in part.findings),
        key=lambda finding: (finding.subject, finding.check_id),
    )
    assert all(finding.reason and finding.evidence is not None for finding in together.findings)
    assert together.due == {subject: at for part in apart for subject, at in part.due.items()}


@given(SEEDS, MOMENTS)
@settings(max_examples=5)
def test_duckdb_says_the_same_of_a_random_ledger(seed: int, as_of: int) -> None:
    store = random_store(Random(seed))
    findings = judge_with_due(store, all_subjects(store, as_of), as_of)
    other = DuckdbEngine(load_checks(), few_rows=True).judge_store(store, as_of)
    assert other.findings == findings.findings
    assert other.due == findings.due


@given(SEEDS, st.lists(MOMENTS, min_size=2, max_size=5))
@settings(max_examples=20)
def test_a_kept_context_changes_nothing(seed: int, moments: list[int]) -> None:
    store = random_store(Random(seed))
    subjects = all_subjects(store, max(moments))
    keeping, fresh = SqliteEngine(load_checks()), SqliteEngine(load_checks())
    for as_of in moments:
        kept = keeping.judge(store, subjects, as_of, context_version=1).findings
        assert kept == fresh.judge(store, subjects, as_of).findings


def test_an_engine_made_ready_ahead_says_the_same() -> None:
    store, as_of = random_store(Random(7)), 101 * SECOND
    subjects = all_subjects(store, as_of)
    ready, fresh = SqliteEngine(load_checks()), SqliteEngine(load_checks())
    ready.prepare()
    assert ready.judge(store, subjects, as_of) == fresh.judge(store, subjects, as_of)
    ready.judge(store, subjects, as_of, context_version=1)
    ready.prepare()
    again = ready.judge(store, subjects, as_of, context_version=1)
    assert again == fresh.judge(store, subjects, as_of)


def test_rows_given_by_hand_leave_nothing_behind() -> None:
    store, as_of = random_store(Random(7)), 101 * SECOND
    subjects = all_subjects(store, as_of)
    used, fresh = SqliteEngine(load_checks()), SqliteEngine(load_checks())
    context = {
        table: store.database.execute(f"SELECT {', '.join(EVIDENCE_COLUMNS[table])} FROM {table}")
        for table in CONTEXT_TABLES
    }
    used.judge_rows(context, as_of)
    expected = fresh.judge(store, subjects, as_of).findings
    assert used.judge(store, subjects, as_of).findings == expected


@given(SEEDS)
@settings(max_examples=20)
def test_nothing_changes_before_it_is_due(seed: int) -> None:
    store = random_store(Random(seed))
    as_of = 101 * SECOND
    subjects = all_subjects(store, as_of)
    before = judge_with_due(store, subjects, as_of)
    horizon = min(before.due.values(), default=as_of + 10**12) - 1
    after = judge_with_due(store, subjects, max(horizon, as_of))
    of_changes = [f for f in before.findings if not f.subject.startswith("system:")]
    assert of_changes == [f for f in after.findings if not f.subject.startswith("system:")]


def snapshot(store: Store, beside: Path) -> Path:
    folder = beside / "snapshot"
    folder.mkdir()
    for name, table in TABLES.items():
        rows = store.database.execute(f"SELECT {', '.join(table.column_names)} FROM {name}")
        schema = {
            column.name: polars.Int64 if column.kind == "integer" else polars.String
            for column in table.columns
        }
        polars.DataFrame(rows, schema=schema, orient="row").write_parquet(
            folder / f"{name}.parquet"
        )
    return folder


def test_a_snapshot_is_judged_as_the_ledger_is(tmp_path: Path) -> None:
    store = store_of(*pull_requests(200), *git_commits(520))
    findings = evaluate_all(store, AFTERWARDS)
    assert len(findings) > 9_000
    assert evaluate_all(store, AFTERWARDS, "duckdb") == findings
    folder = snapshot(store, tmp_path)
    assert evaluate_all(folder, AFTERWARDS, "duckdb") == findings
    for check in ("cc8_1/08_approval", "around/protection", "signs/no_emergency_path"):
        with contextlib.chdir(tmp_path), duckdb.connect() as shell:
            told = shell.execute(shell_script(load_checks(), check, AFTERWARDS)).fetchall()
            verdicts = {row[0]: row[1] for row in told}
        assert verdicts == {f.subject: f.verdict for f in findings if f.check_id == check}
    assert_judged_in_parts(folder, findings, 200)
    with pytest.raises(Refusal, match="not evaluated"):
        evaluate_all(folder, AFTERWARDS, "sqlite")


def test_a_snapshot_of_another_version_says_so(tmp_path: Path) -> None:
    folder = snapshot(store_of(*pull_requests(1)), tmp_path)
    file = folder / "review.parquet"
    polars.read_parquet(file).drop("account").write_parquet(file)
    with pytest.raises(Refusal, match=r"(?s)no column account.*changeproof snapshot"):
        evaluate_all(folder, AFTERWARDS, "duckdb")
    with (
        contextlib.chdir(tmp_path),
        duckdb.connect() as shell,
        pytest.raises(duckdb.Error, match=r"review.parquet.*no column account.*changeproof snap"),
    ):
        shell.execute(shell_script(load_checks(), "cc8_1/08_approval", AFTERWARDS))
    file.write_bytes(b"PAR1")
    with pytest.raises(Refusal, match="cannot be read"):
        evaluate_all(folder, AFTERWARDS, "duckdb")
    file.unlink()
    with pytest.raises(Refusal, match="file is missing"):
        evaluate_all(folder, AFTERWARDS, "duckdb")


def test_a_hypothetical_deployment_is_judged_and_forgotten() -> None:
    store = store_of(*pull_requests(3))
    pull, at = "github:repo/1/pull/1", AFTERWARDS
    commit = store.by(DeploymentRevision, "deployment", ["github:repo/1/deployment/1"])[0].revision
    store.delete(DeploymentRevision, "deployment", ["github:repo/1/deployment/1"])
    waiting = judge(store, [pull], at)
    assert {f.verdict for f in waiting if f.check_id == "cc8_1/08_approval"} == {"pending"}
    deployed = Deployment(
        "hypothetical", "lane", "octo/shop", "production", None, commit, None, None, None, 0, 0,
        "github:user/1", None, at, at, "",
    )  # fmt: skip
    asked = judge(
        store, [pull], at, hypothetical=[deployed, DeploymentRevision("hypothetical", commit, 1)]
    )
    assert {f.verdict for f in asked if f.check_id == "cc8_1/08_approval"} == {"met"}
    assert judge(store, [pull], at) == waiting


def test_parts_that_take_turns_judge_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of(*pull_requests(7))
    subjects = all_subjects(store, AFTERWARDS)
    whole = SqliteEngine(load_checks()).judge(store, subjects, AFTERWARDS).findings
    monkeypatch.setattr(pipeline, "BATCH", 2)
    assert judge(store, subjects, AFTERWARDS) == whole


def abbreviated(evidence: str) -> str:
    return sorted_evidence(",".join(event[:ABBREVIATED] for event in evidence.split(",")))


def test_a_random_ledger_is_judged_in_parts_as_in_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, as_of = random_store(Random(7)), 99 * SECOND
    findings = judge(store, all_subjects(store, as_of), as_of)
    monkeypatch.setattr(population, "WAVE", 5)
    assert_judged_in_parts(snapshot(store, tmp_path), findings, 3, as_of)


def test_a_part_reads_what_its_changes_revert(tmp_path: Path) -> None:
    """And what a deployment brought with them."""
    pull, together = "github:repo/1/pull/", "github:repo/1/deployment/2"
    first, last = revision(f"{pull}0 merge"), revision(f"{pull}3 head")
    claim = RevisionClaim(last, "reverts", first, AFTERWARDS, event_id("claim"))
    brought = DeploymentRevision(together, revision(f"{pull}1 merge"), 1)
    folder = snapshot(store_of(*pull_requests(4), claim, brought), tmp_path)
    files = {name: folder / f"{name}.parquet" for name in TABLES}
    with duckdb.connect() as shell:
        parts = PopulationParts(shell, files, AFTERWARDS, range(4), 4)
        held = {}
        for table in ("pull_opened", "deployment"):
            key = TABLES[table].key[0]
            parts.load(table, {key: key})
            rows = shell.execute(f"SELECT {key}, parts FROM whole.{table} ORDER BY 1").fetchall()
            held[table] = [bits & 0b1111 for _, bits in rows]
    assert held == {
        "pull_opened": [0b1001, 0b0010, 0b0100, 0b1000],
        "deployment": [0b1001, 0b0010, 0b0110, 0b1000],
    }


def assert_judged_in_parts(
    folder: Path, findings: list[Finding], size: int, as_of: int = AFTERWARDS
) -> None:
    """Into files, by parts of so many changes."""
    results = folder / "results"
    results.mkdir()
    checks, limits = load_checks(), Limits("1GB", 2, folder / "spill")
    judge_population(checks, folder, as_of, results, limits, size)
    second = {check.id for check in checks.checks if check.matter.second}
    expected = sorted(
        (f.subject, f.check_id, f.verdict, f.basis, f.reason, abbreviated(f.evidence))
        for f in findings
        if f.check_id not in second
    )
    found = sorted(
        (subject, file.parent.name.replace(".", "/"), *told, sorted_evidence(evidence))
        for file in results.glob("*/*.parquet")
        for subject, *told, evidence in polars.read_parquet(file).rows()
    )
    assert found == expected
