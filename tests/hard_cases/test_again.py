"""Hard cases 34, 35, 60, 61, 72 and 77: who deploys what again, goes back, or is gone."""

import pytest

from changeproof.events.access import AccessEnded, AccessGranted, PersonLeft
from changeproof.events.deployments import DeploymentFinished
from changeproof.events.people import RoleGranted
from changeproof.events.requests import ChangeApproved
from changeproof.events.testing import ArtifactBuilt
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, DORA, PIPELINE, Forge, Pull, Somebody, at
from tests.hard_cases.policies import adopted
from tests.hard_cases.saying import SHOP, say
from tests.hard_cases.story import in_memory


def landed(forge: Forge, number: int, minute: float, approved: bool = True) -> tuple[Pull, str]:
    """A pull request, merged, tested and deployed by the pipeline; its commit."""
    pull = forge.pull(number).open(minute)
    if approved:
        pull.review(BEN, minute + 5)
    revision = pull.merge(ANNA, minute + 10)
    forge.check(revision, minute + 12)
    forge.deploy(revision, minute + 15)
    return pull, revision


@pytest.mark.parametrize("approved", [True, False])
def test_going_back_is_an_event_of_the_old_change(judged: Judge, approved: bool) -> None:
    forge = Forge()
    old, revision = landed(forge, 1, 10, approved)
    new, _ = landed(forge, 2, 100)
    forge.deploy(revision, 200, CLEO)
    found = judged(forge.items)
    assert found.verdict(old.id, "09") == ("met" if approved else "deviation")
    assert "taken back to it at 2026-03-02T12:20:00Z" in found[old.id, "09"].reason
    assert found.verdict(new.id, "09") == "met"
    gone = f"taken out of production at 2026-03-02T12:20:00Z by {{{CLEO.account}}}"
    assert gone in found[new.id, "09"].reason
    assert {old.id, new.id} <= set(found.changes)


def test_going_back_by_somebody_without_the_role(judged: Judge) -> None:
    forge = Forge()
    old, revision = landed(forge, 1, 10)
    landed(forge, 2, 100)
    forge.deploy(revision, 200, CLEO)
    fields = {"account": PIPELINE.account, "role": "deployer"}
    found = judged([*forge.items, say(RoleGranted, -9_000, DORA, **fields)])
    finding = found[old.id, "09"]
    assert finding.verdict == "deviation"
    assert f"Production was taken back to {revision[:7]}" in finding.reason
    assert "did not hold the role of deployer" in finding.reason


@pytest.mark.parametrize("trusted", [True, False])
def test_policy_may_ask_for_an_approval_of_going_back(judged: Judge, trusted: bool) -> None:
    forge = Forge()
    old, revision = landed(forge, 1, 10)
    landed(forge, 2, 100)
    forge.deploy(revision, 200, CLEO)
    policy = adopted(rollback_trusts_earlier=trusted)
    found = judged([policy, *forge.items])
    assert found.verdict(old.id, "09") == ("met" if trusted else "deviation")


def test_the_same_content_again_is_no_new_change(judged: Judge) -> None:
    forge = Forge()
    pull, revision = landed(forge, 1, 10)
    before = set(in_memory(forge.items).changes)
    forge.deploy(revision, 90, None)
    forge.deploy(revision, 95, DORA)
    found = judged(forge.items)
    assert set(found.changes) == before
    finding = found[pull.id, "09"]
    assert finding.verdict == "met"
    assert "Deployed again, the last time at 2026-03-02T10:35:00Z, with no new" in finding.reason


