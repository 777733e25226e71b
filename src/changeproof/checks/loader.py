"""Checks and views from their files: examined, put in order, digested. Loaded once a process."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from changeproof.checks.evidence import CONTEXT_TABLES, EVIDENCE_COLUMNS, FINDING
from changeproof.checks.front_matter import (
    FrontMatter,
    ViewMatter,
    read_front_matter,
    read_view_matter,
)
from changeproof.checks.judged import SIGN_VERDICTS, VERDICTS
from changeproof.checks.statement import Statement, keep
from changeproof.events.event import canonical, sha256_hex
from changeproof.events.refusal import Refusal

_HERE = Path(__file__).parent
_FOLDERS = ("cc8_1", "signs", "practices", "segregation", "around")
_VIEW = "The view was not loaded."


@dataclass(frozen=True)
class Check:
    """One check as loaded. `sql` is the file's text, which pages show and packs carry."""

    matter: FrontMatter
    file: str
    sql: str
    statement: Statement

    @property
    def id(self) -> str:
        return self.matter.id

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the file's text."""
        return sha256_hex(self.sql.encode())

    @property
    def for_sqlite(self) -> str:
        return self.statement.for_sqlite

    @property
    def for_duckdb(self) -> str:
        return self.statement.for_duckdb

    @property
    def for_spark(self) -> str:
        return self.statement.for_spark


@dataclass(frozen=True)
class View:
    """A named question that several checks share. A context view is the same for all subjects."""

    matter: ViewMatter
    sql: str
    statement: Statement
    is_context: bool

    @property
    def name(self) -> str:
        return self.matter.name

    @property
    def columns(self) -> tuple[str, ...]:
        return self.statement.columns

    @property
    def for_sqlite(self) -> str:
        return self.statement.for_sqlite

    @property
    def for_duckdb(self) -> str:
        return self.statement.for_duckdb

    @property
    def for_spark(self) -> str:
        return self.statement.for_spark


@dataclass(frozen=True)
class CheckSet:
    """All checks, sorted by id, and the views in the order in which they are computed."""

    checks: tuple[Check, ...]
    views: tuple[View, ...]

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of subjects that any of them judges."""
        return frozenset(check.matter.subject for check in self.checks)

    @cached_property
    def columns_used(self) -> dict[str, tuple[str, ...]]:
        """For each evidence table: its columns that a check or view may read."""
        named: set[str] = set()
        tables: set[str] = set()
        statements = [check.statement for check in self.checks]
        statements += [view.statement for view in self.views]
        for statement in statements:
            named |= statement.columns_named
            tables |= statement.tables
        return {
            table: tuple(column for column in columns if column in named)
            for table, columns in EVIDENCE_COLUMNS.items()
            if table in tables
        }

    @cached_property
    def digest(self) -> str:
        """One digest over all checks and views: what `ChangeJudged` records."""
        parts = [[check.id, check.digest] for check in self.checks]
        parts += [[view.name, sha256_hex(view.sql.encode())] for view in self.views]
        return sha256_hex(canonical(parts))

    def only(self, *identifiers: str, views: Iterable[str] = ()) -> "CheckSet":
        """These checks alone, with the views that they need: to re-perform one by hand."""
        checks = tuple(check for check in self.checks if check.id in identifiers)
        wanted = set(views)
        for check in checks:
            wanted |= check.statement.tables
        for view in reversed(self.views):
            if view.name in wanted:
                wanted |= view.statement.tables
        return CheckSet(checks, tuple(view for view in self.views if view.name in wanted))

    def check(self, identifier: str) -> Check:
        """The check of this id. Raises Refusal when there is none."""
        for check in self.checks:
            if check.id == identifier:
                return check
        raise Refusal(
            f"There is no check `{identifier}`.",
            where=identifier,
            why="no loaded file has that id",
            cure="List them with: changeproof checks",
        )


_own: Path | None = None


def use_own_checks(folder: Path | None) -> None:
    """From now on `load_checks()` gives this folder's checks too: what the settings name."""
    global _own
    _own = folder


def own_checks_folder() -> Path | None:
    """The folder of the company's own checks, whether it exists or not."""
    return _own


def load_checks(folder: Path | None = None, *, examined: bool = False) -> CheckSet:
    """The shipped checks and those of `folder`, a company's own (None: what the settings name).

    A company's files are always examined against the contract; the shipped ones when `examined`
    asks for it, as the tests do. They are read once a process. Raises Refusal with file, line and
    cure.
    """
    return _loaded(folder if folder is not None else _own, examined)


@lru_cache(maxsize=8)
def _loaded(folder: Path | None, examined: bool) -> CheckSet:
    shipped = _shipped(examined)
    if folder is None:
        return shipped
    schema = _schema(shipped.views)
    own = [_read_check(path, schema, shipped.views, examined=True) for path in _files(folder)]
    _each_once([*shipped.checks, *own])
    for check in own:
        if check.matter.group != "custom":
            raise Refusal(
                "The check was not loaded.",
                where=check.file,
                why=f"`{check.id}` would stand among the checks that ship",
                cure=f"Call it `custom/{check.id.rpartition('/')[2]}`.",
            )
    checks = sorted((*shipped.checks, *own), key=lambda check: check.id)
    return CheckSet(tuple(checks), shipped.views)


