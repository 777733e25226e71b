"""A whole population on DuckDB, part by part, from a snapshot's files to files of findings.

Judged at once, a million changes leave the processor's cache at every join, and threads that share
a query wait for each other at each of a thousand operators. So as many parts as there are threads
are judged at a time, each by one thread in a database of its own; with them memory is bounded.
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from changeproof.checks.dialects import DUCKDB_PRELUDE, at_moment
from changeproof.checks.evidence import EVIDENCE_COLUMNS, FINDING, SUBJECT
from changeproof.checks.loader import Check, CheckSet, View
from changeproof.checks.population_parts import AROUND, PopulationParts
from changeproof.checks.running_order import running_order
from changeproof.checks.snapshot_files import snapshot_files
from changeproof.ledger.table import TABLES

PART = 125_000
"""Changes judged together, at most. Planning takes a second a part, whatever its size; larger ones
fill more memory: about 5 kilobytes a change while they are judged."""

WAVE = 500_000
"""Changes whose rows are in memory: about 3 kilobytes each. Each wave reads the files again."""

ABBREVIATED = 12
"""Letters of an event's id that name it in the findings of a whole population, as git does. So
many stand in a string's own cell; where two events ever share them, a reader finds both."""

_SHORT = {
    "event": f"LEFT(event, {ABBREVIATED})",
    "events": f"CASE WHEN events LIKE '%,%' THEN LIST_AGGREGATE(LIST_TRANSFORM("
    f"STRING_SPLIT(events, ','), lambda each: LEFT(each, {ABBREVIATED})), 'string_agg', ',')"
    f" ELSE LEFT(events, {ABBREVIATED}) END",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a judgement may take: memory (`3GB`), threads, and a folder for what does not fit."""

    memory: str
    threads: int
    spill: Path


def judge_population(
    checks: CheckSet, folder: Path, as_of: int, results: Path, limits: Limits, size: int = PART
) -> dict[str, float]:
    """Judge a folder of Parquet files, one a table, as `snapshot` writes them, at `as_of`.

    Each check's findings come into a folder of its own in `results` (`cc8_1.08_approval`), a file
    for each part of at most `size` changes. Gives the seconds that each view and check took. Checks
    that read `finding` are left out, and announced ones are not told apart. Events are named by
    the first ABBREVIATED letters of their ids: most of what moves through memory is lists of
    events. Raises Refusal where the folder lacks a table or a column.
    """
    took: Counter[str] = Counter()
    with (
        duckdb.connect(":memory:") as whole,
        ThreadPoolExecutor(limits.threads, "part") as pool,
    ):
        snapshot = _Snapshot(whole, checks, folder, as_of, limits)
        waves = snapshot.waves(size)
        took.update(snapshot.around(number=waves[-1].stop).judge(results))
        for wave in waves:
            parts = snapshot.load(wave, of=waves[-1].stop)
            for told in pool.map(lambda part: part.judge(results), parts):
                took.update(told)
    return dict(took)


class _Snapshot:
    """A snapshot at one moment, loaded wave by wave; each part gets its rows."""

    def __init__(
        self,
        whole: duckdb.DuckDBPyConnection,
        checks: CheckSet,
        folder: Path,
        as_of: int,
        limits: Limits,
    ) -> None:
        self._whole = whole
        self._as_of = as_of
        self._threads = limits.threads
        self._files = snapshot_files(
            folder, {name: table.column_names for name, table in TABLES.items()}
        )
        self._columns = _columns(checks)
        self._common: dict[str, bool] = {}  # tables that all parts read, and whether they hold any
        self._kinds = checks.kinds
        kinds = {check.id: check.matter.subject for check in checks.checks}
        self._of_changes = checks.only(*(name for name in kinds if kinds[name] == "change"))
        self._of_others = checks.only(*(name for name in kinds if kinds[name] != "change"))
        self._types: dict[str, str] = {}
        whole.execute(f"SET memory_limit = '{limits.memory}'")
        whole.execute(f"SET threads = {limits.threads:d}")
        whole.execute(f"SET temp_directory = '{limits.spill}'")
        whole.execute("SET preserve_insertion_order = false")
        whole.execute("CREATE SCHEMA common")
        whole.execute("USE memory.common")
        whole.execute(DUCKDB_PRELUDE)

    def waves(self, size: int) -> list[range]:
        """The numbers of each wave's parts: as many as keep all threads busy to the end."""
        file = [str(self._files["change"])]
        counted = self._whole.execute("SELECT COUNT(*) FROM read_parquet(?)", file).fetchone()
        changes = counted[0] if counted else 0
        waves = -(-changes // WAVE) or 1
        rounds = -(-changes // (waves * self._threads * size)) or 1
        each = min(rounds * self._threads, AROUND)
        return [range(each * wave, each * (wave + 1)) for wave in range(waves)]

    def around(self, number: int) -> "_Part":
        """What is judged of others than changes, with all threads: it reads much of the whole."""
        rows = PopulationParts(self._whole, self._files, self._as_of, range(0), 1)
        rows.name_others(self._kinds)
        for table, columns in self._columns.items():
            if rows.load_common(table, columns):
                first = self._whole.execute(f"SELECT 1 FROM common.{table} LIMIT 1").fetchone()
                self._common[table] = first is not None
        part = self._part(number, self._of_others)
        part.name_subjects(f"FROM memory.whole.{SUBJECT}")
        self._share(rows, {AROUND: part})
        return part

    def load(self, wave: range, of: int) -> list["_Part"]:
        """These parts, of so many, each with the rows that it is judged on."""
        self._whole.execute(f"SET threads = {self._threads:d}")
        rows = PopulationParts(self._whole, self._files, self._as_of, wave, of)
        parts = [self._part(number, self._of_changes) for number in wave]
        self._share(rows, dict(enumerate(parts)))
        self._whole.execute("SET threads = 1")  # each part's own
        return parts

    def _share(self, rows: PopulationParts, parts: Mapping[int, "_Part"]) -> None:
        """Give each part its rows, table by table: no row is held twice for longer than that."""
        read = set().union(*(part.checks.columns_used for part in parts.values()))
        for table, columns in self._columns.items():
            if table not in self._common and table in {"change", *read}:
                rows.load(table, columns)
                for bit, part in parts.items():
                    part.take(table, columns, bit)
                self._whole.execute(f"DROP TABLE memory.whole.{table}")
        rows.done()

    def _part(self, number: int, checks: CheckSet) -> "_Part":
        holding = {table for table, any_row in self._common.items() if any_row}
        return _Part(self._whole.cursor(), number, checks, self._as_of, self._types, holding)


def _columns(checks: CheckSet) -> dict[str, dict[str, str]]:
    """The evidence tables that are read, and their columns by name, as expressions."""
    columns = {**checks.columns_used, "change": EVIDENCE_COLUMNS["change"]}
    return {
        table: {name: _SHORT.get(name, name) for name in held}
        for table, held in columns.items()
        if table not in (SUBJECT, FINDING)
    }


class _Part:
    """Some of the changes, or what is around them: a database of its own, judged by one thread."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        number: int,
        checks: CheckSet,
        as_of: int,
        types: dict[str, str],
        holding: set[str],
    ) -> None:
        """`types` holds the columns of views that any part has computed; `holding` names the tables
        of `memory.common` that have rows."""
        self.checks = checks
        self._execute = connection.execute
        self._number = number
        self._as_of = as_of
        self._types = types
        self._tables: list[str] = []
        self._holding = holding  # tables with rows, and each `subject:KIND`
        self._others = False  # whether there are rows of changes that are not judged here
        self._execute(f"ATTACH ':memory:' AS {self._here}")
        self._execute(f"SET search_path = '{self._here}.main,memory.common'")

    def name_subjects(self, query: str) -> None:
        self._create(SUBJECT, query)
        kinds = self._execute(f"SELECT DISTINCT kind FROM {SUBJECT}").fetchall()
        self._holding |= {f"{SUBJECT}:{kind}" for (kind,) in kinds}

    def take(self, table: str, columns: Iterable[str], bit: int) -> None:
        """The rows of `memory.whole.TABLE` that have the bit; of changes those judged here, too."""
        rows = f"FROM memory.whole.{table} WHERE parts & {1 << bit} <> 0"
        self._create(table, f"SELECT {', '.join(columns)} {rows}")
        self._tables.append(table)
        if table == "change" and bit != AROUND:
            others = self._execute(f"SELECT 1 {rows} AND own <> {bit} LIMIT 1").fetchone()
            self._others = others is not None
            named = "SELECT change_id AS subject, 'change' AS kind, change_id AS name"
            self.name_subjects(f"{named} {rows} AND own = {bit}")

    def judge(self, results: Path) -> dict[str, float]:
        """Write the findings; the seconds that each view and check took."""
        took: dict[str, float] = {}
        for stage in running_order(self.checks, self._tables):
            begun = time.perf_counter()
            if isinstance(stage.what, View):
                self._compute(stage.what)
            else:
                self._check(stage.what, results)
            for name in stage.done_with:
                self._execute(f"DROP TABLE {name}")
            took[_name(stage.what)] = time.perf_counter() - begun
        self._execute("USE memory")
        self._execute(f"DETACH {self._here}")
        return took

    @property
    def _here(self) -> str:
        return f"part_{self._number}"

    def _compute(self, view: View) -> None:
        """Planning costs more than most views hold: those that can hold nothing are not asked."""
        if view.name in self._types and not view.statement.may_give_rows(self._holding):
            self._execute(f"CREATE TABLE {view.name} ({self._types[view.name]})")
            return
        self._create(view.name, at_moment(view.for_duckdb, self._as_of))
        if view.name not in self._types:
            columns = self._execute(f"DESCRIBE {view.name}").fetchall()
            self._types[view.name] = ", ".join(f"{row[0]} {row[1]}" for row in columns)

    def _check(self, check: Check, results: Path) -> None:
        if not check.statement.may_give_rows(self._holding):
            return
        folder = results / check.id.replace("/", ".")
        folder.mkdir(exist_ok=True)
        text = at_moment(check.for_duckdb, self._as_of)
        if self._others:
            text = f"FROM ({text}) WHERE subject IN (SELECT subject FROM {SUBJECT})"
        self._execute(f"COPY ({text}) TO '{folder}/{self._number}.parquet'")

    def _create(self, table: str, query: str) -> None:
        created = self._execute(f"CREATE TABLE {table} AS {query}").fetchone()
        if created and created[0]:
            self._holding.add(table)


def _name(what: View | Check) -> str:
    return what.id if isinstance(what, Check) else f"views/{what.name}"
