"""An announced check shows what it would find, and counts from its day on."""

import duckdb
import pytest

from changeproof.checks.announced import marked
from changeproof.checks.judge import evaluate_all
from changeproof.checks.loader import load_checks
from changeproof.checks.shell_script import shell_script
from changeproof.checks.what_if import counted, examples, judged_otherwise
from changeproof.ledger.policies import BusinessTime, PolicyParameter, PolicyRule, policy_rows
from tests.checks.populations import AFTERWARDS, pull_requests, store_of
from tests.checks.test_engines_agree import snapshot
from tests.policy.policies import adopted, policy_with

TWO = ("  low: 1\n  medium: 1\n", "  low: 2\n  medium: 2\n")
CHECK = "cc8_1/08_approval"
AHEAD, OVER = "2090-01-01", "2023-01-01"


def announced_from(day: str) -> tuple[str, str]:
    return ("announced: []", f"announced: [{{check: {CHECK}, effective_from: {day}}}]")


def store_under(*lines: tuple[str, str]):
    """Two pull requests of late 2023 with one approval each, under another policy than shipped."""
    store = store_of(*pull_requests(2))
    for table in ("policy_in_force", "policy_parameter", "policy_rule", "business_time"):
        store.database.execute(f"DELETE FROM {table}")
    store.insert(policy_rows(adopted(policy_with(*lines)), "e" * 64))
    return store


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_until_its_day_a_finding_is_told_and_does_not_count(engine):
    findings = evaluate_all(store_under(TWO, announced_from(AHEAD)), AFTERWARDS, engine)
    told = [each for each in findings if each.check_id == CHECK]
    assert len(told) == 2
    for each in told:
        assert each.verdict == "not_applicable"
        assert each.reason.startswith(
            "Announced: it counts from 2090-01-01T00:00:00Z. Until then this is only what it would"
            " find: deviation. 1 of 2"
        )
    signs = [each for each in findings if each.check_id == "signs/requirements_unmet"]
    assert signs
    assert all(CHECK not in each.reason and "08" not in each.reason for each in signs)


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_from_its_day_on_it_counts(engine):
    findings = evaluate_all(store_under(TWO, announced_from(OVER)), AFTERWARDS, engine)
    assert {each.verdict for each in findings if each.check_id == CHECK} == {"deviation"}


def test_the_script_for_the_shell_says_the_same(tmp_path, monkeypatch):
    store = store_under(TWO, announced_from(AHEAD))
    monkeypatch.chdir(snapshot(store, tmp_path).parent)
    with duckdb.connect() as shell:
        found = shell.execute(shell_script(load_checks(), CHECK, AFTERWARDS)).fetchall()
    judged = [each for each in evaluate_all(store, AFTERWARDS) if each.check_id == CHECK]
    assert {row[:4] for row in found} == {
        (each.subject, each.verdict, each.basis, each.reason) for each in judged
    }


def test_both_engines_say_the_same_of_what_is_announced():
    store = store_under(TWO, announced_from(AHEAD))
    assert evaluate_all(store, AFTERWARDS, "sqlite") == evaluate_all(store, AFTERWARDS, "duckdb")


def test_rows_are_marked_in_the_same_words():
    rows = [
        ("C1", CHECK, "not_verifiable", "direct", "Unseen.", "e"),
        ("C2", CHECK, "met", "", "", ""),
    ]
    assert marked(rows, {("C1", CHECK): "2090-01-01T00:00:00Z"}) == [
        (
            "C1",
            CHECK,
            "not_applicable",
            "direct",
            "Announced: it counts from 2090-01-01T00:00:00Z. Until then this is only what it"
            " would find: not verifiable. Unseen.",
            "e",
        ),
        rows[1],
    ]


def test_a_draft_tells_what_it_would_judge_otherwise_and_writes_nothing():
    store = store_under()
    tables = (PolicyParameter, PolicyRule, BusinessTime)
    before = [store.all(each) for each in tables]
    found = judged_otherwise(store, policy_with(TWO, version=2), AFTERWARDS)
    approvals = [each for each in found if each.check == CHECK]
    assert [(each.verdict, each.draft_verdict) for each in approvals] == [("met", "deviation")] * 2
    assert approvals[0].reason.startswith("1 of 1")
    assert approvals[0].draft_reason.startswith("1 of 2")
    assert (CHECK, "met", "deviation", 2) in counted(found)
    assert len(examples(found, 1)) == 1
    assert {each.check for each in examples(found, 20)} == {each.check for each in found}
    assert [store.all(each) for each in tables] == before


def test_the_policy_in_force_as_a_draft_changes_nothing():
    assert judged_otherwise(store_under(), policy_with(version=2), AFTERWARDS) == []