@lru_cache(maxsize=2)
def _shipped(examined: bool) -> CheckSet:
    views = ordered(_read_view(path, examined=examined) for path in _files(_HERE / "views"))
    schema = _schema(views)
    if examined:
        from changeproof.checks import contract, determinism

        context = _same_for_all(views)
        for view in views:
            name = f"{view.name}.sql"
            resolved = contract.resolve(view.statement.parsed, schema, name, _VIEW)
            determinism.require_determinism(resolved, context, name, _VIEW)
    checks = [
        _read_check(path, schema, views, examined=examined)
        for name in _FOLDERS
        for path in _files(_HERE / name)
    ]
    _each_once(checks)
    shipped = CheckSet(tuple(sorted(checks, key=lambda check: check.id)), tuple(views))
    statements = [check.statement for check in shipped.checks]
    keep([*statements, *(view.statement for view in shipped.views)])
    return shipped


def _schema(views: Iterable[View]) -> dict[str, tuple[str, ...]]:
    return {**EVIDENCE_COLUMNS, **{view.name: view.columns for view in views}}


def checks_digest(checks: CheckSet) -> str:
    """The digest of all checks and views as run."""
    return checks.digest


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.sql")) if folder.is_dir() else []


def _same_for_all(views: Iterable[View]) -> set[str]:
    """The tables and views that hold the same for every subject."""
    same = set(CONTEXT_TABLES)
    for view in views:
        if view.statement.tables <= same:
            same.add(view.name)
    return same


def _read_check(
    path: Path,
    schema: Mapping[str, tuple[str, ...]],
    views: Iterable[View],
    *,
    examined: bool,
) -> Check:
    text, file = path.read_text("utf-8"), _name(path)
    matter = read_front_matter(text, file)
    statement = Statement(text, file)
    if examined:
        # The parser takes a tenth of a second to load.
        from changeproof.checks import contract, determinism, reach

        contract.examine(statement.parsed, file)
        contract.require_output(statement.parsed, file)
        signs = matter.group == "signs"
        verdicts = SIGN_VERDICTS if signs else VERDICTS
        contract.require_words(statement.parsed, file, verdicts)
        allowed = dict(schema)
        if not matter.second:
            allowed.pop(FINDING)
        resolved = contract.resolve(statement.parsed, allowed, file)
        behind = {view.name: view.statement.tables for view in views}
        shipped = path.is_relative_to(_HERE)
        reach.require_reach(statement.parsed, matter.subject, behind, file, shipped=shipped)
        determinism.require_determinism(resolved, _same_for_all(views), file)
    return Check(matter, file, text, statement)


def _read_view(path: Path, *, examined: bool) -> View:
    text, file = path.read_text("utf-8"), _name(path)
    matter = read_view_matter(text, file, path.stem)
    statement = Statement(text, file, _VIEW)
    if examined:
        from changeproof.checks import contract

        contract.examine(statement.parsed, file, _VIEW)
    return View(matter, text, statement, is_context=False)


def ordered(views: Iterable[View]) -> list[View]:
    """Each view after those that it reads; context views know which they are by what they read."""
    named = {view.name: view for view in views}
    reads = {name: view.statement.tables for name, view in named.items()}
    sorter = TopologicalSorter(
        {name: sorted(tables & set(named)) for name, tables in sorted(reads.items())}
    )
    try:
        order = list(sorter.static_order())
    except CycleError as error:
        why = f"these views read each other: {', '.join(error.args[1])}"
        raise Refusal(_VIEW, why=why, cure="Take one of them apart.") from error
    context: set[str] = set(CONTEXT_TABLES)
    placed = []
    for name in order:
        view = named[name]
        is_context = reads[name] <= context and not view.statement.reads_as_of
        if is_context:
            context.add(name)
        placed.append(View(view.matter, view.sql, view.statement, is_context))
    return sorted(placed, key=lambda view: not view.is_context)


def _each_once(checks: list[Check]) -> None:
    seen: dict[str, str] = {}
    for check in checks:
        if check.id in seen:
            raise Refusal(
                "The check was not loaded.",
                where=check.file,
                why=f"`{check.id}` is also the id of {seen[check.id]}",
                cure="Give it another id.",
            )
        seen[check.id] = check.file


def _name(path: Path) -> str:
    return path.relative_to(_HERE).as_posix() if path.is_relative_to(_HERE) else path.name


def checks_of_severity(severity: str) -> tuple[str, ...] | None:
    """The checks of one severity, by name; None, of any, for an empty word."""
    if not severity:
        return None
    return tuple(each.id for each in load_checks().checks if each.matter.severity == severity)
