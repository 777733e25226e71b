"""Hard case 17: clocks that are off are told, and put nothing in another order."""

from pathlib import Path

import pytest

from changeproof.policy.durations import Duration
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, DORA, GITHUB, Forge
from tests.hard_cases.history import History
from tests.hard_cases.policies import adopted
from tests.hard_cases.story import Clone

OFF = "A clock is off by more than policy allows"


def reviewed_at(minute: float) -> tuple[Forge, str]:
    """Opened at minute 10, reviewed as the reviewer's clock says, live at minute 70."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, minute)
    revision = pull.merge(ANNA, 60)
    forge.check(revision, 62)
    forge.deploy(revision, 70, DORA)
    return forge, pull.id


def test_a_review_dated_before_its_pull_request(judged: Judge) -> None:
    forge, pull = reviewed_at(-30)
    found = judged(forge.items)
    told = found[pull, "05"]
    assert told.verdict == "met"
    assert "A review of it is dated 2026-03-02T08:30:00Z, before it was opened at" in told.reason
    assert OFF in told.reason
    assert found.verdict(pull, "08") == "met"  # the forge says that it came before the merge


@pytest.mark.parametrize(
    ("limit", "told"), [(Duration(40, "minute"), 0), (Duration(39, "minute"), 1)]
)
def test_within_the_limit_of_policy_it_is_not_told(
    judged: Judge, limit: Duration, told: int
) -> None:
    forge, pull = reviewed_at(-30)
    found = judged([adopted(skew_limit=limit), *forge.items])
    assert found[pull, "05"].reason.count(OFF) == told


@pytest.mark.parametrize("authored", [1, 2_130_000_000])  # in 1970, in 2037
def test_a_commit_by_an_author_whose_clock_was_never_set(
    judged: Judge, tmp_path: Path, authored: int
) -> None:
    git = History(tmp_path / "shop")
    git.commit("root", {"a.py": "1"}, minute=-9_000)
    git.commit("work", {"b.py": "1"}, "root", minute=8, authored=authored)
    git.commit("merged", {"b.py": "1"}, "root", committer=GITHUB, minute=60, authored=authored)
    made = git.write("merged")
    forge = Forge(tip=made["root"].revision)
    pull = forge.pull(1).open(9, made["work"])
    pull.review(BEN, 20)
    pull.merge(ANNA, 60, made["merged"])
    forge.check(made["merged"].revision, 62)
    forge.deploy(made["merged"].revision, 70, DORA)
    found = judged([*forge.items, Clone(git.place)])
    assert found.verdict(pull.id, "05") == "met"
    assert "A commit of it says that it was written at" in found[pull.id, "05"].reason
    assert OFF in found[pull.id, "05"].reason
    assert found.verdict(pull.id, "08") == "met"
