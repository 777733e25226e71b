"""Every case of every view that has cases of its own, on both engines."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from changeproof.checks.loader import load_checks
from tests.support.duckdb_cases import DuckdbCases
from tests.support.sqlite_cases import SqliteCases
from tests.support.view_cases import read_view_cases

CHECKS = load_checks()
CASES = read_view_cases(CHECKS)
VIEWS = sorted({case.view for case in CASES})
COLUMNS = {view.name: view.columns for view in CHECKS.views}
NEEDED = CHECKS.only(views=VIEWS)
Held = dict[str, dict[int, list[tuple[object, ...]]]]


def _held(execute: Callable[[str], Any]) -> Held:
    held: Held = {view: defaultdict(list) for view in VIEWS}
    for view in VIEWS:
        for *cells, number in execute(f"SELECT * FROM {view}").fetchall():
            held[view][number].append(tuple(cells))
    return held


@pytest.fixture(scope="module")
def held() -> tuple[Held, Held]:
    """What each view holds in each case, on SQLite and on DuckDB."""
    evidence = [case.evidence for case in CASES]
    sqlite = SqliteCases(NEEDED, evidence)
    sqlite.compute()
    return _held(sqlite.connection.execute), _held(DuckdbCases(NEEDED, evidence).connection.execute)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_holds_what_its_cases_say(view: str, held: tuple[Held, Held]) -> None:
    on_sqlite, on_duckdb = (engine[view] for engine in held)
    for number, case in enumerate(CASES):
        if case.view == view:
            assert not case.missed(on_sqlite[number], COLUMNS[view])
            assert not case.missed(on_duckdb[number], COLUMNS[view]), "on DuckDB"
