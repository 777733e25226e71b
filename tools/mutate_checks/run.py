"""Runs the mutants of one file against the cases, all at once on SQLite."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from changeproof.checks import loader
from changeproof.checks.cases import Case, read_cases
from changeproof.checks.dialects import for_sqlite
from changeproof.checks.loader import Check, CheckSet, View
from tests.support.case_dimension import with_cases
from tests.support.sqlite_cases import SqliteCases
from tools.mutate_checks.mutations import mutants

_MOST_STEPS = 400  # of 100,000 instructions each: a product of everything is stopped


@dataclass
class Outcome:
    """What became of the mutants of one file."""

    file: str
    killed: int = 0
    survivors: list[str] = field(default_factory=list)
    invalid: int = 0

    @property
    def share(self) -> float:
        total = self.killed + len(self.survivors)
        return self.killed / total if total else 1.0


def all_cases(checks: CheckSet) -> list[Case]:
    """Every case that ships."""
    files = sorted(Path(loader.__file__).parent.rglob("*.cases.yaml"))
    return [case for file in files for case in read_cases(file, checks)]


class _Limit:
    """Stops a statement that never ends."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.steps = 0
        connection.set_progress_handler(self._step, 100_000)

    def _step(self) -> int:
        self.steps += 1
        return int(self.steps > _MOST_STEPS)


def mutate_check(check: Check, checks: CheckSet, cases: list[Case]) -> Outcome:
    """Its mutants against its own cases."""
    own = [case for case in cases if case.check == check.id]
    evidence = SqliteCases(checks.only(check.id), own)
    evidence.compute()
    limit, numbers = _Limit(evidence.connection), range(len(own))
    outcome = Outcome(check.id)
    if evidence.missed_by(check.id, for_sqlite(with_cases(check.statement.parsed)), numbers):
        raise ValueError(f"{check.id}: a case does not hold before anything is changed")
    for mutant in mutants(check.statement.parsed):
        limit.steps = 0
        try:
            text = for_sqlite(with_cases(mutant.statement))
            noticed = evidence.missed_by(check.id, text, numbers)
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                outcome.invalid += 1
                continue
            noticed = ["it never ended"]
        except Exception:  # two rows for a subject: refused, which is noticing
            noticed = ["refused"]
        _count(outcome, mutant.what, bool(noticed))
    return outcome


class Views:
    """Mutants of views, against the cases of every check that reads them."""

    def __init__(self, checks: CheckSet, cases: list[Case]) -> None:
        self.checks = checks
        self.evidence = SqliteCases(checks, cases)
        self.evidence.compute()
        self.limit = _Limit(self.evidence.connection)
        self.held = {
            view.name: sorted(self.evidence.view_rows(view.name), key=repr) for view in checks.views
        }
        self.texts = {
            check.id: for_sqlite(with_cases(check.statement.parsed))
            for check in checks.checks
            if not check.matter.second
        }
        self.numbers: dict[str, list[int]] = defaultdict(list)
        for number, case in enumerate(cases):
            self.numbers[case.check].append(number)

    def mutate(self, view: View) -> Outcome:
        outcome = Outcome(f"views/{view.name}")
        for mutant in mutants(view.statement.parsed):
            self.limit.steps = 0
            touched: list[str] = []
            try:
                text = for_sqlite(with_cases(mutant.statement))
                noticed = self._noticed(view, text, touched)
            except sqlite3.OperationalError as error:
                if "interrupted" not in str(error):
                    outcome.invalid += 1
                    continue
                noticed = True
            except Exception:  # two rows for a subject: refused, which is noticing
                noticed = True
            finally:
                for name in touched:
                    self.evidence.fill(name, self.held[name])
            _count(outcome, mutant.what, noticed)
        return outcome

    def _noticed(self, view: View, text: str, touched: list[str]) -> bool:
        changed: set[str] = set()
        cases: set[int] = set()
        for each in self.checks.views:
            if each.name != view.name and not (each.statement.tables & changed):
                continue
            rows = self.evidence.view_rows(each.name, text if each.name == view.name else None)
            rows.sort(key=repr)
            held = self.held[each.name]
            if rows == held:
                if each.name == view.name:
                    return False
                continue
            cases |= {row[-1] for row in set(rows) ^ set(held)}
            changed.add(each.name)
            touched.append(each.name)
            self.evidence.fill(each.name, rows)
        wanted = {self.evidence.together.cases[number].check for number in cases}
        for check in self.checks.checks:
            if check.id in wanted and check.id in self.texts and check.statement.tables & changed:
                numbers = self.numbers[check.id]
                if self.evidence.missed_by(check.id, self.texts[check.id], numbers):
                    return True
        return False


def outcomes(checks: CheckSet, only: list[str]) -> Iterator[Outcome]:
    """File by file: checks, then views. `only` names some, such as `views/work`."""
    cases = all_cases(checks)
    for check in checks.checks:
        if (not only or check.id in only) and not check.matter.second:
            yield mutate_check(check, checks, cases)
    wanted = [view for view in checks.views if not only or f"views/{view.name}" in only]
    if wanted:
        views = Views(checks, cases)
        for view in wanted:
            yield views.mutate(view)


def _count(outcome: Outcome, what: str, noticed: bool) -> None:
    if noticed:
        outcome.killed += 1
    else:
        outcome.survivors.append(what)
