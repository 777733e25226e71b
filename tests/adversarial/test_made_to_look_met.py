"""Changes crafted to look met: each is found, from payload to finding (docs/threats.md)."""

import json
from dataclasses import replace
from typing import Any

import pytest

from changeproof.events.people import AccountDeclared, AccountJoined, RoleGranted
from changeproof.events.receipts import DeliveryQuarantined, DeliveryReplayed
from changeproof.events.requests import (
    ChangeAuthorized,
    ChangeLinked,
    ChangeRequested,
    TemplateClaimed,
)
from changeproof.events.waivers import WaiverGranted
from changeproof.policy.risks import StandardChange
from changeproof.policy.tests_asked import RequiredCheck
from changeproof.sources.delivery import Delivery, MalformedPayload
from changeproof.sources.translate import translate
from tests.hard_cases.forge import (
    ANNA,
    BEN,
    CLEO,
    PIPELINE,
    RECEIVED,
    Commit,
    Forge,
    Pull,
    Somebody,
    at,
)
from tests.hard_cases.policies import adopted
from tests.hard_cases.story import KEY, Findings, in_any_order, in_memory

ANNAS_OTHER = Somebody(1101, "anna-b")
ASSISTANT = Somebody(1201, "assistant")


def landed(pull: Pull, minute: float = 60, tested: bool = True) -> Pull:
    """Merge, test and deploy it."""
    revision = pull.merge(ANNA, minute)
    if tested:
        pull.forge.check(revision, minute + 5)
    pull.forge.deploy(revision, minute + 10)
    return pull


def company() -> tuple[Forge, Pull]:
    """A repository with one honest change, which no attack on another may touch."""
    forge = Forge()
    honest = forge.pull(1).open(10)
    honest.review(BEN, 20)
    landed(honest, 30)
    return forge, honest


def attacked(forge: Forge, honest: Pull, *more: Any) -> Findings:
    """In any order the honest change stays as it was."""
    found = in_any_order([*forge.items, *more])
    assert found.verdict(honest.id, "08") == "met"
    assert found.verdict(honest.id, "07") == "met"
    return found


def test_a_faked_merge_message_is_a_direct_push() -> None:
    forge, honest = company()
    faked = Commit("faked", ANNA, "Merge pull request #1 from example/topic-1\n\nImprove the shop")
    pushed = forge.push(ANNA, 100, faked)
    forge.check(pushed, 101)
    forge.deploy(pushed, 102)
    found = attacked(forge, honest)
    change = f"git:{pushed}"
    assert {found.verdict(change, check) for check in ("02", "05", "08", "09")} == {"deviation"}
    assert found.verdict(change, "untracked_change") == "raised"


def test_a_forged_author_does_not_hide_who_pushed() -> None:
    """Hard case 10: Anna writes under Ben's name, has a bot propose it, and approves."""
    forge, honest = company()
    pull = forge.pull(2, PIPELINE)
    pull.commits = [Commit("forged", BEN)]
    pull.opened_at = 91
    forge.push(ANNA, 90, *pull.commits, branch=pull.branch)
    pull.tell("opened", PIPELINE, 91)
    pull.review(ANNA, 95)
    found = attacked(landed(pull, 100).forge, honest)
    assert found.verdict(pull.id, "08") == "deviation"
    assert f"{{{ANNA.account}}} approved, but wrote or pushed" in found[pull.id, "08"].reason


def test_a_check_of_the_required_name_posted_by_another_app_does_not_count() -> None:
    forge, honest = company()
    pull = forge.pull(2).open(90)
    pull.review(BEN, 91)
    revision = pull.merge(BEN, 100)
    forge.check(revision, 101, app="annas-own-app")
    forge.deploy(revision, 105)
    required = RequiredCheck(name="unit", poster="github-actions")
    found = attacked(forge, honest, adopted(tests={"required": (required,)}))
    assert found.verdict(pull.id, "07") == "deviation"


def test_a_renamed_required_check_does_not_count() -> None:
    forge, honest = company()
    pull = forge.pull(2).open(90)
    pull.review(BEN, 91)
    revision = pull.merge(BEN, 100)
    forge.check(revision, 101, name="unit (fast)")
    forge.deploy(revision, 105)
    required = RequiredCheck(name="unit", poster="github-actions")
    found = attacked(forge, honest, adopted(tests={"required": (required,)}))
    assert found.verdict(pull.id, "07") == "deviation"


def test_a_second_account_is_the_same_person() -> None:
    forge, honest = company()
    pull = forge.pull(2).open(90)
    pull.review(ANNAS_OTHER, 95)
    roster = [
        AccountJoined(
            source="accounts", delivery=f"roster:{who.id}", occurred_at=at(5_000), effective_at=0,
            actor="local:user/1", account=who.account, person="person:anna",
        )
        for who in (ANNA, ANNAS_OTHER)
    ]  # fmt: skip
    found = attacked(landed(pull, 100).forge, honest, *roster)
    assert found.verdict(pull.id, "08") == "deviation"
    assert found.verdict(pull.id, "duties") == "deviation"


