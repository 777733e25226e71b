"""The one entry: findings on subjects, by the engine that suits their number.

One change, a batch and a whole population are the same computation; a test holds the three
against each other.
"""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Literal

from changeproof.checks.judged import Judged
from changeproof.checks.loader import CheckSet, load_checks
from changeproof.checks.pipeline import pipeline
from changeproof.events.refusal import Refusal
from changeproof.ledger.joined import Finding
from changeproof.ledger.store import Store
from changeproof.ledger.subjects_known import LAST, all_subjects
from changeproof.ledger.table import Row

__all__ = [
    "LAST",
    "all_subjects",
    "evaluate_all",
    "judge",
    "judge_in_parts",
    "judge_with_due",
]

Engine = Literal["sqlite", "duckdb", "spark"]


def judge_in_parts(
    store: Store,
    subjects: Collection[str],
    as_of: int,
    *,
    context_version: object = None,
) -> Iterator[tuple[list[str], Judged]]:
    """As `judge_with_due`, each part as it is ready, with its subjects."""
    return pipeline(load_checks()).judge(store, subjects, as_of, context_version=context_version)


def judge_with_due(
    store: Store,
    subjects: Collection[str],
    as_of: int,
    checks: CheckSet | None = None,
    *,
    context_version: object = None,
    hypothetical: Iterable[Row] = (),
) -> Judged:
    """Judge subjects (change ids, `system:NAME`, `organisation`) at `as_of`.

    A subject that has no evidence by then gets no findings. `context_version` is any value that
    changes when context does; as long as it stays, context is not read again. `hypothetical` rows
    (the gate's deployment) are added to what the store holds.
    """
    parts = pipeline(checks if checks is not None else load_checks()).judge(
        store, subjects, as_of, context_version=context_version, hypothetical=hypothetical
    )
    return Judged.together(judged for _, judged in parts)


def judge(
    store: Store,
    subjects: Collection[str],
    as_of: int,
    checks: CheckSet | None = None,
    *,
    context_version: object = None,
    hypothetical: Iterable[Row] = (),
) -> list[Finding]:
    """The findings of `judge_with_due`, sorted by subject and check."""
    return judge_with_due(
        store, subjects, as_of, checks, context_version=context_version, hypothetical=hypothetical
    ).findings


def evaluate_all(
    evidence: Store | Path,
    as_of: int,
    engine: Engine = "sqlite",
    checks: CheckSet | None = None,
) -> list[Finding]:
    """Findings on everything on record, sorted. A path is a snapshot's folder: DuckDB reads it."""
    wanted = checks if checks is not None else load_checks()
    if isinstance(evidence, Path) or engine == "duckdb":
        # Loading it takes a second, which a webhook's judgement has no use for.
        from changeproof.checks.duckdb_engine import DuckdbEngine
    if engine == "spark":
        from changeproof.checks.spark_engine import SparkEngine

        spark = SparkEngine(wanted)
        if isinstance(evidence, Path):
            return spark.judge_snapshot(evidence, as_of).findings
        return spark.judge_store(evidence, as_of).findings
    if isinstance(evidence, Path):
        if engine != "duckdb":
            raise Refusal(
                "The snapshot was not evaluated.",
                where=str(evidence.name),
                why="the engine sqlite judges a record, not a folder of Parquet files",
                cure="Use the engine duckdb or spark.",
            )
        return DuckdbEngine(wanted).judge_snapshot(evidence, as_of).findings
    if engine == "duckdb":
        return DuckdbEngine(wanted).judge_store(evidence, as_of).findings
    return judge(evidence, all_subjects(evidence, as_of), as_of, wanted)
