"""SQLite in memory: for one change, a batch or an import; kept open, filled and emptied.

Tables are emptied, never dropped: any DDL would make SQLite prepare every statement again
(measured: 5 ms). Context stays loaded between evaluations as long as its version and what of it
has happened by then are the same.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from operator import attrgetter

from changeproof.checks import announced
from changeproof.checks.evidence import CONTEXT_TABLES, EVIDENCE_COLUMNS, FINDING, SUBJECT
from changeproof.checks.judged import OWN, Judged, findings_of, no_subject
from changeproof.checks.loader import Check, CheckSet
from changeproof.checks.questions import Bits, Filling, Patience, Question
from changeproof.checks.reading import Reader, Rows, columns_to_read
from changeproof.checks.sqlite_tables import EMPTIED, opened
from changeproof.checks.subjects import Subjects
from changeproof.ledger.store import Store
from changeproof.ledger.subjects_known import NAMED_KINDS, standing_names
from changeproof.ledger.table import TABLES, Row

BATCH = 800
"""Changes at once: larger tables leave the processor's cache (measured: 500 to 1,000 is best)."""

FEW = 200
"""Rows of evidence, a change has about thirty: beyond, indexes begin to pay (measured)."""

WITH_FEW, WITH_MANY = Patience(50, 4), Patience(0, 8)
"""What is left of a statement is planned in less time than a batch takes."""

LEAST = 7
"""Rows of evidence that a change has at least, nearly always: a pull request just opened."""

PLANS = 1000
"""Kept: what is loaded comes in as many combinations."""
Plan = tuple[list[Filling], list[Question]]

_ALWAYS = (-(2**63), 2**63 - 1)


