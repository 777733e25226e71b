"""Every case of every check, on both engines, with equal answers."""

from pathlib import Path

import pytest

from changeproof.checks import loader
from changeproof.checks.cases import Case, read_cases
from changeproof.checks.contract import BASES, SIGN_VERDICTS, VERDICTS
from changeproof.checks.duckdb_engine import DuckdbEngine
from changeproof.checks.loader import CheckSet, load_checks
from changeproof.checks.sqlite_engine import SqliteEngine

CHECKS = load_checks()
FOLDER = Path(loader.__file__).parent
CASES = [
    case for file in sorted(FOLDER.rglob("*.cases.yaml")) for case in read_cases(file, CHECKS)
]


@pytest.fixture(scope="module")
def sqlite() -> SqliteEngine:
    return SqliteEngine(CHECKS)


@pytest.fixture(scope="module")
def duckdb() -> DuckdbEngine:
    return DuckdbEngine(CHECKS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.check}: {case.name}")
def test_a_case_gets_its_verdict_on_both_engines(
    case: Case, sqlite: SqliteEngine, duckdb: DuckdbEngine
) -> None:
    findings = sqlite.judge_rows(case.rows, case.as_of).findings
    found = [f for f in findings if f.subject == case.subject and f.check_id == case.check]
    assert len(found) == 1, f"{case.check} gives {case.subject} {len(found)} rows"
    said = {
        "verdict": found[0].verdict,
        "basis": found[0].basis,
        "reason": found[0].reason,
        "evidence": found[0].evidence,
    }
    for name, expected in case.expected.items():
        if name == "reason":
            assert expected in said["reason"]
        else:
            assert said[name] == expected, said["reason"]
    for finding in findings:
        is_sign = finding.check_id.startswith("signs/")
        assert finding.verdict in (SIGN_VERDICTS if is_sign else VERDICTS)
        assert finding.basis in BASES
        assert finding.reason
        if finding.verdict in ("deviation", "not_verifiable", "raised"):
            assert " Why: " in finding.reason
            assert " Cure: " in finding.reason
    assert duckdb.judge_rows(case.rows, case.as_of).findings == findings


def test_every_check_has_cases() -> None:
    assert {check.id for check in CHECKS.checks} == {case.check for case in CASES}


def test_shipped_checks_and_views_keep_the_contract() -> None:
    examined: CheckSet = load_checks(None, examined=True)
    assert len(examined.checks) >= 15
