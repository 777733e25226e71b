"""Hard cases 5, 6, 16, 55, 63 to 66, 68 to 70: what stands for an approval, and what does not.

Acquired software is approved by its digest.
"""

from dataclasses import replace
from typing import Any

import pytest

from changeproof.events.acquisitions import SoftwareAcquired
from changeproof.events.deployments import DeploymentFinished
from changeproof.events.event import Event
from changeproof.events.people import RoleGranted, RoleRevoked
from changeproof.events.requests import ChangeApproved, ChangeLinked, ChangeRequested
from changeproof.events.requests import TemplateClaimed as Claimed
from changeproof.events.systems import SystemRegistered
from changeproof.events.waivers import WaiverGranted
from changeproof.policy.access import EvidenceTrust, WaiverRules
from changeproof.policy.approvals import ApprovalsByRisk
from changeproof.policy.risks import StandardChange
from changeproof.policy.values import NamesByRisk
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
    same_content,
)
from tests.hard_cases.policies import adopted
from tests.hard_cases.story import in_any_order
from tests.hard_cases.test_who import joined

SYSTEM = "example/shop"
DEPENDABOT = Somebody(49699333, "dependabot[bot]", "Bot")


def told(event: type[Event], minute: float, who: str | None, **said: Any) -> Event:
    """An event as a person or a tool hands it in."""
    source = said.pop("source", "desk")
    delivery = f"{event.__name__} {minute} {sorted(said.items())}"
    return event(source=source, delivery=delivery, occurred_at=at(minute), actor=who, **said)


def landed(pull: Pull, minute: float = 60, by: Somebody = ANNA) -> str:
    """Merge, test and deploy it; the commit on main."""
    revision = pull.merge(by, minute)
    pull.forge.check(revision, minute + 5)
    pull.forge.deploy(revision, minute + 10)
    return revision


# 5 and 69: a dependency bot, and the template in force at deployment

DEPENDENCIES = StandardChange(
    id="dependency-update",
    authors=(DEPENDABOT.account,),
    areas=("dependencies",),
    back_out="Deploy the previous artifact again.",
)


def bumped(*paths: str, passes: bool = True) -> tuple[Forge, Pull]:
    """A bot's pull request, merged by a machine once its checks had passed."""
    forge = Forge()
    commit = Commit("bump", DEPENDABOT, paths=paths or ("requirements.txt",))
    pull = forge.pull(1, DEPENDABOT).open(10, commit)
    forge.check(pull.head, 15, "success" if passes else "failure")
    squash = replace(commit, name="bumped", tree="")
    revision = pull.merge(PIPELINE, 20, same_content(squash, commit))
    forge.check(revision, 25, "success" if passes else "failure")
    forge.deploy(revision, 30)
    return forge, pull


def claimed(pull: Pull, minute: float = 11) -> Event:
    return told(Claimed, minute, DEPENDABOT.account, change=pull.id, template="dependency-update")


def test_a_bot_merged_by_a_machine_needs_a_template(judged: Judge) -> None:
    forge, pull = bumped()
    found = judged(forge.items)
    assert found.verdict(pull.id, "08") == "deviation"
    assert found.verdict(pull.id, "02") == "deviation"
    found = judged([*forge.items, claimed(pull), adopted(standard_changes=(DEPENDENCIES,))])
    for point in ("02", "08"):
        assert (found[pull.id, point].verdict, found[pull.id, point].basis) == ("met", "template")
    assert "Deploy the previous artifact again." in found[pull.id, "08"].reason


@pytest.mark.parametrize("beyond", ["code", "tests", "author"])
def test_a_template_covers_its_scope_and_checks_alone(beyond: str) -> None:
    paths = ("requirements.txt", "app.py") if beyond == "code" else ("requirements.txt",)
    forge, pull = bumped(*paths, passes=beyond != "tests")
    rule = DEPENDENCIES
    if beyond == "author":
        rule = rule.model_copy(update={"authors": ("github:user/1",)})
    found = in_any_order([*forge.items, claimed(pull), adopted(standard_changes=(rule,))])
    assert found.verdict(pull.id, "08") == "deviation"
    assert "It claims to be the standard change" in found[pull.id, "08"].reason


