"""Hard cases 20, 24, 30 and 32: squashes, direct pushes, tests on the head, and too late."""

from dataclasses import replace
from pathlib import Path

import pytest

from changeproof.ledger.changes_read import read_changes
from changeproof.ledger.service import ledger
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import (
    ANNA,
    BEN,
    CLEO,
    DORA,
    GITHUB,
    Commit,
    Forge,
    Pull,
    same_content,
    sha,
)
from tests.hard_cases.history import History
from tests.hard_cases.policies import adopted
from tests.hard_cases.story import Clone


def landed(pull: Pull, minute: float = 60) -> Pull:
    """Merge, test and deploy it."""
    revision = pull.merge(ANNA, minute)
    pull.forge.check(revision, minute + 5)
    pull.forge.deploy(revision, minute + 10)
    return pull


# 20: squash merge


@pytest.mark.parametrize("evidence", ["webhooks", "with git"])
@pytest.mark.parametrize("squasher", [BEN, DORA], ids=lambda who: who.login)
def test_the_authors_of_a_squash_are_the_pull_requests(
    judged: Judge, tmp_path: Path, evidence: str, squasher: object
) -> None:
    """Anna proposes, Ben and Cleo write part of it, somebody squashes; Cleo and Ben approve."""
    by = BEN if squasher is BEN else DORA
    forge, git = Forge(), History(tmp_path / "shop")
    git.commit("root", {"a.py": "1"}, minute=-5_000)
    git.commit("by anna", {"a.py": "2"}, "root", by=ANNA, minute=5)
    git.commit("by ben", {"b.py": "1"}, "by anna", by=BEN, minute=6)
    message = f"Improve the shop (#1)\n\n* by anna\n* by ben\n\n{CLEO.trailer}\n"
    git.commit(
        "squash", {"a.py": "2", "b.py": "1"}, "root", by=by, committer=GITHUB, message=message,
        minute=60,
    )  # fmt: skip
    made = git.write("squash")
    forge.tip = made["root"].revision
    pull = forge.pull(1).open(10, made["by anna"], made["by ben"])
    pull.review(BEN, 20)
    pull.review(CLEO, 21)
    revision = pull.merge(by, 60, made["squash"])
    forge.check(pull.head, 30)
    forge.deploy(revision, 70)
    items = [*forge.items, Clone(git.place)] if evidence == "with git" else [*forge.items]
    found = judged(items)
    assert found.verdict(pull.id, "08") == "deviation"
    assert "0 of 1 independent approvals" in found[pull.id, "08"].reason
    assert found.verdict(pull.id, "07") == "met"
    (change,) = read_changes(ledger(), [pull.id])
    assert {ANNA.account, BEN.account, CLEO.account} <= set(change.authors)
    assert revision in change.revisions
    assert set(found.changes) - {pull.id} <= {f"git:{made['root'].revision}"}
    pull.review(DORA, 65)
    again = judged([*forge.items, *items[len(forge.items) - 1 :]])
    assert again.verdict(pull.id, "08") == "met"


