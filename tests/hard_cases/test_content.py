"""Hard cases 24, 28, 39, 40, 61, 73, 74 and 75: what a change holds, sets and depends on."""

import json
from dataclasses import replace
from typing import Any

import pytest

from changeproof.events.assessments import ChangeAssessed
from changeproof.events.deployments import DeploymentFinished
from changeproof.events.event import Event
from changeproof.events.oversight import ControlPerformed
from changeproof.events.production_acts import ItemAuthorized, ProductionActed
from changeproof.events.requests import ChangeRequested
from changeproof.events.systems import SystemRegistered
from changeproof.events.testing import ArtifactBuilt
from changeproof.ledger.joined import DeploymentRevision
from changeproof.policy.risks import RiskCondition, RiskRule
from changeproof.sources.delivery import Delivery
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, Commit, Forge, Pull, at
from tests.hard_cases.policies import adopted

SYSTEM = "example/shop"
REQUEST = "CHG-2026-0001"


def told(event: type[Event], minute: float, who: str | None = None, **said: Any) -> Event:
    """An event as a person or tool hands it in."""
    delivery = f"{event.__name__} {minute} {sorted(said.items())}"
    return event(source="desk", delivery=delivery, occurred_at=at(minute), actor=who, **said)


def merged(forge: Forge, *commits: Commit, minute: float = 10) -> Pull:
    """A pull request of Anna's that Ben approved, merged, tested and deployed."""
    pull = forge.pull(1).open(minute, *commits)
    pull.review(BEN, minute + 5)
    revision = pull.merge(ANNA, minute + 10)
    forge.check(revision, minute + 15)
    forge.deploy(revision, minute + 20)
    return pull


def requested(minute: float = 1) -> Event:
    return told(
        ChangeRequested, minute, CLEO.account, change=REQUEST, kind="software", system=SYSTEM
    )


def set_by_hand(minute: float = 30, act: str = "flip", **said: Any) -> Event:
    """Anna sets a parameter of the shop in its console."""
    values = {
        "act": act,
        "system": SYSTEM,
        "environment": "production",
        "kind": "software",
        "item": "checkout",
        "before_digest": "a" * 64,
        "after_digest": "b" * 64,
        **said,
    }
    return told(ProductionActed, minute, ANNA.account, **values)


def allowed(minute: float = 20, **said: Any) -> Event:
    """Ben says what may be set."""
    values = {"change": REQUEST, "system": SYSTEM, "environment": "production", "item": "checkout"}
    return told(ItemAuthorized, minute, BEN.account, **{**values, **said})


def test_a_direct_push_was_not_developed_off_the_branch(judged: Judge) -> None:
    """Hard case 24: `03`, `05` and `08`; its message fakes a merge."""
    forge = Forge()
    commit = Commit("sneaked in", message="Merge pull request #7 from example/topic")
    forge.deploy(forge.push(ANNA, 10, commit), 20)
    found = judged(forge.items)
    change = f"git:{commit.revision}"
    assert found[change, "03"].verdict == "deviation"
    assert "was pushed straight to the branch" in found[change, "03"].reason
    assert {check for check in ("03", "05", "08") if change in found.deviating(check)} == {
        "03",
        "05",
        "08",
    }


@pytest.mark.parametrize("protected", [True, False])
def test_the_rules_of_every_system_that_a_change_reaches_apply(
    judged: Judge, protected: bool
) -> None:
    """Hard case 28: one change, three systems; the third one holds personal data."""
    forge = Forge()
    pull = merged(forge)
    register = [
        told(SystemRegistered, -50, CLEO.account, system=name, data_classes=classes)
        for name, classes in ((SYSTEM, ()), ("till", ("orders",)), ("crm", ("personal",)))
    ]
    named = told(
        ChangeAssessed, 11, ANNA.account, change=pull.id, topic="systems", answer="addressed",
        items=(SYSTEM, "till", "crm"),
    )  # fmt: skip
    said = told(
        ChangeAssessed, 12, ANNA.account, change=pull.id, topic="privacy", answer="addressed"
    )
    policy = adopted(categories=("security", "privacy"))
    found = judged([policy, *forge.items, *register, named, *([said] if protected else [])])
    assert found.verdict(pull.id, "17") == ("met" if protected else "deviation")
    assert "crm holds personal data" in found[pull.id, "17"].reason


