"""Spark says what SQLite says, to the last byte: every case of every check, and random ledgers.

One query a check over all its cases (tests/support/case_dimension.py).
"""

import os
from collections import defaultdict
from pathlib import Path
from random import Random
from typing import Any

import pytest

from changeproof.checks import loader
from changeproof.checks.cases import read_cases
from changeproof.checks.contract import parsed
from changeproof.checks.dialects import for_spark, for_sqlite
from changeproof.checks.duckdb_engine import DuckdbEngine
from changeproof.checks.evidence import EVIDENCE_COLUMNS, kind_of_column
from changeproof.checks.judge import all_subjects, judge_with_due
from changeproof.checks.loader import load_checks
from changeproof.checks.spark_engine import SparkEngine, session
from changeproof.ledger.snapshot import write_snapshot
from tests.checks.random_evidence import SECOND, random_store
from tests.support.case_dimension import CASES, ID, Together, with_cases
from tests.support.engine_pins import PINS, told
from tests.support.sqlite_cases import SqliteCases, findings_by_case

CHECKS = load_checks()
FOLDER = Path(loader.__file__).parent
_TYPES = {"text": "STRING", "integer": "BIGINT"}


@pytest.mark.timeout(900)
def test_every_case_of_every_check() -> None:
    cases = [
        case for file in sorted(FOLDER.rglob("*.cases.yaml")) for case in read_cases(file, CHECKS)
    ]
    together = Together.of(cases, CHECKS)
    spark: Any = session(few_rows=True)

    def name(table: str, rows: list[Any], schema: Any) -> None:
        spark.createDataFrame(rows, schema).createOrReplaceTempView(table)

    name(CASES, together.rows[CASES], f"{ID} BIGINT, as_of BIGINT")
    for table, columns in EVIDENCE_COLUMNS.items():
        kinds = [f"{column} {_TYPES[kind_of_column(table, column)]}" for column in columns]
        name(table, together.rows.get(table, []), ", ".join([*kinds, f"{ID} BIGINT"]))
    for view in CHECKS.views:
        computed = spark.sql(for_spark(with_cases(view.statement.parsed)))
        given = together.given.get(view.name)
        if given:
            said = ", ".join(str(number) for number in sorted(given))
            kinds = [f"`{each.name}` {each.dataType.simpleString()}" for each in computed.schema]
            own = spark.createDataFrame(together.rows.get(view.name, []), ", ".join(kinds))
            computed = computed.where(f"{ID} NOT IN ({said})").union(own).coalesce(1)
        computed.localCheckpoint(eager=True).createOrReplaceTempView(view.name)

    sqlite = SqliteCases(CHECKS, cases)
    sqlite.compute()
    numbers: dict[str, set[int]] = defaultdict(set)
    for number, case in enumerate(cases):
        numbers[case.check].add(number)
    for check in CHECKS.checks:
        if check.matter.second:  # it reads what the others found: the random ledgers try it
            continue
        dimensioned = with_cases(check.statement.parsed)
        found = findings_by_case(spark.sql(for_spark(dimensioned)).collect(), check.id)
        expected = sqlite.told(check.id, for_sqlite(dimensioned))
        assert numbers[check.id] <= expected.keys()
        assert found == expected, check.id


@pytest.mark.skipif(
    "CHANGEPROOF_SPARK_LEDGER" not in os.environ,
    reason="takes many minutes: set CHANGEPROOF_SPARK_LEDGER to run it",
)
@pytest.mark.timeout(3600)
def test_a_random_ledger_with_the_text_as_it_stands() -> None:
    store, as_of = random_store(Random(1)), 90 * SECOND
    expected = judge_with_due(store, all_subjects(store, as_of), as_of)
    judged = SparkEngine(CHECKS, few_rows=True).judge_store(store, as_of)
    assert judged.findings == expected.findings
    assert judged.due == expected.due


def test_a_snapshot_is_judged_as_it_stands(tmp_path: Path) -> None:
    store, as_of = random_store(Random(1)), 90 * SECOND
    write_snapshot(store, tmp_path / "snapshot")
    checks = CHECKS.only("practices/tools_connected")
    judged = SparkEngine(checks, few_rows=True).judge_snapshot(tmp_path / "snapshot", as_of)
    expected = DuckdbEngine(checks, few_rows=True).judge_store(store, as_of)
    assert judged.findings == expected.findings != []


@pytest.mark.parametrize("name", PINS)
def test_spark_answers_as_pinned(name: str) -> None:
    text, expected = PINS[name]
    rows = session(few_rows=True).sql(for_spark(parsed(text, name))).collect()
    assert told(rows) == told(expected)