def test_a_squash_by_its_reviewer_is_fine(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    squash = same_content(
        Commit("squash", BEN, "Improve the shop (#1)", "", GITHUB), pull.commits[0]
    )
    forge.check(pull.head, 30)
    forge.deploy(pull.merge(BEN, 60, squash), 70)
    found = judged(forge.items)
    assert found.of(pull.id) == "met"
    (change,) = read_changes(ledger(), [pull.id])
    assert change.authors == (ANNA.account,)


# 24: pushed straight to the branch

FAKES = {
    "plain": "Hotfix the prices",
    "a merge": "Merge pull request #7 from example/topic-7\n\nImprove the shop",
    "a squash": "Improve the shop (#7)",
    "a review": "Fix\n\nReviewed-by: Ben <ben@example.com>\nReviewed-on: https://review.example/7",
}


@pytest.mark.parametrize("message", FAKES)
@pytest.mark.parametrize("seven", ["nobody's", "open", "merged before"])
def test_a_direct_push_is_told_by_the_absence_of_a_record(
    judged: Judge, message: str, seven: str
) -> None:
    forge = Forge()
    fine = forge.pull(1).open(10)
    fine.review(BEN, 20)
    landed(fine)
    if seven != "nobody's":
        real = forge.pull(7).open(80)
        real.review(BEN, 81)
        if seven == "merged before":
            landed(real, 90)
    pushed = forge.push(ANNA, 200, Commit("straight", ANNA, FAKES[message]))
    forge.check(pushed, 205)
    forge.deploy(pushed, 210)
    found = judged(forge.items)
    direct = f"git:{pushed}"
    assert found.changes[direct].origin == "detected"
    assert {found.verdict(direct, check) for check in ("02", "05", "08", "09")} == {"deviation"}
    assert "no pull request" in found[direct, "05"].reason
    assert found.verdict(direct, "untracked_change") == "raised"
    assert found.verdict(direct, "unauthorized_deployment") == "raised"
    assert found.of(fine.id) == "met"
    if seven == "merged before":
        assert found.of(f"{forge.id}/pull/7") == "met"


@pytest.mark.parametrize("message", ["a merge", "a review"])
@pytest.mark.parametrize("told", ["git alone", "its push too", "deployed too"])
def test_a_direct_push_that_git_tells_of_where_a_forge_covers(
    judged: Judge, tmp_path: Path, message: str, told: str
) -> None:
    """The forge tells of pull requests; that the commit landed, `import git` tells."""
    forge, git = Forge(), History(tmp_path / "shop")
    git.commit("root", {"a.py": "1"}, minute=-5_000)
    git.commit("proposed", {"a.py": "2"}, "root", minute=5)
    git.merge("merged", "root", "proposed", BEN, message="Merge pull request #1", minute=60)
    git.commit("straight", {"a.py": "3"}, "merged", message=FAKES[message], minute=200)
    git.commit("beside", {"b.py": "1"}, "straight", minute=210)
    git.merge("by hand", "straight", "beside", message="Merge branch 'beside'", minute=220)
    made = git.write("by hand")
    forge.tip = made["root"].revision
    pull = forge.pull(1).open(10, made["proposed"])
    pull.review(BEN, 20)
    forge.check(pull.head, 30)
    pull.merge(BEN, 60, made["proposed"], made["merged"])
    if told != "git alone":
        forge.push(ANNA, 200, made["straight"])
        forge.push(ANNA, 220, made["beside"], made["by hand"])
    if told == "deployed too":
        forge.deploy(made["by hand"].revision, 230)
    found = judged([*forge.items, Clone(git.place)])
    for name in ("straight", "by hand"):
        direct = f"git:{made[name].revision}"
        assert found.changes[direct].origin == "detected"
        verdicts = {found.verdict(direct, check) for check in ("02", "05", "08", "09")}
        assert verdicts == {"deviation"}
    assert f"git:{made['beside'].revision}" not in found.changes
    checks = ("02", "05", "07", "08")
    assert {found.verdict(pull.id, check) for check in checks} == {"met"}


def test_with_git_alone_a_merge_in_words_is_a_claim(judged: Judge, tmp_path: Path) -> None:
    git = History(tmp_path / "shop")
    git.commit("root", {"a.py": "1"})
    git.commit("faked", {"a.py": "2"}, "root", message=FAKES["a merge"], minute=10)
    made = git.write("faked")
    found = judged([Clone(git.place)])
    assert found.changes[f"git:{made['faked'].revision}"].origin == "claimed"
    assert found.changes[f"git:{made['root'].revision}"].origin == "detected"
    assert found.verdict(f"git:{made['faked'].revision}", "08") == "not_verifiable"


def test_a_direct_push_between_two_pull_requests_deployed_together(judged: Judge) -> None:
    forge = Forge()
    first, second = forge.pull(1).open(10), forge.pull(2).open(11)
    first.review(BEN, 20), second.review(BEN, 20)
    forge.deploy(forge.push(CLEO, 5, Commit("start")), 6)
    forge.check(first.merge(ANNA, 60), 61)
    pushed = forge.push(ANNA, 62, Commit("straight", ANNA, "Merge pull request #1 from x/y"))
    revision = second.merge(ANNA, 64)
    forge.check(revision, 65)
    forge.deploy(revision, 70)
    found = judged(forge.items)
    assert f"git:{pushed}" in found.deviating("05")
    assert {first.id, second.id}.isdisjoint(found.deviating("08"))
    assert found.of(first.id) == found.of(second.id) == "met"


# 30: tests on the head before a merge


@pytest.mark.parametrize("on", ["same_content", "head", "deployed"])
@pytest.mark.parametrize("way", ["check_run", "check_suite", "status", "workflow_run"])
def test_a_tested_head_of_the_deployed_content(judged: Judge, on: str, way: str) -> None:
    """`regulated` asks for a run on the deployed commit itself."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    told(forge, way, pull.commits[-1], 30)
    squash = Commit("squash", ANNA, "Improve the shop (#1)", "", GITHUB)
    forge.deploy(pull.merge(ANNA, 60, same_content(squash, pull.commits[-1])), 70)
    policy = [] if on == "same_content" else [adopted(tests={"on": on})]
    found = judged([*forge.items, *policy])
    assert found.verdict(pull.id, "07") == ("deviation" if on == "deployed" else "met")
    assert "not tested" not in found[pull.id, "07"].reason


def told(
    forge: Forge, way: str, commit: Commit, minute: float, conclusion: str = "success"
) -> None:
    """A test's end, in each of the ways in which GitHub tells of one."""
    if way == "check_run":
        forge.check(commit.revision, minute, conclusion)
        return
    shown = commit.listed(minute)
    run = {"id": forge.next_id(), "head_sha": commit.revision, "conclusion": conclusion}
    run |= {"updated_at": shown["timestamp"], "head_commit": shown, "status": "completed"}
    if way == "status":
        content = {"tree": {"sha": shown["tree_id"]}, "message": shown["message"]}
        content |= {"author": shown["author"], "committer": shown["committer"]}
        forge.send(
            "status",
            BEN,
            id=forge.next_id(),
            sha=commit.revision,
            state=conclusion,
            context="unit",
            updated_at=shown["timestamp"],
            commit={"sha": commit.revision, "commit": content, "author": None},
            branches=[],
        )
    else:
        app = {"app": {"id": 1, "slug": "ci"}} if way == "check_suite" else {"name": "CI"}
        forge.send(way, BEN, action="completed", **{way: run | app})


@pytest.mark.parametrize("on", ["same_content", "head", "deployed"])
def test_a_run_on_the_deployed_commit_counts_everywhere(judged: Judge, on: str) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    found = judged([*landed(pull).forge.items, adopted(tests={"on": on})])
    assert found.of(pull.id) == "met"


MERGES = ("up to date", "up to date, edited", "behind", "behind, edited")
VERDICTS = {
    "same_content": ("met", "deviation", "deviation", "deviation"),
    "head": ("met", "deviation", "met", "deviation"),
    "deployed": ("deviation", "deviation", "deviation", "deviation"),
}


@pytest.mark.parametrize("on", VERDICTS)
@pytest.mark.parametrize("merge", MERGES)
def test_a_merge_of_a_tested_head(judged: Judge, tmp_path: Path, merge: str, on: str) -> None:
    forge, git = Forge(), History(tmp_path / "shop")
    git.commit("root", {"a.py": "1", "b.py": "1"}, minute=-5_000)
    git.commit("other", {"b.py": "2"}, "root", by=CLEO, minute=3)
    git.commit("work", {"a.py": "2"}, "other" if merge.startswith("up") else "root", minute=9)
    edits = {"a.py": "3"} if merge.endswith("edited") else None
    git.merge("landed", "other", "work", BEN, edits, minute=60)
    made = git.write("landed")
    forge.tip = made["other"].revision
    pull = forge.pull(1).open(10, made["work"])
    pull.review(BEN, 20)
    forge.check(pull.head, 30)
    revision = pull.merge(BEN, 60, made["work"], made["landed"])
    forge.deploy(revision, 70)
    found = judged([*forge.items, Clone(git.place), adopted(tests={"on": on})])
    finding = found[pull.id, "07"]
    assert finding.verdict == VERDICTS[on][MERGES.index(merge)]
    if merge.endswith("edited"):
        assert found.verdict(pull.id, "08") == "deviation"
        if on != "deployed":
            assert "the merge itself was edited" in finding.reason
    else:
        assert found.verdict(pull.id, "08") == "met"
    if (merge, on) == ("behind", "head"):
        assert "Merged result not tested" in finding.reason


@pytest.mark.parametrize("tree", ["the same", "another", "unknown"])
def test_a_squash_of_a_tested_head_by_webhooks_alone(judged: Judge, tree: str) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10, pushed=tree != "unknown")
    pull.review(BEN, 20)
    forge.check(pull.head, 30)
    squash = Commit("squash", ANNA, "Improve the shop (#1)", "", GITHUB)
    if tree == "the same":
        squash = same_content(squash, pull.commits[-1])
    forge.deploy(pull.merge(ANNA, 60, squash), 70)
    verdict = judged(forge.items).verdict(pull.id, "07")
    expected = {"the same": "met", "another": "deviation", "unknown": "not_verifiable"}
    assert verdict == expected[tree]


