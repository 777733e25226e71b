"""Hard cases 12, 13 and 14: approvals late, void, and against an objection."""

from pathlib import Path

import pytest

from changeproof.checks.judge import judge_with_due
from changeproof.ledger.service import ledger
from changeproof.monitor.judging import sweep
from changeproof.policy.deadlines import SettlingTime, SettlingTimes
from changeproof.policy.durations import parse_duration
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import (
    ANNA,
    BEN,
    CLEO,
    DORA,
    GITHUB,
    PIPELINE,
    Commit,
    Forge,
    Pull,
    Somebody,
    at,
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


# 12: approved after the merge, before the deployment


@pytest.mark.parametrize("before", ["merge", "deployment"])
def test_approval_between_merge_and_deployment(judged: Judge, before: str) -> None:
    forge = Forge()
    late, early = forge.pull(1).open(10), forge.pull(2).open(11)
    early.review(BEN, 20)
    revision = late.merge(ANNA, 60)
    late.review(BEN, 64)
    forge.check(revision, 65)
    forge.deploy(revision, 70)
    landed(early, 80)
    items = list(forge.items)
    if before == "merge":
        items.append(adopted(approve_before="merge"))
    found = judged(items)
    assert found.verdict(late.id, "08") == ("deviation" if before == "merge" else "met")
    if before == "merge":
        assert "{github:user/102} approved at 2026-03-02T10:04:00Z, after the merge" in (
            found[late.id, "08"].reason
        )
    # Whoever approves after the merge authorized nothing before it: that is point 2's matter.
    assert found.verdict(late.id, "02") == "deviation"
    assert found.verdict(late.id, "unauthorized_deployment") == "clear"
    assert found.of(early.id) == "met"


def test_approval_after_deployment_is_late_for_both(judged: Judge) -> None:
    forge = Forge()
    pull = landed(forge.pull(1).open(10))
    pull.review(BEN, 75)
    found = judged(forge.items)
    assert found.verdict(pull.id, "08") == "deviation"
    assert "after the deployment" in found[pull.id, "08"].reason
    assert found.verdict(pull.id, "unauthorized_deployment") == "raised"


def test_approval_in_the_second_of_the_merge_counts(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 60)
    found = judged([*landed(pull).forge.items, adopted(approve_before="merge")])
    assert found.of(pull.id) == "met"


# 13: approved, then something else was pushed


@pytest.mark.parametrize("renewed", [False, True])
@pytest.mark.parametrize("told", ["push", "synchronize", "both"])
def test_a_new_commit_voids_the_approval(judged: Judge, told: str, renewed: bool) -> None:
    forge = Forge()
    pull, fine = forge.pull(1).open(10), forge.pull(2).open(11)
    pull.review(BEN, 20)
    fine.review(BEN, 21)
    more = Commit("one more thing", ANNA)
    pull.add(ANNA, 30, more, pushed=told != "synchronize", synchronized=told != "push")
    if renewed:
        pull.review(BEN, 40)
    landed(pull), landed(fine, 80)
    found = judged(forge.items)
    assert found.verdict(pull.id, "08") == ("met" if renewed else "deviation")
    if not renewed:
        assert "{github:user/102} approved other content" in found[pull.id, "08"].reason
        assert found.verdict(pull.id, "configuration_mismatch") == "raised"
    assert found.of(fine.id) == "met"


def test_an_approval_of_an_old_commit_sent_after_the_new_one_is_void(judged: Judge) -> None:
    """The reviewer looked at the first commit; their page was old when they pressed the button."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    first = pull.head
    pull.add(ANNA, 30, Commit("one more thing", ANNA))
    pull.review(BEN, 40, revision=first)
    found = judged(landed(pull).forge.items)
    assert found.verdict(pull.id, "08") == "deviation"


def test_a_force_push_to_other_content_voids_it_and_back_renews_it(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    first = pull.commits[-1]
    pull.add(ANNA, 30, Commit("something else", ANNA))
    pull.add(ANNA, 40, first)
    found = judged(landed(pull).forge.items)
    assert found.verdict(pull.id, "08") == "met"


def test_a_commit_of_the_same_content_keeps_the_approval(judged: Judge) -> None:
    """Only the message was amended."""
    forge = Forge()
    pull = forge.pull(1).open(10, Commit("work", ANNA, tree="7" * 40))
    pull.review(BEN, 20)
    pull.add(ANNA, 30, Commit("work, better told", ANNA, tree="7" * 40))
    assert judged(landed(pull).forge.items).verdict(pull.id, "08") == "met"


UPDATES = {"without edits": None, "with edits": {"c.py": "smuggled"}}


@pytest.mark.parametrize("edits", UPDATES)
@pytest.mark.parametrize("who", [ANNA, BEN], ids=["the author", "the reviewer"])
def test_merging_the_base_in_keeps_the_approval(
    judged: Judge, tmp_path: Path, edits: str, who: Somebody
) -> None:
    forge, git = Forge(), History(tmp_path / "shop")
    git.commit("root", {"a.py": "1", "b.py": "1"}, minute=-5_000)
    git.commit("work", {"a.py": "2"}, "root", minute=9)
    git.commit("other work", {"b.py": "2"}, "root", by=CLEO, committer=GITHUB, minute=25)
    git.merge("update", "work", "other work", who, UPDATES[edits], minute=30)
    git.merge("landed", "other work", "update", BEN, minute=60)
    made = git.write("landed")
    forge.tip = made["root"].revision
    pull, other = forge.pull(1), forge.pull(2, CLEO)
    pull.open(10, made["work"])
    other.open(12, Commit("other", CLEO))
    other.review(DORA, 15)
    pull.review(BEN, 20)
    revision = other.merge(CLEO, 25, made["other work"])
    forge.check(revision, 26)
    forge.deploy(revision, 28)
    pull.add(who, 30, made["update"])
    forge.check(pull.head, 40)
    revision = pull.merge(BEN, 60, made["work"], made["update"], made["landed"])
    forge.deploy(revision, 70)
    found = judged([*forge.items, Clone(git.place)])
    kept = edits == "without edits"
    assert found.verdict(pull.id, "08") == ("met" if kept else "deviation")
    if not kept:
        why = "approved other content" if who is ANNA else "wrote or pushed part of it"
        assert why in found[pull.id, "08"].reason
    assert found.verdict(other.id, "08") == "met"


def test_webhooks_alone_do_not_show_whether_a_merge_of_the_base_was_edited(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    pull.add(ANNA, 30, Commit("update", ANNA, "Merge branch 'main' into topic-1", "", GITHUB))
    assert judged(landed(pull).forge.items).verdict(pull.id, "08") == "deviation"


# 14: an objection that nobody cleared


def test_an_objection_stands_against_another_approval(judged: Judge) -> None:
    forge = Forge()
    pull, fine = forge.pull(1).open(10), forge.pull(2).open(11)
    pull.review(CLEO, 15, "changes_requested")
    pull.review(BEN, 20)
    fine.review(BEN, 20)
    landed(pull), landed(fine, 80)
    found = judged(forge.items)
    reason = found[pull.id, "08"].reason
    assert found.verdict(pull.id, "08") == "deviation"
    assert "{github:user/103} asked for changes" in reason
    assert "approved by {github:user/102}" in reason
    assert found.of(fine.id) == "met"
    weighed = judged([*forge.items, adopted(blocking_reviews_count=False)])
    assert weighed.verdict(pull.id, "08") == "met"


@pytest.mark.parametrize("way", ["approved", "dismissed", "commented", "dismissed by the author"])
def test_how_an_objection_is_cleared(judged: Judge, way: str) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    number = pull.review(CLEO, 15, "changes_requested")
    pull.review(BEN, 20)
    if way.startswith("dismissed"):
        pull.dismiss(number, CLEO, ANNA if way.endswith("author") else DORA, 25)
    else:
        pull.review(CLEO, 25, way)
    found = judged(landed(pull).forge.items)
    cleared = way in ("approved", "dismissed")
    assert found.verdict(pull.id, "08") == ("met" if cleared else "deviation")


def test_an_objection_to_an_older_commit_stands(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(CLEO, 15, "changes_requested")
    pull.add(ANNA, 18, Commit("as asked", ANNA))
    pull.review(BEN, 20)
    assert judged(landed(pull).forge.items).verdict(pull.id, "08") == "deviation"


def test_an_objection_after_the_deployment_changes_nothing(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    landed(pull)
    pull.review(CLEO, 90, "changes_requested")
    assert judged(forge.items).of(pull.id) == "met"


def test_a_machine_blocks_nothing(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(PIPELINE, 15, "changes_requested")
    pull.review(BEN, 20)
    assert judged(landed(pull).forge.items).of(pull.id) == "met"


@pytest.mark.parametrize("deployed", ["the approved head", "an older head"])
def test_an_approval_is_of_what_was_deployed(judged: Judge, deployed: str) -> None:
    """The branch is deployed before it is merged: the very content counts."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    older = pull.head
    forge.check(older, 12)
    pull.add(ANNA, 15, Commit("mended", ANNA))
    pull.review(BEN, 20)
    forge.check(pull.head, 22)
    forge.deploy(pull.head if deployed == "the approved head" else older, 40)
    pull.merge(BEN, 60)
    found = judged(forge.items)
    fine = deployed == "the approved head"
    assert found.verdict(pull.id, "08") == ("met" if fine else "deviation")
    if not fine:
        assert "approved other content" in found[pull.id, "08"].reason


# Deliveries of one event come one after another: what may be on its way is not called missing


def test_a_push_whose_pull_request_is_not_told_of_yet_is_unexplained_so_far(
    judged: Judge,
) -> None:
    forge = Forge()
    forge.push(ANNA, 1, Commit("before", ANNA, "Begin", ""))
    revision = forge.push(ANNA, 60, Commit("pushed", ANNA, "Improve the shop (#7)", "", GITHUB))
    forge.deploy(revision, 64)
    change = f"git:{revision}"
    github = SettlingTime(source="github", within=parse_duration("10 minutes"))
    times = SettlingTimes(usual=parse_duration("0 seconds"), sources=(github,))
    slow = [*forge.items, adopted(unexplained_for=times)]
    soon = judged(slow, at(70))
    assert soon[change, "05"].verdict == "pending"
    assert soon[change, "05"].reason == (
        f"{revision[:19]} is unexplained so far;"
        " it waits until 2026-03-02T10:10:00Z for a record that holds it."
    )
    points = {
        row.check_id: row.verdict
        for row in soon.rows
        if row.subject == change and row.check_id.startswith("cc8_1/")
    }
    # In production, so never pending on these; and not yet called missing.
    assert {points[f"cc8_1/{name}"] for name in (
        "02_authorization", "07_testing", "08_approval", "09_deployment"
    )} == {"not_verifiable"}  # fmt: skip
    for sign in ("unauthorized_deployment", "untracked_change"):
        assert soon.verdict(change, sign) == "not_verifiable"
    due = judge_with_due(soon.store, [change], at(70)).due
    assert due[change] == at(70) + 1
    assert sweep(ledger(), at(70)) == 0
    assert sweep(ledger(), at(70) + 1) > 0
    late = judged(slow, at(70) + 1)
    assert late.verdict(change, "05") == late.verdict(change, "08") == "deviation"
    assert late.verdict(change, "unauthorized_deployment") == "raised"
