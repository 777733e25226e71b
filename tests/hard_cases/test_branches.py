"""Hard cases 22, 23, 25, 26, 27 and 56: queues, stacks, force pushes, reverts, backports."""

import json
from pathlib import Path
from typing import Any

import pytest

from changeproof.sources.delivery import Delivery
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, DORA, GITHUB, Commit, Forge, at, clock
from tests.hard_cases.history import History
from tests.hard_cases.story import Clone, in_memory


def test_a_merge_queue_belongs_to_its_pull_requests(judged: Judge) -> None:
    """Two wait in the queue; its commits land at once, each named by its pull request."""
    forge = Forge()
    first, second = forge.pull(1).open(10), forge.pull(2, CLEO).open(12)
    first.review(BEN, 20)
    second.review(BEN, 21)
    queued = [
        Commit("queue 1", ANNA, "Improve the shop (#1)", "", GITHUB),
        Commit("queue 2", CLEO, "Improve the shop (#2)", "", GITHUB),
    ]
    first.merge(ANNA, 60, queued[0], pushed=False)
    second.merge(CLEO, 60, queued[1], pushed=False)
    forge.push(GITHUB, 60, *queued, before=Forge().tip)
    forge.check(queued[1].revision, 62)
    forge.check(queued[0].revision, 62)
    forge.deploy(queued[1].revision, 70, DORA)
    found = judged(forge.items)
    assert set(found.changes) == {first.id, second.id}
    for pull in (first, second):
        for check in ("05", "07", "08", "09"):
            assert found.verdict(pull.id, check) == "met", found[pull.id, check].reason


@pytest.mark.parametrize("way", ["taken in from main", "shown and dropped"])
def test_no_branch_makes_a_direct_push_its_own(judged: Judge, way: str) -> None:
    """It was on main before the pull request was merged, and no merge put it there."""
    forge = Forge()
    pull, sneaked = forge.pull(1).open(10), Commit("sneaked", CLEO)
    if way == "taken in from main":
        forge.push(CLEO, 15, sneaked)
        pull.add(ANNA, 20, sneaked, Commit("main merged into it"))
    else:
        pull.add(CLEO, 12, sneaked)
        pull.commits.pop()
        before = sneaked.revision
        forge.push(CLEO, 13, *pull.commits, branch=pull.branch, before=before, forced=True)
        pull.tell("synchronize", CLEO, 13, before=before, after=pull.head)
        forge.push(CLEO, 15, sneaked)
    pull.review(BEN, 30)
    landed = pull.merge(ANNA, 60)
    forge.check(landed, 62)
    forge.deploy(landed, 70, DORA)
    found = judged(forge.items)
    for check in ("03", "05", "08"):
        assert found.deviating(check) == {f"git:{sneaked.revision}"}
    assert found.verdict(pull.id, "08") == "met"


def test_a_stacked_pull_request_is_judged_by_its_own_reviews(judged: Judge, tmp_path: Path) -> None:
    """The outer one is approved, the inner one was merged into its branch by its author alone."""
    git = History(tmp_path / "shop")
    git.commit("root", {"a.py": "1"}, minute=-9_000)
    git.commit("outer", {"b.py": "1"}, "root", minute=8)
    git.commit("inner", {"c.py": "1"}, "outer", by=CLEO, minute=10)
    git.commit("merged", {"b.py": "1", "c.py": "1"}, "root", committer=GITHUB, minute=60)
    made = git.write("merged")
    forge = Forge(tip=made["root"].revision)
    outer = forge.pull(1).open(9, made["outer"])
    inner = forge.pull(2, CLEO).open(11, made["inner"])
    inner.merge(CLEO, 30, made["inner"], pushed=False)
    forge.tip = made["root"].revision
    outer.add(CLEO, 30, made["inner"])
    outer.review(BEN, 40, revision=made["outer"].revision)
    outer.merge(ANNA, 60, made["merged"])
    forge.check(made["merged"].revision, 62)
    forge.deploy(made["merged"].revision, 70, DORA)
    found = judged([*forge.items, Clone(git.place)])
    assert found.verdict(outer.id, "08") == "deviation"  # it did not show the inner commit
    assert found.verdict(outer.id, "05") == "met"