@pytest.mark.parametrize("approvers", [1, 2])
@pytest.mark.parametrize("rated", ["systems", "data_classes"])
def test_the_strictest_approval_count_of_its_systems_wins(
    judged: Judge, rated: str, approvers: int
) -> None:
    """Hard case 28: the rule that rates its third system as high asks for two."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    for minute, reviewer in enumerate((BEN, CLEO)[:approvers]):
        pull.review(reviewer, 12 + minute)
    revision = pull.merge(ANNA, 20)
    forge.check(revision, 25)
    forge.deploy(revision, 30)
    crm = told(SystemRegistered, -50, CLEO.account, system="crm", data_classes=("personal",))
    named = told(
        ChangeAssessed, 11, ANNA.account, change=pull.id, topic="systems", answer="addressed",
        items=(SYSTEM, "till", "crm"),
    )  # fmt: skip
    when = RiskCondition(**{rated: ("crm",) if rated == "systems" else ("personal",)})
    policy = adopted(risk_rules=(RiskRule(when=when, risk="high"),))
    found = judged([policy, crm, *forge.items, named])
    assert found.verdict(pull.id, "08") == ("met" if approvers == 2 else "deviation")
    assert f"{approvers} of 2 independent approvals" in found[pull.id, "08"].reason


def test_the_systems_of_one_repository_are_deployed_each_by_itself(judged: Judge) -> None:
    """Hard case 28: the till goes to the first commit while the shop is at the second."""
    forge = Forge()
    revisions = []
    for number in (1, 2):
        pull = forge.pull(number).open(10 * number)
        pull.review(BEN, 10 * number + 1)
        revisions.append(pull.merge(ANNA, 10 * number + 5))
        forge.check(revisions[-1], 10 * number + 6)
    put = [
        told(
            DeploymentFinished, 50 + place, BEN.account, deployment=f"d:{place}",
            outcome="succeeded", repository=forge.id, environment="production", **said,
        )
        for place, said in enumerate((
            {"revision": revisions[1]},
            {"revision": revisions[0], "system": "till"},
            {"revision": revisions[1], "system": "Till"},
        ))
    ]  # fmt: skip
    found = judged([*forge.items, *put])
    covered = found.store.all(DeploymentRevision)
    first, second = (
        {(row.deployment, row.direction) for row in covered if row.revision == revision}
        for revision in revisions
    )
    assert first == {("d:0", 1), ("d:1", 1)}
    assert second == {("d:0", 1), ("d:2", 1)}


@pytest.mark.parametrize(
    ("authorized", "verdict"),
    [
        ({}, "deviation"),
        ({"after_digest": "b" * 64}, "met"),
        ({"after_digest": "c" * 64}, "deviation"),
    ],
    ids=["nobody allowed it", "as allowed", "to something else"],
)
def test_a_flag_flipped_in_production_is_set_as_authorized(
    judged: Judge, authorized: dict[str, Any], verdict: str
) -> None:
    """Hard case 40."""
    items: list[Event] = [requested(), set_by_hand(change=REQUEST)]
    if authorized:
        items.append(allowed(**authorized))
    found = judged(items)
    assert found.verdict(REQUEST, "06") == verdict
    assert found.verdict(REQUEST, "03") == "not_applicable"


def flipped(environment: str, minute: float) -> Delivery:
    """An entry of a flag service's audit log."""
    entry = {
        "_id": "entry-1",
        "_accountId": "acme",
        "kind": "flag",
        "key": "checkout",
        "titleVerb": "turned on the flag",
        "verbKind": "updateOn",
        "timestamp": {"milliseconds": at(minute) // 1_000},
        "project": {"key": SYSTEM, "environment": {"key": environment}},
        "member": {"_id": "anna"},
    }
    return Delivery("launchdarkly", "1", json.dumps(entry).encode(), at(minute + 1))


@pytest.mark.parametrize(
    ("environment", "verdict"), [("production", "deviation"), ("staging", "pending")]
)
def test_a_flag_flipped_in_a_flag_service_is_a_detected_change(
    judged: Judge, environment: str, verdict: str
) -> None:
    """Hard case 40, from the payload on: nothing on file explains it, once it is production."""
    found = judged([flipped(environment, 30)])
    act = "act:launchdarkly:acme/audit/entry-1"
    assert found.verdict(act, "06") == verdict


def test_a_script_by_hand_runs_as_authorized_or_deviates(judged: Judge) -> None:
    """Hard case 39: its digest is the approved one, on as many rows as were approved."""
    script: dict[str, Any] = {
        "kind": "data",
        "item": "orders",
        "before_digest": None,
        "after_digest": None,
    }
    run = {**script, "change": REQUEST, "executed_digest": "d" * 64}
    permit = allowed(item="orders", executed_digest="d" * 64, most_rows=3)
    found = judged([requested(), permit, set_by_hand(**run, row_count=3)])
    assert found.verdict(REQUEST, "06") == "met"
    found = judged([requested(), permit, set_by_hand(**run, row_count=4)])
    assert "4 rows were altered, 3 were authorized" in found[REQUEST, "06"].reason
    found = judged([set_by_hand(**{**run, "change": None}, row_count=3)])
    assert found.verdict("act:flip", "06") == "deviation"


def test_a_changed_environment_variable_is_a_detected_change(judged: Judge) -> None:
    """Hard case 73: the artifact stays the same; a secret rotated on schedule is no change."""
    forge = Forge()
    pull = merged(forge)
    found = judged([*forge.items, set_by_hand(50, item="DISCOUNT")])
    assert found.changes["act:flip"].origin == "detected"
    assert found.verdict("act:flip", "06") == "deviation"
    assert found.verdict(pull.id, "06") == "not_applicable"
    rotated = set_by_hand(50, "rotated", item="API_KEY", automatic=True)
    assert set(judged([*forge.items, rotated]).changes) == {pull.id}


def test_what_a_lockfile_resolves_to_is_recorded_or_not_verifiable(judged: Judge) -> None:
    """Hard case 74: approval covers the pointer alone."""
    forge = Forge()
    commit = Commit("upgrade", paths=("package-lock.json", "app.py"))
    pull = merged(forge, commit)
    found = judged(forge.items)
    assert found.verdict(pull.id, "03") == "not_verifiable"
    assert "what that resolves to is not recorded" in found[pull.id, "03"].reason
    built = told(ArtifactBuilt, 22, artifact=f"sha256:{'e' * 64}", revision=forge.tip)
    assert judged([*forge.items, built]).verdict(pull.id, "03") == "met"


def test_a_deployment_that_failed_after_it_was_in_production_is_judged_in_full(
    judged: Judge,
) -> None:
    """Hard case 61: rolled back after three minutes; its papers and review count."""
    forge = Forge()
    pull = merged(forge)
    last = forge.items[-1]
    assert isinstance(last, Delivery)
    body = last.body.replace(b'"state": "success"', b'"state": "failure"')
    forge.items.append(replace(last, id="failed later", body=body))
    found = judged(forge.items)
    assert found.verdict(pull.id, "04") == "met"
    assert found.verdict(pull.id, "08") == "met"


def test_a_managed_service_that_its_vendor_updates_is_no_change_of_ours(judged: Judge) -> None:
    """Hard case 75: the notice that was watched is a control's record, not a change."""
    forge = Forge()
    pull = merged(forge)
    updated = set_by_hand(50, "engine upgraded", kind="infrastructure", automatic=True)
    watched = told(
        ControlPerformed, 51, BEN.account, activity="notice_monitoring", system=SYSTEM,
        outcome="passed",
    )  # fmt: skip
    found = judged([*forge.items, updated, watched])
    assert set(found.changes) == {pull.id}
    assert found.verdict(pull.id, "10") == "not_applicable"