def test_in_production_from_the_first_node_on(judged: Judge) -> None:
    """The canary went live before the approval, everything else after it."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    revision = pull.merge(ANNA, 20)
    forge.check(revision, 22)
    forge.deploy(revision, 30)
    pull.review(BEN, 35)
    forge.deploy(revision, 40)
    found = judged(forge.items)
    assert found.verdict(pull.id, "08") == "deviation"
    assert "at 2026-03-02T09:30:00Z" in found[pull.id, "09"].reason


def outcome(word: str, minute: float, revision: str) -> DeploymentFinished:
    fields = {"deployment": "rollout/1", "outcome": word, "repository": "github:repo/4711"}
    return say(
        DeploymentFinished, minute, PIPELINE, environment="production", revision=revision, **fields
    )


@pytest.mark.parametrize("was_there", [True, False])
def test_a_deployment_that_failed_was_there_if_it_was_taken_out(
    judged: Judge, was_there: bool
) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 15)
    revision = pull.merge(ANNA, 20)
    forge.check(revision, 22)
    told = [outcome("failed", 30, revision)]
    if was_there:
        told.append(outcome("removed", 33, revision))
    found = judged([*forge.items, *told])
    assert found.verdict(pull.id, "08") == ("met" if was_there else "pending")
    expected = "That deployment failed at" if was_there else "An attempt at 2026-03-02T09:30:00Z"
    assert expected in found[pull.id, "09"].reason


def rolled_out(name: str, minute: float, revision: str, digest: str) -> DeploymentFinished:
    fields = {"deployment": name, "outcome": "succeeded", "repository": "github:repo/4711"}
    return say(
        DeploymentFinished, minute, PIPELINE, environment="production", revision=revision,
        artifact=f"sha256:{digest}", **fields,
    )  # fmt: skip


@pytest.mark.parametrize("image", ["the same", "approved", "another"])
def test_a_nightly_rebuild_of_the_same_commit(judged: Judge, image: str) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 15)
    revision = pull.merge(ANNA, 20)
    forge.check(revision, 22)
    first, second = "a" * 64, "b" * 64
    name = "worker" if image == "another" else "shop"
    told = [
        say(ArtifactBuilt, 25, artifact=f"sha256:{first}", revision=revision, name="shop"),
        say(ArtifactBuilt, 500, artifact=f"sha256:{second}", revision=revision, name=name),
        rolled_out("day", 30, revision, first),
        rolled_out("night", 510, revision, second),
    ]
    if image == "approved":
        approval = {"change": pull.id, "artifact": f"sha256:{second}"}
        told.append(say(ChangeApproved, 505, CLEO, **approval))
    found = judged([*forge.items, *told])
    finding = found[pull.id, "09"]
    assert finding.verdict == ("deviation" if image == "the same" else "met"), finding.reason
    if image == "the same":
        assert "was deployed again as another digest, sha256:bbbbbbbbbbbb" in finding.reason


def test_the_digest_was_built_of_another_commit(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 15)
    revision = pull.merge(ANNA, 20)
    forge.check(revision, 22)
    digest = "a" * 64
    built = say(ArtifactBuilt, 25, artifact=f"sha256:{digest}", revision="9" * 40, name="shop")
    found = judged([*forge.items, built, rolled_out("day", 30, revision, digest)])
    assert found.verdict(pull.id, "09") == "deviation"
    assert "the build on record made it of 9999999" in found[pull.id, "09"].reason
    assert found.verdict(pull.id, "configuration_mismatch") == "raised"


@pytest.mark.parametrize(("minute", "verdict"), [(69, "deviation"), (70, "deviation"), (71, "met")])
def test_a_leavers_account_deploys(judged: Judge, minute: float, verdict: str) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    revision = pull.merge(ANNA, 60)
    forge.check(revision, 62)
    forge.deploy(revision, 70, CLEO)
    left = say(PersonLeft, minute, person=CLEO.account)
    found = judged([*forge.items, left])
    assert found.verdict(pull.id, "09") == verdict
    if verdict == "deviation":
        assert "who had left the company at" in found[pull.id, "09"].reason


@pytest.mark.parametrize("ended", [False, True])
def test_whom_the_register_of_access_does_not_name(judged: Judge, ended: bool) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    revision = pull.merge(ANNA, 60)
    forge.check(revision, 62)
    forge.deploy(revision, 70, CLEO)

    def granted(to: Somebody) -> AccessGranted:
        fields = {"account": to.account, "access": "deploy", "system": SHOP}
        return say(AccessGranted, -9_000, DORA, **fields)

    told = [granted(BEN), granted(CLEO)]
    if ended:
        fields = {"account": CLEO.account, "access": "deploy", "system": SHOP}
        told.append(say(AccessEnded, 65, DORA, **fields))  # type: ignore[arg-type]
    found = judged([*forge.items, *told])
    assert found.verdict(pull.id, "09") == ("deviation" if ended else "met")
    assert at(70) > at(65)