def test_a_rerun_until_green_is_met_and_shown(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    revision = pull.merge(ANNA, 60)
    for minute, conclusion in ((61, "failure"), (62, "failure"), (63, "success")):
        forge.check(revision, minute, conclusion)
    forge.deploy(revision, 70)
    finding = judged(forge.items)[pull.id, "07"]
    assert finding.verdict == "met"
    assert "unit needed 3 runs until it passed" in finding.reason


@pytest.mark.parametrize("minute", [69, 71])
def test_a_run_counts_before_the_deployment_only(judged: Judge, minute: float) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    revision = pull.merge(ANNA, 60)
    forge.check(revision, minute)
    forge.deploy(revision, 70)
    found = judged(forge.items)
    assert found.verdict(pull.id, "07") == ("met" if minute < 70 else "deviation")


def test_a_merge_commit_of_the_same_tree_is_tested_by_its_head(judged: Judge) -> None:
    """As GitHub's merge button leaves it where the base has not moved."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    forge.check(pull.head, 30)
    merge = Commit("merge", BEN, "Merge pull request #1 from example/topic-1", "", GITHUB)
    merge = replace(same_content(merge, pull.commits[-1]), name=sha("merge"))
    forge.deploy(pull.merge(BEN, 60, pull.commits[-1], merge), 70)
    assert judged(forge.items).of(pull.id) == "met"