def test_a_moved_tag_is_judged_by_what_it_points_to() -> None:
    """Hard case 29: v1 was approved; later v1 points to a commit that nobody saw."""
    forge, honest = company()
    forge.deploy(forge.tip, 80)
    moved = forge.push(ANNA, 100, Commit("moved", ANNA), branch="tags/v1")
    forge.check(moved, 101)
    forge.deploy(moved, 110)
    found = attacked(forge, honest)
    assert found.verdict(f"git:{moved}", "08") == "deviation"


def test_an_approval_does_not_cover_what_is_force_pushed_after_it() -> None:
    forge, honest = company()
    pull = forge.pull(2).open(90)
    pull.review(BEN, 95)
    before = pull.head
    pull.commits = [Commit("something else", ANNA)]
    forge.push(ANNA, 97, *pull.commits, branch=pull.branch, before=before, forced=True)
    pull.tell("synchronize", ANNA, 97, before=before, after=pull.head)
    found = attacked(landed(pull, 100).forge, honest)
    assert found.verdict(pull.id, "08") == "deviation"
    assert found.verdict(pull.id, "configuration_mismatch") == "raised"


def test_an_approval_delivered_again_approves_nothing_new() -> None:
    forge, honest = company()
    pull = forge.pull(2).open(90)
    pull.review(BEN, 95)
    replayed = forge.items[-1]
    assert isinstance(replayed, Delivery)
    pull.add(ANNA, 97, Commit("something else", ANNA))
    again = replace(replayed, id="another name", received_at=RECEIVED + 10_000_000)
    found = attacked(landed(pull, 100).forge, honest, again)
    assert found.verdict(pull.id, "08") == "deviation"


def test_a_request_dated_back_in_its_text_authorizes_nothing_before_it() -> None:
    """At high risk a decision of its own is needed; it came the day after."""
    forge, honest = company()
    pull = forge.pull(2).open(90)
    pull.review(BEN, 95)
    pull.review(CLEO, 96)
    landed(pull, 100)
    asked = ChangeRequested(
        source="desk", delivery="asked", occurred_at=at(1500), actor=ANNA.account,
        change="CHG-1", kind="software", risk="high", claimed_at=at(0),
    )  # fmt: skip
    linked = ChangeLinked(
        source="desk", delivery="linked", occurred_at=at(1500), actor=ANNA.account, change="CHG-1",
        implementation=pull.id,
    )  # fmt: skip
    allowed = ChangeAuthorized(
        source="desk", delivery="allowed", occurred_at=at(1501), actor=CLEO.account, change="CHG-1"
    )
    found = attacked(forge, honest, asked, linked, allowed)
    assert found.verdict("CHG-1", "02") == "deviation"
    assert found.verdict("CHG-1", "unauthorized_deployment") == "raised"


def test_a_commit_dated_in_the_future_does_not_hide() -> None:
    forge, honest = company()
    commit = Commit("tomorrow", ANNA)
    listed = {**commit.listed(100), "timestamp": "2037-01-01T00:00:00Z"}
    pushed = forge.push(ANNA, 100, commit)
    last = forge.items[-1]
    assert isinstance(last, Delivery)
    body = json.loads(last.body)
    body["commits"] = [listed]
    body["head_commit"] = listed
    forge.items[-1] = replace(last, body=json.dumps(body).encode())
    forge.deploy(pushed, 110)
    found = attacked(forge, honest)
    assert found.verdict(f"git:{pushed}", "08") == "deviation"


@pytest.mark.parametrize("told", ["TestsRun", "ArtifactBuilt"])
def test_a_time_claimed_at_the_generic_endpoint_counts_as_the_receipts(told: str) -> None:
    forge, honest = company()
    pull = forge.pull(2).open(90)
    pull.review(BEN, 95)
    landed(pull, 100, tested=False)
    said = {
        "type": told, "occurred_at": at(101), "revision": forge.tip, "name": "unit",
        **({"run": "annas/1", "conclusion": "passed"} if told == "TestsRun" else {"artifact": "a"}),
    }  # fmt: skip
    claimed = Delivery("events", "claimed", json.dumps(said).encode(), at(200))
    found = attacked(forge, honest, claimed)
    assert found.verdict(pull.id, "07") == "deviation"


@pytest.mark.parametrize(
    "decision",
    [
        {"type": "ChangeApproved", "change": "CHG-1"},
        {"type": "ChangeAuthorized", "change": "CHG-1"},
        {"type": "AccountJoined", "account": "github:user/1101", "person": "person:ben"},
        {"type": "RoleGranted", "account": "github:user/101", "role": "approver"},
        {"type": "PolicyAdopted", "policy_version": 9, "policy": "0" * 64, "parameters": {}},
        {"type": "SourceSilent", "scope": "github", "silent_from": 0},
    ],
)
def test_no_decision_is_taken_in_anothers_name_at_the_generic_endpoint(
    decision: dict[str, Any],
) -> None:
    body = json.dumps({"actor": BEN.account, **decision}).encode()
    with pytest.raises(MalformedPayload, match="alone"):
        translate(Delivery("events", "taken", body, RECEIVED), KEY)


