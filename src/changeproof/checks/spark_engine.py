"""Spark SQL over a snapshot or rows: for populations past one machine. Needs pyspark and Java.

The same views and checks as on DuckDB. Every view is computed and kept before the next one reads
it (`localCheckpoint`): Spark would otherwise write each view's text into all that read it. What is
found to be empty is kept as such, so that Spark plans nothing around it.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars

from changeproof.checks import announced
from changeproof.checks.dialects import for_spark, spark_at_moment
from changeproof.checks.evidence import EVIDENCE_COLUMNS, FINDING, SUBJECT, kind_of_column
from changeproof.checks.judged import Judged, findings_of
from changeproof.checks.loader import CheckSet
from changeproof.checks.reading import Rows
from changeproof.checks.snapshot_files import snapshot_files
from changeproof.checks.statement import Statement
from changeproof.checks.steps import in_steps
from changeproof.checks.subjects import every_subject, register_tables
from changeproof.events.refusal import Refusal
from changeproof.ledger.store import Store
from changeproof.ledger.table import TABLES

_TYPES = {"text": "STRING", "integer": "BIGINT"}
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, as in DuckDB
    "spark.sql.caseSensitive": "false",
    "spark.sql.leafNodeDefaultParallelism": "1",
    "spark.sql.optimizer.excludedRules": ",".join(
        f"org.apache.spark.sql.catalyst.optimizer.{rule}"
        for rule in (
            # On a correlated EXISTS over a join it gives a plan that Spark 4.3 then refuses.
            "RemoveRedundantAliases",
            # They write a state's long CASE into every place that reads it, and there again.
            "CollapseProject",
            "PushDownPredicates",
            "PushPredicateThroughNonJoin",
        )
    ),
    "spark.sql.constraintPropagation.enabled": "false",
    # Spark 4.3 takes a union of single partitions for one partition, and then cannot join it.
    "spark.sql.unionOutputPartitioning": "false",
}
_FEW_ROWS = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""Compiling a plan costs more than interpreting it over a few rows."""
_FEW = 200_000
"""Rows that are few."""
_WHY = "The evidence was not evaluated."


