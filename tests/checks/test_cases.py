"""Every case of every check, on both engines, with equal answers."""

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from changeproof.checks import loader
from changeproof.checks.cases import Case, missed, read_cases
from changeproof.checks.dialects import for_duckdb, for_sqlite
from changeproof.checks.duckdb_engine import DuckdbEngine
from changeproof.checks.evidence import EVIDENCE_COLUMNS
from changeproof.checks.judged import BASES, SIGN_VERDICTS, VERDICTS
from changeproof.checks.loader import load_checks
from changeproof.checks.questions import Patience
from changeproof.checks.sqlite_engine import SqliteEngine
from changeproof.ledger.joined import Finding
from tests.checks.merged_cases import Merged, merged
from tests.support.case_dimension import with_cases
from tests.support.duckdb_cases import DuckdbCases
from tests.support.sentences import flaws
from tests.support.sqlite_cases import SqliteCases

CHECKS = load_checks()
FOLDER = Path(loader.__file__).parent
BY_CHECK: dict[str, list[Case]] = defaultdict(list)
for file in sorted(FOLDER.rglob("*.cases.yaml")):
    for each in read_cases(file, CHECKS):
        BY_CHECK[each.check].append(each)
CASES = [case for cases in BY_CHECK.values() for case in cases]


@pytest.fixture(scope="module")
def one_by_one() -> Callable[[int], list[Finding]]:
    """What is found on a case alone, by the engine that judges one change, which leaves out all
    that can give nothing."""
    engine = SqliteEngine(CHECKS, few_rows=True, patience=Patience(0, 100_000))
    return cache(lambda number: engine.judge_rows(CASES[number].rows, CASES[number].as_of).findings)


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=lambda number: f"{CASES[number].check}: {CASES[number].name}"
)
def test_a_case_gets_its_verdict(number: int, one_by_one: Callable[[int], list[Finding]]) -> None:
    case, findings = CASES[number], one_by_one(number)
    found = [f for f in findings if f.subject == case.subject and f.check_id == case.check]
    assert len(found) == 1, f"{case.check} gives {case.subject} {len(found)} rows"
    for name, expected in case.expected.items():
        said = getattr(found[0], name)
        if name == "reason":
            assert expected in said
        else:
            assert said == expected, found[0].reason
    # Where a case states what a view would say, only its own check sees a whole world.
    are_facts = case.rows.keys() <= EVIDENCE_COLUMNS.keys()
    for finding in findings:
        is_sign = finding.check_id.startswith("signs/")
        assert finding.verdict in (SIGN_VERDICTS if is_sign else VERDICTS)
        assert finding.basis in BASES
        if are_facts or finding in found:
            assert not flaws(finding), (finding.check_id, finding.reason)


@pytest.fixture(scope="module")
def at_once() -> tuple[DuckdbCases, SqliteCases]:
    """The evidence of all cases on both engines, and what all views make of it."""
    sqlite = SqliteCases(CHECKS, CASES)
    sqlite.compute()
    return DuckdbCases(CHECKS, CASES), sqlite


@pytest.mark.parametrize("check", [check.id for check in CHECKS.checks if not check.matter.second])
def test_duckdb_says_the_same_of_all_cases(
    check: str,
    at_once: tuple[DuckdbCases, SqliteCases],
    one_by_one: Callable[[int], list[Finding]],
) -> None:
    duckdb, sqlite = at_once
    dimensioned = with_cases(CHECKS.check(check).statement.parsed)
    told = duckdb.told(check, for_duckdb(dimensioned))
    assert told == sqlite.told(check, for_sqlite(dimensioned))
    for number, case in enumerate(CASES):
        # Of one case alone most views are not asked, nor joins and branches.
        alone = [found for found in one_by_one(number) if found.check_id == check]
        assert alone == told.get(number, []), case.name
        if case.check == check:
            assert not missed(case, told[number]), case.name


@pytest.mark.parametrize("check", sorted(BY_CHECK))
def test_duckdbs_own_engine_says_the_same_of_the_largest_group(check: str) -> None:
    """The text as it stands, without the column that keeps cases apart."""
    matter = CHECKS.check(check).matter
    wanted = CHECKS if matter.second else CHECKS.only(check)  # that one reads all others
    if matter.subject == "change":
        group = max(merged(BY_CHECK[check]), key=lambda group: len(group.subjects))
    else:
        case = BY_CHECK[check][0]
        group = Merged(case.as_of, dict(case.rows), {case.subject: case})
    duckdb, sqlite = DuckdbEngine(wanted, few_rows=True), SqliteEngine(wanted)
    findings = duckdb.judge_rows(group.rows, group.as_of).findings
    assert findings == sqlite.judge_rows(group.rows, group.as_of).findings
    told = {found.subject: found.verdict for found in findings if found.check_id == check}
    for subject, case in group.subjects.items():
        assert told[subject] == case.expected["verdict"], case.name


def test_every_check_has_cases() -> None:
    assert {check.id for check in CHECKS.checks} == set(BY_CHECK)


def test_shipped_checks_and_views_keep_the_contract() -> None:
    examined = load_checks(None, examined=True)
    assert len(examined.checks) >= 15