def test_a_waiver_that_its_beneficiary_granted_covers_nothing() -> None:
    forge, honest = company()
    pull = landed(forge.pull(2).open(90), 100)
    waivers = [
        WaiverGranted(
            source="desk", delivery=f"waived:{check}", occurred_at=at(80), actor=ANNA.account,
            requested_by=ANNA.account, waiver=f"W-{check}", check=check, subject=pull.id,
            begins_at=at(0), ends_at=at(10_000),
        )
        for check in ("cc8_1/08_approval", "cc8_1/02_authorization")
    ]  # fmt: skip
    waivable = ("cc8_1/08_approval", "cc8_1/02_authorization")
    found = attacked(forge, honest, adopted(waivable=waivable), *waivers)
    assert found.verdict(pull.id, "08") == "deviation"
    assert found.verdict(pull.id, "02") == "deviation"


def test_a_template_covers_no_work_outside_it() -> None:
    """The template is for what the dependency bot does; Anna claims it for her own code."""
    forge, honest = company()
    pull = landed(forge.pull(2).open(90), 100)
    claimed = TemplateClaimed(
        source="desk", delivery="claimed", occurred_at=at(91), actor=ANNA.account,
        change=pull.id, template="dependency-updates",
    )  # fmt: skip
    template = StandardChange(
        id="dependency-updates",
        authors=(PIPELINE.account,),
        areas=("dependencies",),
        back_out="Take the update back.",
    )
    found = attacked(forge, honest, adopted(standard_changes=(template,)), claimed)
    assert found.verdict(pull.id, "08") == "deviation"
    assert found.verdict(pull.id, "02") == "deviation"


@pytest.mark.parametrize("approver", [ASSISTANT, ANNA])
def test_neither_an_agent_nor_who_runs_it_approves_what_it_wrote(approver: Somebody) -> None:
    forge, honest = company()
    pull = forge.pull(2, ASSISTANT if approver is ANNA else CLEO).open(90)
    pull.review(approver, 95)
    declared = AccountDeclared(
        source="accounts", delivery="declared", occurred_at=at(5_000), actor="local:user/1",
        account=ASSISTANT.account, kind="agent", run_by=ANNA.account,
    )  # fmt: skip
    found = attacked(landed(pull, 100).forge, honest, declared)
    assert found.verdict(pull.id, "08") == "deviation"


def test_a_flood_of_unreadable_deliveries_makes_nothing_met() -> None:
    """It hides for a while what is missing; read after all, the deviation is there."""
    forge, honest = company()
    pull = landed(forge.pull(2).open(90), 100)
    flood = [
        DeliveryQuarantined(
            source="github", delivery=f"garbage:{number}", occurred_at=None, time_basis="none",
            kind="github", repository=forge.id, reason="no JSON", size=3, payload_digest=None,
        )
        for number in range(50)
    ]  # fmt: skip
    flooded = in_memory([*forge.items, *flood])
    assert flooded.verdict(pull.id, "08") in ("not_verifiable", "deviation")
    assert flooded.of(pull.id) != "met"
    read = [
        DeliveryReplayed(
            source="github", delivery=f"read:{number}", occurred_at=None, time_basis="none",
            kind="github", replayed=f"garbage:{number}", events=0,
        )
        for number in range(50)
    ]  # fmt: skip
    assert attacked(forge, honest, *flood, *read).verdict(pull.id, "08") == "deviation"


def test_a_role_given_after_the_approval_does_not_entitle_it() -> None:
    forge, honest = company()
    pull = forge.pull(2).open(90)
    pull.review(CLEO, 95)
    roles = [
        RoleGranted(
            source="accounts", delivery=f"role:{who.id}", occurred_at=when, effective_at=when,
            actor="local:user/1", account=who.account, role="approver",
        )
        for who, when in ((BEN, at(0)), (CLEO, at(200)))
    ]  # fmt: skip
    found = attacked(landed(pull, 100).forge, honest, *roles)
    assert found.verdict(pull.id, "08") == "deviation"
    assert "did not hold the role of approver" in found[pull.id, "08"].reason


def test_an_approval_of_a_nicer_content_before_the_tested_one_is_no_approval() -> None:
    """Approved and tested, but never both of the same commit."""
    forge, honest = company()
    pull = forge.pull(2).open(90)
    pull.review(BEN, 91)
    pull.add(ANNA, 95, Commit("the real one", ANNA))
    forge.check(pull.head, 96)
    found = attacked(landed(pull, 100).forge, honest)
    assert found.verdict(pull.id, "08") == "deviation"
