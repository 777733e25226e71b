"""Hard cases 30, 31, 43, 71 and 76: which runs of which checks count."""

from dataclasses import replace
from typing import Any

import pytest

from changeproof.policy.tests_asked import NotNeeded, RequiredCheck, RequiredFor
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, DORA, Commit, Forge, Pull
from tests.hard_cases.policies import adopted

UNIT = RequiredCheck(name="unit", poster="github-actions")


def landed(
    forge: Forge,
    *runs: tuple[float, str, str, str],
    approved: bool = True,
    paths: tuple[str, ...] = (),
) -> Pull:
    """One pull request, merged by Cleo, with these runs, deployed at 70."""
    proposed = Commit("1: first", ANNA)
    squash = Commit("1: merged", ANNA, "Improve the shop (#1)")
    if paths:
        proposed, squash = replace(proposed, paths=paths), replace(squash, paths=paths)
    pull = forge.pull(1).open(10, proposed)
    if approved:
        pull.review(BEN, 20)
    revision = pull.merge(CLEO, 60, squash)
    for minute, conclusion, name, app in runs:
        forge.check(revision, minute, conclusion, name, app)
    forge.deploy(revision, 70, DORA)
    return pull


@pytest.mark.parametrize("conclusion", ["skipped", "neutral", "cancelled"])
def test_what_did_not_run_did_not_pass(judged: Judge, conclusion: str) -> None:
    forge = Forge()
    pull = landed(forge, (61, conclusion, "unit", "github-actions"))
    finding = judged([adopted(tests={"required": (UNIT,)}), *forge.items])[pull.id, "07"]
    assert finding.verdict == "deviation"
    assert f"(unit: {conclusion})" in finding.reason
    assert f"It was merged by {{{CLEO.account}}}." in finding.reason


def test_a_check_of_the_required_name_by_another_app(judged: Judge) -> None:
    forge = Forge()
    pull = landed(forge, (61, "success", "unit", "somebody-elses"))
    finding = judged([adopted(tests={"required": (UNIT,)}), *forge.items])[pull.id, "07"]
    assert finding.verdict == "deviation"
    assert "a run of that name was posted by somebody-elses" in finding.reason


def test_a_renamed_check_is_another_one(judged: Judge) -> None:
    forge = Forge()
    pull = landed(forge, (61, "success", "unit tests", "github-actions"))
    found = judged([adopted(tests={"required": (UNIT,)}), *forge.items])
    assert found.verdict(pull.id, "07") == "deviation"


@pytest.mark.parametrize(("most", "verdict"), [(0, "met"), (2, "deviation"), (3, "met")])
def test_policy_may_cap_the_attempts(judged: Judge, most: int, verdict: str) -> None:
    forge = Forge()
    runs = ((61, "failure"), (62, "failure"), (63, "success"))
    pull = landed(forge, *((minute, word, "unit", "github-actions") for minute, word in runs))
    finding = judged([adopted(tests={"attempts_most": most}), *forge.items])[pull.id, "07"]
    assert finding.verdict == verdict
    assert "unit needed 3 runs until it passed" in finding.reason


@pytest.mark.parametrize(
    ("systems", "verdict"), [(("example/shop",), "deviation"), (("till",), "met")]
)
def test_tests_that_a_system_asks_for(
    judged: Judge, systems: tuple[str, ...], verdict: str
) -> None:
    forge = Forge()
    pull = landed(forge, (61, "success", "unit", "github-actions"))
    further = RequiredFor(systems=systems, checks=("load",))
    found = judged([adopted(tests={"required_for": (further,)}), *forge.items])
    assert found.verdict(pull.id, "07") == verdict


@pytest.mark.parametrize(
    ("stated", "paths", "verdict"),
    [
        (True, ("docs/guide.md",), "not_applicable"),
        (False, ("docs/guide.md",), "deviation"),
        (True, ("docs/guide.md", "app.py"), "deviation"),
    ],
)
def test_a_path_filter_that_policy_states(
    judged: Judge, stated: bool, paths: tuple[str, ...], verdict: str
) -> None:
    forge = Forge()
    pull = landed(forge, (61, "skipped", "unit", "github-actions"), paths=paths)
    rules: dict[str, Any] = {"required": (UNIT,)}
    if stated:
        rules["not_needed"] = (NotNeeded(check="unit", areas=("documentation",)),)
    finding = judged([adopted(tests=rules), *forge.items])[pull.id, "07"]
    assert finding.verdict == verdict, finding.reason


@pytest.mark.parametrize("approved", [True, False])
def test_what_judges_itself(judged: Judge, approved: bool) -> None:
    forge = Forge()
    paths = (".github/workflows/tests.yml",)
    runs = (61, "success", "unit", "github-actions")
    pull = landed(forge, runs, approved=approved, paths=paths)
    finding = judged(forge.items)[pull.id, "07"]
    assert finding.verdict == ("met" if approved else "deviation"), finding.reason
    if not approved:
        assert "It edits the pipeline that judges it" in finding.reason


def test_an_administrator_merges_what_nobody_approved(judged: Judge) -> None:
    forge = Forge()
    pull = landed(forge, (61, "failure", "unit", "github-actions"), approved=False)
    found = judged(forge.items)
    for check in ("07", "08"):
        assert found.verdict(pull.id, check) == "deviation"
    assert f"It was merged by {{{CLEO.account}}}." in found[pull.id, "07"].reason
