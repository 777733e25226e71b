"""All cases of all checks at once on SQLite: every view once, every check once."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping

from changeproof.checks.cases import Case, missed
from changeproof.checks.dialects import for_sqlite
from changeproof.checks.evidence import EVIDENCE_COLUMNS
from changeproof.checks.judged import findings_of
from changeproof.checks.loader import CheckSet
from changeproof.checks.reading import Rows
from changeproof.checks.sqlite_tables import lower
from changeproof.ledger.joined import Finding
from tests.support.case_dimension import CASES, ID, Together, with_cases


def findings_by_case(rows: Iterable[tuple[object, ...]], check: str) -> dict[int, list[Finding]]:
    """What a check says, by case; its rows end with the case's number."""
    apart: dict[int, list[tuple[object, ...]]] = defaultdict(list)
    for row in rows:
        apart[int(str(row[-1]))].append((row[0], check, *row[1:-1]))
    return {number: findings_of(told) for number, told in apart.items()}


class SqliteCases:
    """The evidence of many cases, loaded; views computed when asked for.

    `texts` are those of another such set of the same checks, which takes long to make.
    """

    def __init__(
        self, checks: CheckSet, cases: Iterable[Case], texts: Mapping[str, str] | None = None
    ) -> None:
        self.checks, self.together = checks, Together.of(cases, checks)
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.create_function("lower", 1, lower, deterministic=True)
        self.connection.execute(f"CREATE TABLE {CASES} ({ID}, as_of)")
        self.fill(CASES, self.together.rows[CASES])
        self.connection.execute(f"CREATE INDEX {CASES}_case ON {CASES} ({ID})")
        for table, columns in {**EVIDENCE_COLUMNS, **self._views()}.items():
            self.connection.execute(f"CREATE TABLE {table} ({', '.join(columns)}, {ID})")
            self.connection.execute(f"CREATE INDEX {table}_case ON {table} ({ID})")
            if table in EVIDENCE_COLUMNS:
                self.fill(table, self.together.rows.get(table, []))
        self.texts = texts or {
            view.name: for_sqlite(with_cases(view.statement.parsed)) for view in checks.views
        }

    def _views(self) -> Mapping[str, tuple[str, ...]]:
        return {view.name: view.columns for view in self.checks.views}

    def fill(self, table: str, rows: Rows) -> None:
        """Put rows into a table instead of what it holds."""
        self.connection.execute(f"DELETE FROM {table}")
        if rows:
            marks = ", ".join("?" for _ in rows[0])
            self.connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def view_rows(self, name: str, text: str | None = None) -> Rows:
        """What a view holds in every case: computed, or as the case says."""
        computed = self.connection.execute(text or self.texts[name]).fetchall()
        given = self.together.given.get(name, set())
        return [row for row in computed if row[-1] not in given] + self.together.rows.get(name, [])

    def compute(self) -> None:
        """All views, in their order."""
        for view in self.checks.views:
            self.fill(view.name, self.view_rows(view.name))

    def told(self, check: str, text: str) -> dict[int, list[Finding]]:
        """What a check's text says, by case."""
        return findings_by_case(self.connection.execute(text), check)

    def missed_by(self, check: str, text: str, numbers: Iterable[int]) -> list[str]:
        """What these cases expect otherwise."""
        told = self.told(check, text)
        return [
            f"{self.together.cases[number].name}: {problem}"
            for number in numbers
            for problem in missed(self.together.cases[number], told.get(number, []))
        ]
