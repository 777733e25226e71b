"""All cases of all checks at once on DuckDB: every view once, every check once."""

from collections.abc import Iterable

import duckdb

from changeproof.checks.cases import Case
from changeproof.checks.dialects import DUCKDB_PRELUDE, for_duckdb
from changeproof.checks.evidence import EVIDENCE_COLUMNS, kind_of_column
from changeproof.checks.loader import CheckSet
from changeproof.checks.reading import Rows
from changeproof.ledger.joined import Finding
from tests.support.case_dimension import CASES, ID, Together, with_cases
from tests.support.sqlite_cases import findings_by_case

_TYPES = {"text": "VARCHAR", "integer": "BIGINT"}
_AT_ONCE = 500


class DuckdbCases:
    """The evidence of many cases and what all views make of it."""

    def __init__(self, checks: CheckSet, cases: Iterable[Case]) -> None:
        together = Together.of(cases, checks)
        self.connection = duckdb.connect(":memory:")
        self.connection.execute("SET threads = 1")
        self.connection.execute(DUCKDB_PRELUDE)
        self.connection.execute(f"CREATE TABLE {CASES} ({ID} BIGINT, as_of BIGINT)")
        self._fill(CASES, together.rows[CASES])
        for table, columns in EVIDENCE_COLUMNS.items():
            typed = [f"{column} {_TYPES[kind_of_column(table, column)]}" for column in columns]
            self.connection.execute(f"CREATE TABLE {table} ({', '.join(typed)}, {ID} BIGINT)")
            self._fill(table, together.rows.get(table, []))
        for view in checks.views:
            text = for_duckdb(with_cases(view.statement.parsed))
            self.connection.execute(f"CREATE TABLE {view.name} AS {text}")
            said = ", ".join(map(str, together.given.get(view.name, ())))
            if said:
                self.connection.execute(f"DELETE FROM {view.name} WHERE {ID} IN ({said})")
                self._fill(view.name, together.rows.get(view.name, []))

    def told(self, check: str, text: str) -> dict[int, list[Finding]]:
        """What a check's text says, by case."""
        return findings_by_case(self.connection.execute(text).fetchall(), check)

    def _fill(self, table: str, rows: Rows) -> None:
        for start in range(0, len(rows), _AT_ONCE):
            part = rows[start : start + _AT_ONCE]
            marks = ", ".join(["(" + ", ".join("?" * len(part[0])) + ")"] * len(part))
            cells = [cell for row in part for cell in row]
            self.connection.execute(f"INSERT INTO {table} VALUES {marks}", cells)