def test_a_force_push_to_the_protected_branch(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    removed = pull.merge(ANNA, 60)
    forge.check(removed, 62)
    forge.deploy(removed, 70, DORA)
    forced = Commit("instead of it", CLEO)
    forge.push(CLEO, 100, forced, forced=True)
    forge.deploy(forced.revision, 110, DORA)
    found = judged(forge.items)
    change = f"git:{forced.revision}"
    assert found.changes[change].origin == "detected"
    for check in ("03", "05", "08", "09"):
        assert found.verdict(change, check) == "deviation"
    brought = f"A force push by {{{CLEO.account}}} at 2026-03-02T10:40:00Z brought it in place of "
    assert brought + removed[:7] in found[change, "05"].reason
    # What it took away stays on record, with its approval.
    assert found.verdict(pull.id, "08") == "met"
    assert "took it off the branch" in found[pull.id, "05"].reason


def test_a_revert_is_a_change_of_its_own(judged: Judge) -> None:
    forge = Forge()
    wrong = forge.pull(1).open(10)
    wrong.review(BEN, 20)
    landed = wrong.merge(ANNA, 60)
    forge.check(landed, 62)
    forge.deploy(landed, 70, DORA)
    message = f'Revert "Improve the shop (#1)"\n\nThis reverts commit {landed}.'
    back = forge.pull(2, CLEO).open(100, Commit("back", CLEO, message))
    revision = back.merge(CLEO, 120, Commit("back merged", CLEO, message, "", GITHUB))
    forge.check(revision, 122)
    forge.deploy(revision, 130, DORA)
    found = judged(forge.items)
    assert found.verdict(back.id, "08") == "deviation"
    assert found.verdict(back.id, "05") == "met"
    assert f"Its message says that it reverts {landed[:7]}." in found[back.id, "05"].reason
    assert found.verdict(wrong.id, "05") == "met"


def test_a_backport_takes_nothing_from_the_others_record(judged: Judge) -> None:
    forge = Forge()
    fine = forge.pull(1).open(10)
    fine.review(BEN, 20)
    landed = fine.merge(ANNA, 60)
    forge.check(landed, 62)
    forge.deploy(landed, 70, DORA)
    message = f"Improve the shop\n\n(cherry picked from commit {landed})"
    picked = Commit("picked", CLEO, message)
    forge.push(CLEO, 100, picked, branch="release-1", before="0" * 40)
    forge.deploy(picked.revision, 110, DORA)
    found = judged(forge.items)
    change = f"git:{picked.revision}"
    for check in ("05", "08"):
        assert found.verdict(change, check) == "deviation"
    reason = found[change, "05"].reason
    assert f"picked from {landed[:7]}; it takes nothing from that one's record" in reason


def test_merged_in_one_period_and_deployed_in_the_next(judged: Judge) -> None:
    """At the first period's end it waits; what the check then says names both times."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    revision = pull.merge(ANNA, 60)
    forge.check(revision, 62)
    forge.deploy(revision, 60 * 24 * 3, DORA)
    early = in_memory(forge.items, at(60 * 24))
    assert {early.verdict(pull.id, check) for check in ("05", "08", "09")} == {"pending"}
    later = judged(forge.items)[pull.id, "05"]
    assert later.verdict == "met"
    expected = "merged at 2026-03-02T10:00:00Z, deployed at 2026-03-05T09:00:00Z"
    assert expected in later.reason


def bitbucket(key: str, **said: Any) -> Delivery:
    """As Bitbucket Cloud tells of a repository and its pull request 4."""
    repository = {"uuid": "{F00}", "full_name": "acme/pay", "mainbranch": {"name": "main"}}
    body = {"actor": {"uuid": "{B2}"}, "repository": repository, **said}
    return Delivery("bitbucket-cloud", key, json.dumps(body).encode(), at(100), key)


def test_a_merge_whose_hash_a_forge_cuts_short_is_no_direct_push(judged: Judge) -> None:
    """Bitbucket Cloud shows twelve digits of it; a push tells the rest, earlier or later."""
    base, head, merge, direct = (digit * 40 for digit in "2134")

    def pushed(branch: str, minute: float, old: str | None, *new: tuple[str, str]) -> Delivery:
        listed = [
            {
                "hash": revision,
                "message": "Work",
                "date": clock(minute),
                "author": {"raw": "Ada <ada@example.org>"},
                "parents": [{"hash": parent}],
            }
            for revision, parent in new
        ]
        target = {"hash": new[0][0], "date": clock(minute)}
        move = {
            "old": {"type": "branch", "name": branch, "target": {"hash": old}} if old else None,
            "new": {"type": "branch", "name": branch, "target": target},
            "commits": listed,
        }
        return bitbucket(f"repo:push {minute}", push={"changes": [move]})

    pull = {
        "id": 4, "title": "Round", "state": "MERGED", "author": {"uuid": "{A1}"},
        "source": {"branch": {"name": "topic"}, "commit": {"hash": head[:12]}},
        "destination": {"branch": {"name": "main"}, "commit": {"hash": base[:12]}},
        "created_on": clock(12), "updated_on": clock(20),
        "merge_commit": {"hash": merge[:12]}, "closed_by": {"uuid": "{B2}"},
    }  # fmt: skip
    found = judged(
        [
            pushed("topic", 10, None, (head, base)),
            bitbucket("pullrequest:fulfilled", pullrequest=pull),
            pushed("main", 20, base, (merge, base), (head, base)),
            pushed("main", 30, merge, (direct, merge)),
        ]
    )
    assert set(found.changes) == {"bitbucket:bitbucket.org/repo/f00/pull/4", f"git:{direct}"}
    assert found.verdict("bitbucket:bitbucket.org/repo/f00/pull/4", "05") == "pending"