@pytest.mark.parametrize("change", ["ended", "widened", "later"])
def test_the_template_in_force_at_deployment_counts(change: str) -> None:
    forge, pull = bumped("requirements.txt", "app.py")
    narrow = adopted(standard_changes=(DEPENDENCIES,))
    rules: tuple[StandardChange, ...] = ()
    if change == "widened":
        rules = (DEPENDENCIES.model_copy(update={"areas": ("dependencies", "code")}),)
    following = adopted(standard_changes=rules).model_copy(
        update={
            "policy_version": 3,
            "in_force_from": at(31 if change == "later" else 29),
            "delivery": "the next policy",
        }
    )
    found = in_any_order([*forge.items, claimed(pull), narrow, following])
    finding = found[pull.id, "08"]
    assert finding.verdict == ("met" if change == "widened" else "deviation")
    if change == "ended":
        assert "no such template" in finding.reason
    elif change == "later":
        assert "does not cover area code" in finding.reason


# 6: the role that risk asks for, on that day


@pytest.mark.parametrize("left", [19, 21])
def test_a_role_is_held_on_the_day_of_the_approval(left: float) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    landed(pull)
    roles = [
        told(RoleGranted, 1, DORA.account, account=BEN.account, role="change_manager"),
        told(RoleRevoked, left, DORA.account, account=BEN.account, role="change_manager"),
    ]
    policy = adopted(approver_roles=NamesByRisk(medium=("change_manager",)))
    found = in_any_order([*forge.items, *roles, policy])
    assert found.verdict(pull.id, "08") == ("met" if left > 20 else "deviation")


# 16: the resolution of times is stated


def test_the_same_second_counts_as_before_and_is_said() -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 70)
    landed(pull)
    found = in_any_order(forge.items)
    assert found.verdict(pull.id, "08") == "met"
    assert "the sources tell no finer time" in found[pull.id, "08"].reason


# 55: waivers


def waived(begins: float, ends: float, granted: float, by: Somebody, change: str) -> Event:
    return told(
        WaiverGranted,
        granted,
        by.account,
        waiver="W1",
        check="cc8_1/08_approval",
        subject=change,
        requested_by=ANNA.account,
        begins_at=at(begins),
        ends_at=at(ends),
    )


@pytest.mark.parametrize("case", ["in force", "ended", "own", "afterwards", "not provided for"])
def test_a_waiver_counts_as_policy_provides_and_was_in_force(case: str) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    landed(pull)
    granted, ends, by = 5.0, 1_000.0, CLEO
    if case == "ended":
        ends = 69
    elif case == "own":
        by = ANNA
    elif case == "afterwards":
        granted = 71
    items = [*forge.items, waived(4, ends, granted, by, pull.id)]
    if case != "not provided for":
        items.append(adopted(waivers=WaiverRules(checks=("cc8_1/08_approval",))))
    finding = in_any_order(items)[pull.id, "08"]
    if case == "in force":
        assert (finding.verdict, finding.basis) == ("met", "waived")
    else:
        assert finding.verdict == "deviation"
        assert "The waiver W1" in finding.reason
        assert "changes nothing" in finding.reason


# 63: aimed at another branch after the approval


@pytest.mark.parametrize("renewed", [False, True])
def test_a_retarget_voids_what_was_approved_before_it(judged: Judge, renewed: bool) -> None:
    forge = Forge()
    pull, fine = forge.pull(1, base_ref="sandbox").open(10), forge.pull(2).open(11)
    pull.review(BEN, 20)
    fine.review(BEN, 21)
    pull.retarget("main", ANNA, 30)
    if renewed:
        pull.review(BEN, 40)
    landed(pull), landed(fine, 80)
    found = judged(forge.items)
    assert found.verdict(pull.id, "08") == ("met" if renewed else "deviation")
    if not renewed:
        assert "aimed at another branch than sandbox" in found[pull.id, "08"].reason
    assert found.verdict(fine.id, "08") == "met"


def test_a_detour_that_ends_where_it_was_approved_changes_nothing() -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    pull.retarget("sandbox", ANNA, 30)
    pull.retarget("main", ANNA, 31)
    landed(pull)
    assert in_any_order(forge.items).verdict(pull.id, "08") == "met"


# 64: the author dismisses an objection


