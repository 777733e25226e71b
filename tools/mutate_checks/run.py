"""Runs the mutants of one file against the cases, all at once on SQLite."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from changeproof.checks import loader
from changeproof.checks.cases import Case, missed, read_cases
from changeproof.checks.dialects import for_sqlite
from changeproof.checks.evidence import FINDING
from changeproof.checks.loader import Check, CheckSet, View
from changeproof.events.refusal import Refusal
from changeproof.ledger.joined import Finding
from tests.support.case_dimension import with_cases
from tests.support.sentences import flaws
from tests.support.sqlite_cases import SqliteCases
from tools.mutate_checks.laws import PolicyLaws, ViewRows
from tools.mutate_checks.mutations import mutants
from tools.mutate_checks.text import Texts, tell_utc

_MOST_STEPS = 400  # of 100,000 instructions each: a product of everything is stopped


@dataclass(frozen=True)
class Survivor:
    """A mutant that no case noticed; `place` and `what` name it within its file."""

    file: str
    place: str
    line: int
    what: str


@dataclass
class Outcome:
    """What became of the mutants of one file. `invalid` ones no engine would have run."""

    file: str
    killed: int = 0
    survivors: list[Survivor] = field(default_factory=list)
    invalid: int = 0

    @property
    def total(self) -> int:
        return self.killed + len(self.survivors)

    @property
    def share(self) -> float:
        return self.killed / self.total if self.total else 1.0


def all_cases(checks: CheckSet) -> list[Case]:
    """Every case that ships."""
    files = sorted(Path(loader.__file__).parent.rglob("*.cases.yaml"))
    return [case for file in files for case in read_cases(file, checks)]


class _Limit:
    """Stops a statement that never ends."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.steps, self.most = 0, _MOST_STEPS
        connection.set_progress_handler(self._step, 100_000)

    def begin(self) -> None:
        """The next statement starts afresh."""
        self.steps = 0

    def allow_for_this(self) -> None:
        """A mutant may take ten times as long as what has just run."""
        self.most = max(_MOST_STEPS, 10 * self.steps)

    def _step(self) -> int:
        self.steps += 1
        return int(self.steps > self.most)


def mutate_check(check: Check, checks: CheckSet, cases: list[Case]) -> Outcome:
    """Its mutants against its own cases."""
    own = [case for case in cases if case.check == check.id]
    evidence = SqliteCases(checks if check.matter.second else checks.only(check.id), own)
    evidence.compute()
    if check.matter.second:
        evidence.fill(FINDING, _findings(evidence, checks))
    numbers = range(len(own))
    texts = Texts(check.statement.parsed)
    tell_utc(evidence.connection)
    for problem in _problems(evidence, check.id, texts.whole(), numbers):
        raise ValueError(f"{check.id}, before anything is changed: {problem}")
    return _tried(
        check.id,
        texts,
        _Limit(evidence.connection),
        lambda text: _misses(evidence, check.id, text, numbers),
    )


def _findings(evidence: SqliteCases, checks: CheckSet) -> list[tuple[object, ...]]:
    """What the other checks say, which such a check reads."""
    rows: list[tuple[object, ...]] = []
    for check in checks.checks:
        if not check.matter.second:
            text = for_sqlite(with_cases(check.statement.parsed))
            rows += [
                (one.subject, one.check_id, one.verdict, one.basis, one.reason, one.evidence, case)
                for case, told in evidence.told(check.id, text).items()
                for one in told
            ]
    return rows


def _problems(
    evidence: SqliteCases, check: str, text: str, numbers: Iterable[int]
) -> Iterator[str]:
    """Which of these cases expects something else, and what. Two rows for a subject are refused,
    which every user would see, a row on a subject of another kind is one too many, and the tests
    of the cases look at every sentence: that is noticing, too."""
    try:
        told = evidence.told(check, text)
    except Refusal as error:
        yield str(error)
        return
    listed, kind = evidence.together.cases, evidence.checks.check(check).matter.subject
    for number in numbers:
        case, findings = listed[number], told.get(number, [])
        wrong = missed(case, findings)
        if _speaks_of_others(case, findings, kind):
            wrong.append(f"it speaks of a subject that is no {kind}")
        wrong += [flaw for finding in findings for flaw in flaws(finding)]
        yield from (f"{case.name}: {each}" for each in wrong)


