"""Hard cases 1, 4, 62 and 71: two duties in one hand, found at once or later."""

import pytest

from changeproof.events.access import AccessGranted
from changeproof.events.people import AccountJoined
from changeproof.events.requests import PostReviewHeld
from changeproof.policy.approvals import SeparateDuties
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import (
    ANNA,
    BEN,
    CLEO,
    DORA,
    PIPELINE,
    Commit,
    Forge,
    Pull,
    Somebody,
    at,
)
from tests.hard_cases.policies import adopted
from tests.hard_cases.story import in_any_order, in_memory
from tests.hard_cases.test_approval import SYSTEM, told
from tests.hard_cases.test_who import declared, joined

ANNA_AT_HOME = Somebody(901, "anna-at-home")


def landed(pull: Pull, minute: float = 60, by: Somebody = ANNA) -> Pull:
    """Merge, test and deploy it."""
    revision = pull.merge(by, minute)
    pull.forge.check(revision, minute + 5)
    pull.forge.deploy(revision, minute + 10)
    return pull


# 1: a second account


def test_author_and_reviewer_are_one_person(judged: Judge) -> None:
    forge = Forge()
    alone, fine = forge.pull(1).open(10), forge.pull(2).open(11)
    alone.review(ANNA_AT_HOME, 20)
    fine.review(BEN, 20)
    landed(alone), landed(fine, 80)
    roster = [joined(ANNA, "person:anna"), joined(ANNA_AT_HOME, "person:anna")]
    found = judged([*forge.items, *roster])
    finding = found[alone.id, "duties"]
    assert finding.verdict == "deviation"
    assert f"{{{ANNA.account}}} (also {{{ANNA_AT_HOME.account}}}) was both author and reviewer" in (
        finding.reason
    )
    assert found.verdict(fine.id, "duties") == "met"


# 4: the person behind an agent


def test_who_runs_the_agent_is_its_author() -> None:
    forge = Forge()
    agent = Somebody(77, "coder[bot]", "Bot")
    pull = forge.pull(1, agent).open(10)
    pull.review(BEN, 20)
    landed(pull)
    found = in_any_order([*forge.items, declared(agent, "agent", BEN)])
    assert found.verdict(pull.id, "duties") == "deviation"
    assert f"{{{BEN.account}}} was both author and reviewer" in found[pull.id, "duties"].reason
    found = in_any_order([*forge.items, declared(agent, "agent", CLEO)])
    assert found.verdict(pull.id, "duties") == "met"


# 62: accounts found later to be one person's


def found_later(who: Somebody, minute: float) -> AccountJoined:
    return AccountJoined(
        source="accounts",
        delivery=f"found:{who.id}",
        occurred_at=at(minute),
        actor="local:user/1",
        account=who.account,
        person="person:anna",
    )


def test_accounts_joined_after_the_deployment_change_what_is_said_then() -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(ANNA_AT_HOME, 20)
    landed(pull)
    assert in_any_order(forge.items).verdict(pull.id, "duties") == "met"
    joins = [found_later(ANNA, 5_000), found_later(ANNA_AT_HOME, 6_000)]
    finding = in_any_order([*forge.items, *joins])[pull.id, "duties"]
    assert finding.verdict == "deviation"
    assert "was recorded at 2026-03-06T13:00:00Z, after the deployment" in finding.reason


# What policy keeps apart, and who else may make up for it


@pytest.mark.parametrize("by", [ANNA, PIPELINE, DORA])
def test_author_and_deployer_where_policy_keeps_them_apart(by: Somebody) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    revision = pull.merge(BEN, 60)
    forge.check(revision, 65)
    forge.deploy(revision, 70, by=by)
    apart = adopted(separate_duties=(SeparateDuties(one="author", other="deployer"),))
    finding = in_any_order([*forge.items, apart])[pull.id, "duties"]
    assert finding.verdict == ("deviation" if by is ANNA else "met")


def test_looking_at_ones_own_work_afterwards_is_no_review() -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    landed(pull)
    own = told(PostReviewHeld, 100, ANNA.account, change=pull.id, outcome="accepted")
    other = told(PostReviewHeld, 101, CLEO.account, change=pull.id, outcome="accepted")
    finding = in_any_order([*forge.items, own])[pull.id, "duties"]
    assert finding.verdict == "deviation"
    assert "was both author and post-reviewer" in finding.reason
    assert in_any_order([*forge.items, own, other]).verdict(pull.id, "duties") == "met"


# 71: it edits what judges it


@pytest.mark.parametrize("administrator", [BEN, CLEO, ANNA, None])
def test_an_edit_of_the_pipeline_takes_its_owner(
    judged: Judge, administrator: Somebody | None
) -> None:
    forge = Forge()
    commit = Commit("loosen", ANNA, paths=(".github/workflows/ci.yml",))
    pull, fine = forge.pull(1).open(10, commit), forge.pull(2).open(11)
    pull.review(BEN, 20)
    fine.review(BEN, 21)
    landed(pull), landed(fine, 80)
    items = list(forge.items)
    if administrator:
        items.append(
            told(
                AccessGranted,
                1,
                DORA.account,
                account=administrator.account,
                access="administer_pipeline",
                system=SYSTEM,
                approved_by=CLEO.account,
            )
        )
    found = judged(items)
    verdicts = {BEN: "met", CLEO: "deviation", ANNA: "deviation", None: "not_verifiable"}
    assert found.verdict(pull.id, "own_judges") == verdicts[administrator]
    assert found.verdict(fine.id, "own_judges") == "not_applicable"


def test_its_author_alone_edits_the_pipeline() -> None:
    forge = Forge()
    forge.push(ANNA, 10, Commit("loosen", ANNA, paths=(".github/CODEOWNERS",)))
    forge.check(forge.tip, 15)
    forge.deploy(forge.tip, 20)
    found = in_memory(forge.items)
    assert found.verdict(f"git:{forge.tip}", "own_judges") == "deviation"
    assert "the code owners, which judge it; nobody independent approved it" in (
        found[f"git:{forge.tip}", "own_judges"].reason
    )