def test_an_objection_dismissed_by_its_author_stands_and_both_are_named(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    objection = pull.review(CLEO, 15, "changes_requested")
    pull.review(BEN, 20)
    pull.dismiss(objection, CLEO, ANNA, 25)
    landed(pull)
    finding = judged(forge.items)[pull.id, "08"]
    assert finding.verdict == "deviation"
    assert f"{{{CLEO.account}}} asked for changes" in finding.reason
    assert f"{{{ANNA.account}}}, who wrote part of it, dismissed it" in finding.reason


# 65: the owner


@pytest.mark.parametrize("owner", [BEN, CLEO, None])
def test_an_owner_among_the_approvers(owner: Somebody | None) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    landed(pull)
    items = [*forge.items, adopted(code_owner_approval=True)]
    if owner:
        items.append(told(SystemRegistered, 1, DORA.account, system=SYSTEM, owner=owner.account))
    finding = in_any_order(items)[pull.id, "08"]
    expected = {BEN: "met", CLEO: "deviation", None: "not_verifiable"}
    assert finding.verdict == expected[owner]
    if owner is CLEO:
        assert f"such as {{{CLEO.account}}}" in finding.reason


# 66: by chat


@pytest.mark.parametrize("named", [False, True])
def test_a_message_counts_where_policy_names_its_channel(named: bool) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    revision = landed(pull)
    yes = told(ChangeApproved, 62, BEN.account, source="slack", change=pull.id, revision=revision)
    channels = ("slack",) if named else ("e-mail",)
    policy = adopted(evidence=EvidenceTrust(approval_channels=channels))
    finding = in_any_order([*forge.items, yes, policy])[pull.id, "08"]
    assert finding.verdict == ("met" if named else "deviation")
    if not named:
        assert "approved by slack, which policy does not name" in finding.reason


# 68: the time to read


def test_an_approval_within_seconds_is_met_and_the_time_shown(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 10 + 9 / 60)
    slow = forge.pull(2).open(11)
    slow.review(BEN, 21)
    landed(pull), landed(slow, 80)
    found = judged(forge.items)
    assert found.verdict(pull.id, "08") == "met"
    assert "The quickest yes came 9 seconds after" in found[pull.id, "08"].reason
    assert "quickest" not in found[slow.id, "08"].reason


# 70: landing again what was reverted


@pytest.mark.parametrize("approved", [False, True])
def test_landing_again_is_a_change_of_its_own(approved: bool) -> None:
    forge = Forge()
    first = forge.pull(1).open(10)
    first.review(BEN, 20)
    revision = landed(first)
    undone = forge.pull(2).open(
        100, Commit("undo", ANNA, f'Revert "Improve"\n\nThis reverts commit {revision}.')
    )
    undone.review(BEN, 105)
    landed(undone, 110)
    content = same_content(Commit("again", ANNA), first.commits[-1])
    again = forge.pull(3).open(200, content)
    if approved:
        again.review(BEN, 205)
    landed(again, 210)
    found = in_any_order(forge.items)
    assert found.verdict(first.id, "08") == "met"
    assert found.verdict(undone.id, "08") == "met"
    assert found.verdict(again.id, "08") == ("met" if approved else "deviation")


# Acquired software: what was approved is what was fetched and deployed


@pytest.mark.parametrize("approved", ["sha256:" + "1" * 64, "sha256:" + "2" * 64])
def test_acquired_software_is_approved_by_its_digest(approved: str) -> None:
    fetched = "sha256:" + "1" * 64
    change, deployment = "CHG-2026-0007", "events:till 31"
    items = [
        told(ChangeRequested, 1, ANNA.account, change=change, system="till"),
        told(
            SoftwareAcquired,
            2,
            ANNA.account,
            change=change,
            vendor="Acme",
            product="Till",
            digest=fetched,
            pinned_digest=fetched,
            origin="digest",
        ),
        told(ChangeLinked, 3, ANNA.account, change=change, implementation=deployment),
        told(ChangeApproved, 10, BEN.account, change=change, artifact=approved),
        told(
            DeploymentFinished,
            20,
            DORA.account,
            deployment=deployment,
            system="till",
            environment="production",
            artifact=fetched,
            outcome="succeeded",
        ),
    ]
    finding = in_any_order(items)[change, "08"]
    assert finding.verdict == ("met" if approved == fetched else "deviation"), finding.reason
    assert "It brings in Till by Acme." in finding.reason


def test_a_second_account_of_the_approver_of_a_chat_is_one_person() -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    revision = landed(pull)
    elsewhere = Somebody(902, "ben-in-chat")
    yes = told(
        ChangeApproved, 62, elsewhere.account, source="slack", change=pull.id, revision=revision
    )
    asked = adopted(approvals=asked_for(2), evidence=EvidenceTrust(approval_channels=("slack",)))
    roster = [joined(BEN, "person:ben"), joined(elsewhere, "person:ben")]
    finding = in_any_order([*forge.items, yes, asked, *roster])[pull.id, "08"]
    assert finding.verdict == "deviation"
    assert finding.reason.startswith("1 of 2")


def asked_for(number: int) -> ApprovalsByRisk:
    """So many approvals at every risk."""
    return ApprovalsByRisk(low=number, medium=number, high=number, critical=number)
