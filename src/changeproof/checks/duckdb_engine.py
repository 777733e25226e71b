"""DuckDB over the whole population: from a snapshot's Parquet files, or from a store.

The same views and checks as on SQLite, over all rows cut at the moment of judging.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars

from changeproof.checks import announced
from changeproof.checks.dialects import DUCKDB_PRELUDE, at_moment
from changeproof.checks.evidence import EVIDENCE_COLUMNS, FINDING, SUBJECT, kind_of_column
from changeproof.checks.judged import Judged, findings_of
from changeproof.checks.loader import CheckSet
from changeproof.checks.reading import Rows
from changeproof.checks.snapshot_files import snapshot_files
from changeproof.checks.subjects import every_subject, register_tables
from changeproof.ledger.store import Store
from changeproof.ledger.table import TABLES

_FEW = 500
_TYPES = {"text": "VARCHAR", "integer": "BIGINT"}


class DuckdbEngine:
    """One private database in memory; each judgement empties and fills it."""

    def __init__(self, checks: CheckSet, *, few_rows: bool = False) -> None:
        """`few_rows`: planning would cost more than running, so plan little."""
        self.checks = checks
        self._columns = {
            **{table: EVIDENCE_COLUMNS[table] for table in checks.columns_used},
            "change": EVIDENCE_COLUMNS["change"],
            **{table: EVIDENCE_COLUMNS[table] for table in sorted(register_tables(checks.kinds))},
            SUBJECT: EVIDENCE_COLUMNS[SUBJECT],
            FINDING: EVIDENCE_COLUMNS[FINDING],
        }
        self._connection = duckdb.connect(":memory:")
        self._connection.execute("SET preserve_insertion_order = false")
        if few_rows:
            self._connection.execute("SET threads = 1")
            self._connection.execute("PRAGMA disable_optimizer")
        self._connection.execute(DUCKDB_PRELUDE)
        for table, columns in self._columns.items():
            cells = ", ".join(
                f"{column} {_TYPES[kind_of_column(table, column)]}" for column in columns
            )
            self._connection.execute(f"CREATE TABLE {table} ({cells})")

    def judge_snapshot(self, folder: Path, as_of: int) -> Judged:
        """Judge a folder of Parquet files, one a table, as `snapshot` writes them."""
        self._load(folder, as_of)
        return self._run(as_of, {})

    def _load(self, folder: Path, as_of: int) -> None:
        files = self._files(folder)
        self._empty()
        for table, file in files.items():
            self._read(table, file, as_of)

    def _files(self, folder: Path) -> dict[str, Path]:
        stored = self._columns.keys() - {SUBJECT, FINDING}
        return snapshot_files(folder, {table: self._columns[table] for table in sorted(stored)})

    def judge_store(
        self, store: Store, as_of: int, instead: Mapping[str, Rows] | None = None
    ) -> Judged:
        """Judge everything that a store holds; rows given `instead` stand for a table's own."""
        rows = {
            table: store.database.execute(f"SELECT {', '.join(columns)} FROM {table}")
            for table, columns in self._columns.items()
            if table not in (SUBJECT, FINDING)
        }
        for table, cells in (instead or {}).items():
            if table in self._columns:
                places = [TABLES[table].column_names.index(name) for name in self._columns[table]]
                rows[table] = [tuple(row[place] for place in places) for row in cells]
        return self.judge_rows(rows, as_of)

    def judge_rows(self, rows: Mapping[str, Rows], as_of: int) -> Judged:
        """Judge rows of all columns, by table; a view's rows stand in place of the view."""
        self._empty()
        for table, cells in rows.items():
            if table in self._columns and cells:
                self._insert(table, cells, as_of)
        views = {view.name for view in self.checks.views}
        return self._run(as_of, {name: cells for name, cells in rows.items() if name in views})

    def _insert(self, table: str, rows: Rows, as_of: int) -> None:
        seen = TABLES[table].seen if table in TABLES else None
        if seen is not None:
            position = self._columns[table].index(seen)
            rows = [row for row in rows if row[position] is None or row[position] <= as_of]
        if not rows:
            return
        if len(rows) <= _FEW:
            marks = ", ".join(["(" + ", ".join("?" for _ in rows[0]) + ")"] * len(rows))
            cells = [cell for row in rows for cell in row]
            self._connection.execute(f"INSERT INTO {table} VALUES {marks}", cells)
            return
        columns = self._columns[table]
        schema: dict[str, type[polars.DataType]] = {
            name: polars.Int64 if kind_of_column(table, name) == "integer" else polars.String
            for name in columns
        }
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"{table}.parquet"
            polars.DataFrame(rows, schema=schema, orient="row").write_parquet(file)
            self._read(table, file, as_of)

    def _read(self, table: str, file: Path, as_of: int) -> None:
        seen = TABLES[table].seen if table in TABLES else None  # subjects are of no table
        cut = f" WHERE {seen} IS NULL OR {seen} <= {as_of}" if seen else ""
        names = ", ".join(self._columns[table])
        self._connection.execute(
            f"INSERT INTO {table} SELECT {names} FROM read_parquet(?){cut}",
            [str(file)],
        )

    def _run(self, as_of: int, given: Mapping[str, Rows]) -> Judged:
        execute = self._connection.execute
        count = execute(f"SELECT COUNT(*) FROM {SUBJECT}").fetchone()
        if not count or not count[0]:
            execute(f"INSERT INTO {SUBJECT} {every_subject(self.checks.kinds)}")
        for view in self.checks.views:
            text = at_moment(view.for_duckdb, as_of)
            execute(f"CREATE OR REPLACE TABLE {view.name} AS {text}")
            if view.name in given:
                execute(f"DELETE FROM {view.name}")
                marks = ", ".join("?" for _ in view.columns)
                if given[view.name]:
                    self._connection.executemany(
                        f"INSERT INTO {view.name} VALUES ({marks})",
                        given[view.name],
                    )
        for second in (False, True):
            for check in self.checks.checks:
                if check.matter.second is second:
                    text = at_moment(check.for_duckdb, as_of)
                    execute(
                        f"INSERT INTO {FINDING} SELECT subject, '{check.id}', verdict, basis,"
                        f" reason, evidence FROM ({text})"
                    )
            passed = [check.id for check in self.checks.checks if check.matter.second is second]
            if passed and any(view.name == announced.VIEW for view in self.checks.views):
                execute(announced.mark(passed))
        found = findings_of(
            execute(
                f"SELECT subject, check_id, verdict, basis, reason, evidence FROM {FINDING}"
            ).fetchall()
        )
        if not any(view.name == "subject_due" for view in self.checks.views):
            return Judged(found)
        rows = execute("SELECT subject, policy_version, due_at FROM subject_due").fetchall()
        return Judged(
            found,
            {subject: at for subject, _, at in rows if at is not None},
            {subject: version for subject, version, _ in rows if version is not None},
        )

    def _empty(self) -> None:
        for table in self._columns:
            self._connection.execute(f"DELETE FROM {table}")