class SparkEngine:
    """One session of Spark on this machine; views and tables are temporary."""

    def __init__(self, checks: CheckSet, *, few_rows: bool = False) -> None:
        """`few_rows`: plan and compile little, as with a small snapshot. Raises Refusal without
        pyspark or Java."""
        self.checks = checks
        self._session = session(few_rows=few_rows)
        self._columns = {
            **{table: EVIDENCE_COLUMNS[table] for table in checks.columns_used},
            "change": EVIDENCE_COLUMNS["change"],
            **{table: EVIDENCE_COLUMNS[table] for table in sorted(register_tables(checks.kinds))},
            SUBJECT: EVIDENCE_COLUMNS[SUBJECT],
            FINDING: EVIDENCE_COLUMNS[FINDING],
        }
        self._holding: set[str] = set()  # tables and views with rows, and each `subject:KIND`

    def judge_snapshot(self, folder: Path, as_of: int) -> Judged:
        """Judge a folder of Parquet files, one a table, as `snapshot` writes them."""
        self._holding.clear()
        stored = self._columns.keys() - {SUBJECT, FINDING}
        files = snapshot_files(folder, {table: self._columns[table] for table in sorted(stored)})
        counts = {table: _rows_in(file) for table, file in files.items()}
        if sum(counts.values()) <= _FEW:
            _set(self._session, _FEW_ROWS)
        for table, file in files.items():
            if not counts[table]:
                self._name(table, [], self._typed(table))
                continue
            self._holding.add(table)
            # Asked for its columns, Spark would read each file's end in a job of its own.
            read = self._session.read.schema(_schema(self._typed(table))).parquet(
                str(file.absolute())
            )
            seen = TABLES[table].seen
            if seen:
                read = read.where(f"{seen} IS NULL OR {seen} <= {as_of}")
            read.createOrReplaceTempView(table)
        for table in (SUBJECT, FINDING):
            self._name(table, [], self._typed(table))
        return self._run(as_of, {})

    def judge_store(self, store: Store, as_of: int) -> Judged:
        """Judge everything that a store holds."""
        rows = {
            table: store.database.execute(f"SELECT {', '.join(columns)} FROM {table}")
            for table, columns in self._columns.items()
            if table not in (SUBJECT, FINDING)
        }
        return self.judge_rows(rows, as_of)

    def judge_rows(self, rows: Mapping[str, Rows], as_of: int) -> Judged:
        """Judge rows of all columns, by table; a view's rows stand in place of the view."""
        self._holding.clear()
        if sum(len(cells) for cells in rows.values()) <= _FEW:
            _set(self._session, _FEW_ROWS)
        for table, columns in self._columns.items():
            cells = rows.get(table, [])
            seen = TABLES[table].seen if table in TABLES else None
            if seen is not None:
                position = columns.index(seen)
                cells = [row for row in cells if row[position] is None or row[position] <= as_of]
            self._name(table, cells, self._typed(table))
        views = {view.name for view in self.checks.views}
        return self._run(as_of, {name: cells for name, cells in rows.items() if name in views})

    def _run(self, as_of: int, given: Mapping[str, Rows]) -> Judged:
        sql = self._session.sql
        if SUBJECT not in given and self._is_empty(SUBJECT):
            sql(every_subject(self.checks.kinds)).createOrReplaceTempView(SUBJECT)
        kinds = sql(f"SELECT DISTINCT kind FROM {SUBJECT}").collect()
        self._holding |= {SUBJECT, *(f"{SUBJECT}:{row[0]}" for row in kinds)}
        for view in self.checks.views:
            if view.name not in given and view.statement.may_give_rows(self._holding):
                with self._in_steps(view.name, view.statement, as_of) as computed:
                    self._keep(view.name, computed)
                continue
            computed = sql(spark_at_moment(view.for_spark, as_of))
            self._name(view.name, given.get(view.name, []), _typed(computed))
        found: list[tuple[Any, ...]] = []
        begins: dict[tuple[str, str], str] = {}
        if any(view.name == announced.VIEW for view in self.checks.views):
            rows = sql(f"SELECT subject, check_id, begins FROM {announced.VIEW}").collect()
            begins = {(row[0], row[1]): row[2] for row in rows}
        for second in (False, True):
            for check in self.checks.checks:
                may = check.statement.may_give_rows(self._holding)
                if check.matter.second is second and may:
                    with self._in_steps("asked", check.statement, as_of) as computed:
                        rows = computed.collect()
                    told = [(row[0], check.id, *row[1:]) for row in rows]
                    found += announced.marked(told, begins)
            if not second and any(check.matter.second for check in self.checks.checks):
                self._name(FINDING, [tuple(each) for each in found], self._typed(FINDING))
        findings = findings_of(found)
        if not any(view.name == "subject_due" for view in self.checks.views):
            return Judged(findings)
        due = sql("SELECT subject, policy_version, due_at FROM subject_due").collect()
        return Judged(
            findings,
            {subject: at for subject, _, at in due if at is not None},
            {subject: version for subject, version, _ in due if version is not None},
        )

    def _typed(self, table: str) -> dict[str, str]:
        return {column: _TYPES[kind_of_column(table, column)] for column in self._columns[table]}

    def _name(self, table: str, rows: Rows, columns: Mapping[str, str]) -> None:
        if rows:
            self._holding.add(table)
            made = self._session.createDataFrame(rows, _schema(columns))
        else:  # of a frame without rows Spark does not know that it has none
            cells = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in columns.items())
            made = self._session.sql(f"SELECT {cells} WHERE FALSE")
        made.createOrReplaceTempView(table)

    def _keep(self, name: str, computed: Any) -> None:
        # A union has the parts of all that it unites, and each part is a task ever after.
        parts = int(self._session.conf.get("spark.sql.shuffle.partitions"))
        kept = computed.coalesce(parts).localCheckpoint(eager=True)
        if kept.head():
            self._holding.add(name)
            kept.createOrReplaceTempView(name)
        else:
            self._name(name, [], _typed(computed))

    @contextmanager
    def _in_steps(self, name: str, statement: Statement, as_of: int) -> Iterator[Any]:
        """What the statement gives, to be collected or kept meanwhile."""
        steps, left = in_steps(statement.parsed, name)
        for step in steps:
            self._keep(step.name, self._session.sql(spark_at_moment(for_spark(step.query), as_of)))
        yield self._session.sql(spark_at_moment(for_spark(left), as_of))
        for step in steps:
            self._session.catalog.dropTempView(step.name)

    def _is_empty(self, table: str) -> bool:
        return not self._session.table(table).head()


def _rows_in(file: Path) -> int:
    return int(polars.scan_parquet(file).select(polars.len()).collect().item())


def _typed(computed: Any) -> dict[str, str]:
    return {field.name: field.dataType.simpleString() for field in computed.schema}


def _schema(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def _set(session: Any, settings: Mapping[str, str]) -> None:
    for name, value in settings.items():
        session.conf.set(name, value)


def session(*, few_rows: bool = False) -> Any:
    """A session with settings that give the other engines' answers; its tables are its own.

    Raises Refusal without pyspark or Java.
    """
    opened = _session().newSession()
    _set(opened, {**_SETTINGS, **(_FEW_ROWS if few_rows else {})})
    return opened


@cache
def _session() -> Any:
    """The one session of this process."""
    if find_spec("pyspark") is None:
        raise Refusal(
            _WHY,
            where="engine spark",
            why="pyspark is not installed",
            cure="Install it beside Changeproof with: pip install pyspark (or use duckdb).",
        )
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise Refusal(
            _WHY,
            where="engine spark",
            why="Spark runs on Java, and no `java` was found",
            cure="Install Java 17 or later (Debian: apt install openjdk-17-jre-headless).",
        )
    from pyspark.sql import SparkSession

    builder = (
        SparkSession.builder.appName("changeproof")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.warehouse.dir", os.devnull)
    )
    if "SPARK_MASTER" in os.environ:
        return builder.master(os.environ["SPARK_MASTER"]).getOrCreate()
    # Of the 200 parts that are made for a cluster each is a task, at each of a thousand joins.
    parts = str(2 * (os.cpu_count() or 1))
    return builder.master("local[*]").config("spark.sql.shuffle.partitions", parts).getOrCreate()
