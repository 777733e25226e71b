"""Hard case 33: one deployment, forty pull requests, one of them unapproved."""

from pathlib import Path

import pytest

from changeproof.events.revisions import RevisionPushed
from changeproof.gate.asking import ask
from changeproof.ledger.instance import Instance
from changeproof.ledger.joined import DeploymentGap
from changeproof.ledger.service import ledger
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, GITHUB, Commit, Forge, Pull, at, sha
from tests.hard_cases.history import History
from tests.hard_cases.saying import say
from tests.hard_cases.story import NEXT_MONTH, Clone, in_memory, on_instance

FORTY = range(1, 41)
UNAPPROVED = 17


def release(forge: Forge) -> tuple[list[Pull], str]:
    """Forty pull requests are merged, one of them without an approval; what stands on main."""
    forge.deploy(forge.push(ANNA, -100, Commit("start")), -90)
    pulls = []
    revision = ""
    for number in FORTY:
        pull = forge.pull(number).open(10 * number)
        if number != UNAPPROVED:
            pull.review(BEN, 10 * number + 3)
        revision = pull.merge(ANNA, 10 * number + 5)
        forge.check(revision, 10 * number + 7)
        pulls.append(pull)
    return pulls, revision


def test_one_deviation_on_that_change_and_the_others_stand(judged: Judge) -> None:
    forge = Forge()
    pulls, revision = release(forge)
    forge.deploy(revision, 500)
    found = judged(forge.items)
    (start,) = set(found.changes) - {pull.id for pull in pulls}
    assert found.deviating("08") == {f"{forge.id}/pull/{UNAPPROVED}", start}
    verdicts = {pull.number: found.of(pull.id) for pull in pulls}
    assert verdicts.pop(UNAPPROVED) == "deviation"
    assert set(verdicts.values()) == {"met"}
    times = {found[pull.id, "08"].reason.partition("deployed at ")[2][:20] for pull in pulls}
    assert times == {"2026-03-02T17:20:00Z"}


def test_the_gate_denies_and_names_it(instance: Instance) -> None:
    forge = Forge()
    pulls, revision = release(forge)
    on_instance(ledger(), forge.items)
    answer = ask(
        ledger(), environment="production", revision=revision, actor=CLEO.account, at=at(490)
    )
    assert answer.word == "deny"
    assert set(answer.changes) == {pull.id for pull in pulls}
    assert {each.change for each in answer.reasons if each.blocks} == {pulls[UNAPPROVED - 1].id}
    assert "cc8_1/08_approval" in {each.check for each in answer.reasons}
    pulls[UNAPPROVED - 1].review(BEN, 480)
    on_instance(ledger(), forge.items[-1:])
    again = ask(
        ledger(), environment="production", revision=revision, actor=CLEO.account, at=at(490)
    )
    # It was merged unauthorized: that point says so, and its life cycle lacks that stage in time.
    assert [(each.change, each.check) for each in again.reasons if each.blocks] == [
        (pulls[UNAPPROVED - 1].id, "cc8_1/01_life_cycle"),
        (pulls[UNAPPROVED - 1].id, "cc8_1/02_authorization"),
    ]


@pytest.mark.parametrize("rebuilt", [False, True])
def test_git_tells_what_a_deployment_brought_where_pushes_are_missing(
    judged: Judge, tmp_path: Path, rebuilt: bool
) -> None:
    """Only the pull requests' own deliveries came; parents come from an imported history."""
    forge, git = Forge(), History(tmp_path / "shop")
    git.commit("root", {"a.py": "1"}, minute=-5_000)
    above = "root"
    for number in range(1, 6):
        git.commit(f"head {number}", {f"{number}.py": "1"}, above, minute=10 * number)
        above = git.commit(
            f"squash {number}", {f"{number}.py": "1"}, above, committer=GITHUB,
            minute=10 * number + 5,
        )  # fmt: skip
    made = git.write(above)
    forge.tip = made["root"].revision
    forge.deploy(made["root"].revision, -90)
    pulls = []
    for number in range(1, 6):
        pull = forge.pull(number).open(10 * number, made[f"head {number}"], pushed=False)
        if number != 3:
            pull.review(BEN, 10 * number + 3)
        revision = pull.merge(ANNA, 10 * number + 5, made[f"squash {number}"], pushed=False)
        forge.check(revision, 10 * number + 7)
        pulls.append(pull)
    forge.deploy(made["squash 5"].revision, 500)
    found = judged([*forge.items, Clone(git.place)])
    ours = {pull.id for pull in pulls}
    assert found.deviating("08") & ours == {pulls[2].id}
    assert {found.of(pull.id) for pull in pulls if pull.number != 3} == {"met"}
    assert set(found.changes) - ours == {f"git:{made['root'].revision}"}


@pytest.mark.parametrize("listed", [(), (sha("newest"),)])
def test_a_push_that_lists_less_than_it_brought_cuts_nothing_short(
    judged: Judge, listed: tuple[str, ...]
) -> None:
    """Bitbucket Server and Gerrit list nothing, GitLab the newest twenty, Bitbucket Cloud five."""
    forge, newest = Forge(), sha("newest")
    forge.deploy(forge.tip, 5)
    pushed = say(
        RevisionPushed,
        10,
        CLEO,
        repository=forge.id,
        ref="refs/heads/main",
        before=forge.tip,
        after=newest,
        revisions=listed,
        partly_listed=bool(listed),
    )
    story = [*forge.items, pushed]
    assert in_memory(story).changes[f"git:{newest}"].origin == "detected"
    forge.deploy(newest, 20)
    found = judged([*forge.items, pushed])
    assert newest in {row.missing for row in found.store.all(DeploymentGap)}


def test_staging_is_no_production_and_either_name_is(judged: Judge) -> None:
    forge = Forge()
    pulls = [forge.pull(number).open(10) for number in (1, 2, 3)]
    for pull, environment in zip(pulls, ("staging", "Production", "PROD"), strict=True):
        revision = pull.merge(ANNA, 60 + 10 * pull.number)
        forge.check(revision, 62 + 10 * pull.number)
        forge.deploy(revision, 65 + 10 * pull.number, environment=environment)
    before = in_memory(forge.items[:-4], NEXT_MONTH)
    assert before.verdict(pulls[0].id, "08") == "deviation"  # with the second it went live
    early = judged(forge.items, at(76))
    assert early.verdict(pulls[0].id, "08") == "pending"
