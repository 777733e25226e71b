"""The harness that breaks checks: what it changes, what it leaves, and what it refuses."""

from dataclasses import replace
from pathlib import Path

import pytest

from changeproof.checks import contract
from changeproof.checks.loader import load_checks
from tools.mutate_checks.explained import FILE, Explained
from tools.mutate_checks.mutations import mutants
from tools.mutate_checks.run import Outcome, Survivor, all_cases, mutate_check

SELECT = """
WITH told AS (
  SELECT c.change_id, CASE c.kind WHEN 'data' THEN 1 WHEN 'text' THEN 2 ELSE 2 END AS kind
  FROM change AS c
  WHERE c.opened_at < 5 AND EXISTS (SELECT 1 FROM review AS r WHERE r.account = c.requested_by)
)
SELECT t.change_id FROM told AS t ORDER BY CASE WHEN t.kind = 1 THEN 0 ELSE 3 END
"""


def said(text: str) -> list[tuple[str, int, str]]:
    return [(m.place, m.line, m.what) for m in mutants(contract.parsed(text, "it", "Not read."))]


def test_a_mutant_says_where_and_what() -> None:
    assert ("told.where", 5, "other comparison: c.opened_at < 5 -> c.opened_at <= 5") in said(
        SELECT
    )
    assert ("told.kind", 3, "other constant: 'data' -> 'data~'") in said(SELECT)


def test_each_is_named_once() -> None:
    for check in load_checks().checks[:5]:
        names = [(m.place, m.what) for m in mutants(check.statement.parsed)]
        assert len(names) == len(set(names))


def test_each_differs_and_the_statement_is_put_back() -> None:
    statement = load_checks().check("cc8_1/02_authorization").statement.parsed.copy()
    before = statement.sql()
    for mutant in mutants(statement):
        assert mutant.statement.sql() != before, mutant.what
    assert statement.sql() == before


def test_what_is_counted_may_be_any_number() -> None:
    told = said("SELECT COUNT(CASE WHEN c.kind = 'data' THEN 1 END) AS n FROM change AS c")
    assert [what for _, _, what in told if "off by one" in what] == []


@pytest.mark.parametrize(
    "nothing",
    [
        "'text' -> 'text~'",  # its branch gives what ELSE gives
        "dropped branch 2 of a case",
        "3 -> 4",  # sorts as before
        "SELECT 2",  # EXISTS does not look at it
    ],
)
def test_what_nothing_can_tell_apart_is_no_mutant(nothing: str) -> None:
    assert not [what for _, _, what in said(SELECT) if nothing in what]


def test_a_case_that_does_not_hold_is_named() -> None:
    checks = load_checks()
    check = checks.check("signs/no_emergency_path")
    own = [case for case in all_cases(checks) if case.check == check.id]
    wrong = replace(own[0], name="never so", expected={"verdict": "nothing"})
    with pytest.raises(ValueError, match=r"never so: verdict: expected 'nothing', it said"):
        mutate_check(check, checks, [*own[1:], wrong])


def test_a_stale_explanation_is_told(tmp_path: Path) -> None:
    file = tmp_path / "survivors.yaml"
    file.write_text("- {file: [a, b], place: main, what: x -> y, why: Nothing tells.}\n")
    explained = Explained.read(file)
    left = Survivor("a", "main", 1, "x -> y")
    assert explained.of(left) == "Nothing tells."
    assert explained.stale([Outcome("a", 3, [left]), Outcome("b", 3)]) == [("b", "main", "x -> y")]
    assert not explained.stale([Outcome("a", 3, [left])])


def test_an_explanation_without_a_reason_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "survivors.yaml"
    file.write_text("- {file: a, place: main, what: x -> y, why: ''}\n")
    with pytest.raises(ValueError, match="entry 1"):
        Explained.read(file)


def test_what_ships_is_about_files_that_are_there() -> None:
    checks = load_checks()
    known = {check.id for check in checks.checks} | {f"views/{v.name}" for v in checks.views}
    assert {file for file, _, _ in Explained.read(FILE).why} <= known
