"""Every case of every check, on both engines, with equal answers."""

from collections import defaultdict
from pathlib import Path

import pytest

from changeproof.checks import loader
from changeproof.checks.cases import Case, read_cases
from changeproof.checks.duckdb_engine import DuckdbEngine
from changeproof.checks.judged import BASES, SIGN_VERDICTS, VERDICTS
from changeproof.checks.loader import load_checks
from changeproof.checks.sqlite_engine import SqliteEngine
from tests.checks.merged_cases import merged
from tests.support.sentences import flaws

CHECKS = load_checks()
FOLDER = Path(loader.__file__).parent
BY_CHECK: dict[str, list[Case]] = defaultdict(list)
for file in sorted(FOLDER.rglob("*.cases.yaml")):
    for each in read_cases(file, CHECKS):
        BY_CHECK[each.check].append(each)


@pytest.fixture(scope="module")
def sqlite() -> SqliteEngine:
    return SqliteEngine(CHECKS)


@pytest.mark.parametrize(
    "case",
    [case for cases in BY_CHECK.values() for case in cases],
    ids=lambda case: f"{case.check}: {case.name}",
)
def test_a_case_gets_its_verdict(case: Case, sqlite: SqliteEngine) -> None:
    findings = sqlite.judge_rows(case.rows, case.as_of).findings
    found = [f for f in findings if f.subject == case.subject and f.check_id == case.check]
    assert len(found) == 1, f"{case.check} gives {case.subject} {len(found)} rows"
    for name, expected in case.expected.items():
        said = getattr(found[0], name)
        if name == "reason":
            assert expected in said
        else:
            assert said == expected, found[0].reason
    for finding in findings:
        is_sign = finding.check_id.startswith("signs/")
        assert finding.verdict in (SIGN_VERDICTS if is_sign else VERDICTS)
        assert finding.basis in BASES
        assert not flaws(finding), (finding.check_id, finding.reason)


@pytest.mark.parametrize("check", sorted(BY_CHECK))
def test_duckdb_says_the_same_of_all_cases(check: str) -> None:
    matter = CHECKS.check(check).matter
    wanted = CHECKS if matter.second else CHECKS.only(check)  # that one reads all others
    duckdb, sqlite = DuckdbEngine(wanted, few_rows=True), SqliteEngine(wanted)
    if matter.subject != "change":
        for case in BY_CHECK[check]:
            findings = duckdb.judge_rows(case.rows, case.as_of).findings
            assert findings == sqlite.judge_rows(case.rows, case.as_of).findings
        return
    for group in merged(BY_CHECK[check]):
        findings = duckdb.judge_rows(group.rows, group.as_of).findings
        assert findings == sqlite.judge_rows(group.rows, group.as_of).findings
        told = {f.subject: f for f in findings if f.check_id == check}
        for subject, case in group.subjects.items():
            assert told[subject].verdict == case.expected["verdict"], case.name


def test_every_check_has_cases() -> None:
    assert {check.id for check in CHECKS.checks} == set(BY_CHECK)


def test_shipped_checks_and_views_keep_the_contract() -> None:
    examined = load_checks(None, examined=True)
    assert len(examined.checks) >= 15