def _misses(evidence: SqliteCases, check: str, text: str, numbers: Iterable[int]) -> bool:
    return any(_problems(evidence, check, text, numbers))


def _speaks_of_others(case: Case, told: list[Finding], kind: str) -> bool:
    others = {row[0] for row in case.rows["subject"] if row[1] != kind}
    return any(one.subject in others for one in told)


def _tried(file: str, texts: Texts, limit: _Limit, noticed: Callable[[str], bool]) -> Outcome:
    outcome = Outcome(file)
    for mutant in mutants(texts.statement):
        limit.begin()
        try:
            seen = noticed(texts.changed_in(mutant.place))
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):  # it does not even run
                outcome.invalid += 1
                continue
            seen = True
        if seen:
            outcome.killed += 1
        else:
            outcome.survivors.append(Survivor(file, mutant.place, mutant.line, mutant.what))
    return outcome


class Views:
    """Mutants of views, against the laws on them, their own cases and those of every check that
    reads them.

    Only a case in which the view's own rows differ can notice, so only those run again.
    """

    def __init__(self, checks: CheckSet, cases: list[Case]) -> None:
        self.checks = checks
        self.evidence = SqliteCases(checks, cases)
        self.evidence.compute()
        tell_utc(self.evidence.connection)
        self.limit = _Limit(self.evidence.connection)
        self.laws = PolicyLaws(checks)
        self.rows = ViewRows(checks)
        self.held: dict[str, dict[int, list[tuple[object, ...]]]] = {}
        """What each view holds of each case as it stands."""
        self.numbers = {id(case): number for number, case in enumerate(cases)}
        self.texts = {
            check.id: for_sqlite(with_cases(check.statement.parsed))
            for check in checks.checks
            if not check.matter.second
        }

    def mutate(self, view: View) -> Outcome:
        self.limit.begin()
        held = Counter(self.evidence.view_rows(view.name))
        self.limit.allow_for_this()
        return _tried(
            f"views/{view.name}",
            Texts(view.statement.parsed),
            self.limit,
            lambda text: (
                self.laws.broken_by(view.name, text)
                or self.rows.missed_by(view.name, text)
                or self._noticed(view, held, text)
            ),
        )

    def _noticed(self, view: View, held: Counter[tuple[object, ...]], text: str) -> bool:
        rows = Counter(self.evidence.view_rows(view.name, text))
        differing: dict[str, list[Case]] = defaultdict(list)
        for number in sorted({int(str(row[-1])) for row in (rows - held) + (held - rows)}):
            case = self.evidence.together.cases[number]
            if case.check in self.texts:
                differing[case.check].append(case)
        most_first = sorted(differing.items(), key=lambda each: -len(each[1]))
        return any(self._missed_by(check, cases, view, text) for check, cases in most_first)

    def _missed_by(self, check: str, cases: list[Case], view: View, text: str) -> bool:
        few = SqliteCases(self.checks.only(check), cases, self.evidence.texts)
        tell_utc(few.connection)
        _Limit(few.connection)
        altered = {view.name}
        for each in few.checks.views:
            if each.name == view.name:
                few.fill(each.name, few.view_rows(each.name, text))
            elif altered & each.statement.tables:
                altered.add(each.name)
                few.fill(each.name, few.view_rows(each.name))
            else:
                few.fill(each.name, self._as_it_stands(each.name, cases))
        return _misses(few, check, self.texts[check], range(len(cases)))

    def _as_it_stands(self, view: str, cases: list[Case]) -> list[tuple[object, ...]]:
        """Its rows in these cases, which are numbered anew."""
        if view not in self.held:
            by_case = self.held[view] = defaultdict(list)
            for row in self.evidence.connection.execute(f"SELECT * FROM {view}"):
                by_case[row[-1]].append(row[:-1])
        return [
            (*row, number)
            for number, case in enumerate(cases)
            for row in self.held[view][self.numbers[id(case)]]
        ]


def outcomes(checks: CheckSet, only: list[str]) -> Iterator[Outcome]:
    """File by file: checks, then views. `only` names some, such as `views/work`, or `views`."""
    cases = all_cases(checks)
    for check in checks.checks:
        if not only or check.id in only or check.id.partition("/")[0] in only:
            yield mutate_check(check, checks, cases)
    wanted = [
        view for view in checks.views if not only or "views" in only or f"views/{view.name}" in only
    ]
    if wanted:
        views = Views(checks, cases)
        for view in wanted:
            yield views.mutate(view)