class SqliteEngine:
    """One connection, for one thread at a time. `checks` says what is judged.

    With `few_rows` it takes no more than FEW rows of evidence, and is quicker on them.
    """

    def __init__(
        self, checks: CheckSet, *, few_rows: bool = False, patience: Patience | None = None
    ) -> None:
        self.checks = checks
        self._patience = patience or (WITH_FEW if few_rows else WITH_MANY)
        self._few_rows = few_rows
        self._only = False  # whether rows of changes are loaded that are not judged
        self._columns: dict[str, tuple[str, ...]] = {
            SUBJECT: EVIDENCE_COLUMNS[SUBJECT],
            FINDING: EVIDENCE_COLUMNS[FINDING],
            **columns_to_read(checks.columns_used),
        }
        self._reader = Reader(self._columns)
        self._context_version: object = None
        self._context_rows: dict[str, Rows] = {}
        self._context_span = (0, -1)
        self._own = {
            check.id: check.matter.subject
            for check in checks.checks
            if check.id.startswith(OWN) and "change" in self._columns
        }
        widths = {**self._columns, **{view.name: view.columns for view in checks.views}}
        self._insertions = {
            table: f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})"
            for table, columns in widths.items()
        }
        self._plans: dict[int, Plan] = {}
        self._bits = Bits()
        self._holding = 0  # the bits of tables with rows, and of each `subject:KIND`
        context = [*CONTEXT_TABLES, *(view.name for view in checks.views if view.is_context)]
        (self._context_bits,) = self._bits.masks([context])
        self._connection = self._open()
        self._views = {view.name for view in checks.views}
        fillings = [
            (Filling.of(view, self._bits, self._patience), view.is_context) for view in checks.views
        ]
        self._context_views = [filling for filling, is_context in fillings if is_context]
        self._subject_views = [filling for filling, is_context in fillings if not is_context]
        self._passes = tuple(
            self._questions([check for check in checks.checks if test(check)])
            for test in (lambda check: not check.matter.second, lambda check: check.matter.second)
        )

    def judge(
        self,
        store: Store,
        subjects: Collection[str],
        as_of: int,
        *,
        hypothetical: Iterable[Row] = (),
        context_version: object = None,
    ) -> Judged:
        """Judge these subjects at `as_of`: at most BATCH changes, or it becomes slow.

        `hypothetical` rows are added to the evidence. As long as `context_version` is the same
        (and not None) the context is not read again.
        """
        if not self.load(store, Subjects.of(subjects), as_of, hypothetical, context_version):
            raise ValueError(f"more than {FEW} rows of evidence in an engine for few")
        self.compute(as_of)
        return self.result()

    def load(
        self,
        store: Store,
        subjects: Subjects,
        as_of: int,
        hypothetical: Iterable[Row] = (),
        context_version: object = None,
    ) -> bool:
        """Read the evidence on these subjects; what was loaded before goes. False where it is
        more than this engine takes: then nothing can be computed."""
        with self._transaction():
            self._load_context(store, as_of, context_version)
            rows, changes = self._of_named(store, subjects.named, as_of)
            read = self._reader.of_changes(store, changes.union(subjects.changes), as_of)
            read, origins = self._reader.with_origins(store, read, as_of)
            for table, more in read.items():
                rows[table] = _each_once(rows.get(table, []), more)
            for table, more in self._of_systems(store, subjects.systems, as_of).items():
                rows[table] = _each_once(rows.get(table, []), more)
            if subjects.organisation:
                for table, more in self._reader.of_organisation(store, as_of).items():
                    rows[table] = _each_once(rows.get(table, []), more)
            for table, more in self._cells(hypothetical).items():
                rows[table] = _each_once(rows.get(table, []), more)
            rows[SUBJECT] = self._standing(store, subjects, as_of).rows
            if self._few_rows and sum(map(len, rows.values())) > FEW:
                return False
            self._only = bool((changes | origins).difference(subjects.changes))
            self._fill(rows)
            return True

    def prepare(self) -> None:
        """Empty every table and have SQLite plan every statement: what the first judgement
        would otherwise pay (measured: 50 ms)."""
        with self._transaction():
            self._clear_all()
            questions = [view.question for view in (*self._context_views, *self._subject_views)]
            for question in (*questions, *(each for part in self._passes for each in part)):
                self._connection.execute(question.whole, {"as_of": 0})
            self._clear_all()
        self._forget()

    def judge_rows(self, rows: Mapping[str, Rows], as_of: int) -> Judged:
        """Judge evidence given as rows of all columns, by table; a view's rows replace it."""
        with self._transaction():
            self._context_version, self._only = None, False
            for table in (*self._columns, *self._views):
                self._clear(table)
            kept = {
                table: self._chosen(table, cells)
                for table, cells in rows.items()
                if table in self._columns or table in self._views
            }
            self._fill(
                {table: _cut(table, self._columns, cells, as_of) for table, cells in kept.items()}
            )
            for view in self._context_views:
                if view.name not in rows:
                    self._compute(view, as_of)
        self.compute(as_of, given=frozenset(rows))
        return self.result()

    def compute(self, as_of: int, given: frozenset[str] = frozenset()) -> None:
        """Compute views and checks over what is loaded: SQLite's work alone, without the
        interpreter's lock, so that another thread goes on meanwhile."""
        with self._transaction():
            self._clear(FINDING)
            views, questions = self._plan(given)
            for view in views:
                self._compute(view, as_of)
            execute, parameters = self._connection.execute, {"as_of": as_of}
            holding, finding = self._holding, self._bits.of(FINDING)
            for question in questions:
                text = question.asked(holding)
                if text is not None and execute(text, parameters).rowcount > 0:
                    holding |= finding
            self._holding = holding

    def _plan(self, given: frozenset[str]) -> Plan:
        """The views and checks of which anything can come with what is loaded, if all views among
        them give rows; those of views that are given stand."""
        holding = self._holding
        plan = None if given else self._plans.get(holding)
        if plan is None:
            views, questions = [], []
            for view in self._subject_views:
                if view.name in given:
                    continue
                may = view.question.may_answer(holding)
                if may or holding & view.bit:
                    views.append(view)
                holding |= view.bit if may else 0
            holding |= self._bits.of(FINDING)  # a pass ends by marking what it found
            for part in self._passes:
                questions += [each for each in part if each.may_answer(holding)]
            plan = (views, questions)
            if not given:
                if len(self._plans) >= PLANS:
                    self._plans.clear()
                self._plans[self._holding] = plan
        return plan

    def result(self) -> Judged:
        """What was computed. Raises Refusal where a company's own check gave no finding."""
        self._require_subjects()
        # A linked change's rows are here as evidence: what would be found on it is not asked.
        asked = f" WHERE subject IN (SELECT subject FROM {SUBJECT})" if self._only else ""
        found = findings_of(
            self._connection.execute(
                f"SELECT subject, check_id, verdict, basis, reason, evidence FROM {FINDING}{asked}"
            )
        )
        due: dict[str, int] = {}
        versions: dict[str, int] = {}
        emergencies: dict[str, str] = {}
        if "emergency_state" in self._views:
            emergencies.update(
                self._execute(
                    "SELECT change_id, MAX(fault) FROM emergency_state GROUP BY change_id"
                )
            )
        if "subject_due" in self._views:
            for subject, version, at in self._execute(
                "SELECT subject, policy_version, due_at FROM subject_due"
            ):
                if version is not None:
                    versions[subject] = version
                if at is not None:
                    due[subject] = at
        return Judged(found, due, versions, emergencies)

    def _require_subjects(self) -> None:
        """What a company's own check gives as its subjects are some: nothing would ever replace
        a finding on another."""
        for check, kind in self._own.items():
            known = "SELECT change_id FROM change"
            if kind != "change":
                if not self._execute(f"SELECT 1 FROM {SUBJECT}").fetchone():
                    continue  # rows given by hand may leave the table out
                known = f"SELECT subject FROM {SUBJECT} WHERE kind = '{kind}'"
            strange = self._execute(
                f"SELECT subject FROM {FINDING} WHERE check_id = '{check}'"
                f" AND (subject IS NULL OR subject NOT IN ({known}))"
            ).fetchone()
            if strange is not None:
                raise no_subject(check, strange[0])

    def table(self, name: str) -> Rows:
        """What a table or view holds after a run: for tests and for explaining."""
        return self._execute(f"SELECT * FROM {name}").fetchall()

    def _load_context(self, store: Store, as_of: int, version: object) -> None:
        low, high = self._context_span
        known = version is not None and version == self._context_version
        if known and low <= as_of < high:
            return
        if not known:
            self._context_rows = self._reader.context(store)
            self._context_version = version
        low, high = _ALWAYS
        for table in CONTEXT_TABLES:
            if table not in self._columns:
                continue
            rows = self._context_rows.get(table, [])
            position = self._reader.seen_position(table)
            if position is not None:
                times = [row[position] for row in rows if row[position] is not None]
                low = max([low, *(time for time in times if time <= as_of)])
                high = min([high, *(time for time in times if time > as_of)])
            self._clear(table)
            self._insert(table, _cut(table, self._columns, rows, as_of))
        self._context_span = (low, high)
        for view in self._context_views:
            self._compute(view, as_of)

    def _of_systems(self, store: Store, systems: Collection[str], as_of: int) -> dict[str, Rows]:
        if not systems:
            return {}
        marks = ", ".join("?" for _ in systems)
        found = self._connection.execute(
            f"SELECT repository FROM repository_system WHERE system IN ({marks})",
            tuple(systems),
        )
        loaded = self._reader.of_systems(store, [row[0] for row in found], as_of)
        leavers: list[str] = []
        if "leaver" in self._views:
            leavers = [row[0] for row in self._execute("SELECT account FROM leaver")]
        for table, more in self._reader.of_system_names(store, systems, leavers, as_of).items():
            loaded[table] = _each_once(loaded.get(table, []), more)
        return loaded

    def _of_named(
        self, store: Store, named: Collection[tuple[str, str]], as_of: int
    ) -> tuple[dict[str, Rows], set[str]]:
        judged = [each for each in named if each[0] in self.checks.kinds]
        return self._reader.of_named(store, judged, as_of) if judged else ({}, set())

    def _standing(self, store: Store, subjects: Subjects, as_of: int) -> Subjects:
        """Without what is not on record by then; nothing is asked of kinds without a check."""
        if not subjects.named:
            return subjects
        standing = [
            (kind, name)
            for kind in sorted(self.checks.kinds.intersection(NAMED_KINDS))
            for name in standing_names(
                store, kind, as_of, [name for each, name in subjects.named if each == kind]
            )
        ]
        return replace(subjects, named=tuple(standing))

    def _fill(self, rows: Mapping[str, Rows]) -> None:
        self._execute(EMPTIED)
        self._holding &= self._context_bits
        for table, cells in rows.items():
            self._insert(table, cells)
        for kind in {row[1] for row in rows.get(SUBJECT, ())}:
            self._holding |= self._bits.of(f"{SUBJECT}:{kind}")

    def _insert(self, table: str, rows: Rows) -> None:
        if rows:
            self._connection.executemany(self._insertions[table], rows)
            self._holding |= self._bits.of(table)

    def _clear(self, table: str) -> None:
        bit = self._bits.of(table)
        if self._holding & bit:
            self._execute(f"DELETE FROM {table}")
            self._holding ^= bit

    def _clear_all(self) -> None:
        for table in (*self._columns, *self._views):
            self._execute(f"DELETE FROM {table}")

    def _compute(self, view: Filling, as_of: int) -> None:
        """Fill a view's table; SQLite is not asked where it could only answer with nothing."""
        holding, execute = self._holding, self._connection.execute
        if holding & view.bit:
            execute(view.emptied)
            holding ^= view.bit
        text = view.question.asked(holding)
        if text is not None and execute(text, {"as_of": as_of}).rowcount > 0:
            holding |= view.bit
        self._holding = holding

    def _execute(self, statement: str) -> sqlite3.Cursor:
        return self._connection.execute(statement)

    def _cells(self, rows: Iterable[Row]) -> dict[str, Rows]:
        found: dict[str, Rows] = {}
        for row in rows:
            columns = self._columns.get(row.table.name)
            if columns is not None:
                cells = (
                    attrgetter(*columns)(row) if len(columns) > 1 else (getattr(row, columns[0]),)
                )
                found.setdefault(row.table.name, []).append(cells)
        return found

    def _chosen(self, table: str, rows: Rows) -> Rows:
        columns = EVIDENCE_COLUMNS.get(table)
        if columns is None:
            return rows
        wanted = [columns.index(name) for name in self._columns[table]]
        return [tuple(row[position] for position in wanted) for row in rows]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._execute("BEGIN")
        try:
            yield
        except BaseException:
            self._connection = self._open()  # without a journal nothing can be rolled back
            raise
        self._execute("COMMIT")

    def _open(self) -> sqlite3.Connection:
        connection = opened(self.checks.views, self._columns, few_rows=self._few_rows)
        self._forget()
        return connection

    def _forget(self) -> None:
        """The tables are empty."""
        self._context_version, self._context_span = None, (0, -1)
        self._holding = 0

    def _questions(self, checks: Sequence[Check]) -> list[Question]:
        """What fills in the findings of these checks, in order."""
        questions = [
            Question.of(
                check.statement, self._bits, partial(_into_finding, check.id), self._patience
            )
            for check in checks
        ]
        if checks and announced.VIEW in self._views:
            mark = announced.mark(check.id for check in checks)
            questions.append(Question(mark, self._bits.masks(((FINDING, announced.VIEW),))))
        return questions


def _into_finding(check: str, statement: str) -> str:
    return (
        f"INSERT INTO {FINDING} (subject, check_id, verdict, basis, reason, evidence)"
        f" SELECT subject, '{check}', verdict, basis, reason, evidence FROM ({statement})"
    )


def _cut(table: str, columns: Mapping[str, Sequence[str]], rows: Rows, as_of: int) -> Rows:
    seen = TABLES[table].seen if table in TABLES else None
    if seen is None or seen not in columns[table]:
        return rows
    position = list(columns[table]).index(seen)
    return [row for row in rows if row[position] is None or row[position] <= as_of]


def _each_once(rows: Rows, more: Rows) -> Rows:
    return list(dict.fromkeys([*rows, *more])) if rows else more
