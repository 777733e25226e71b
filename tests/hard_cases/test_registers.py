"""Hard cases 36, 42, 52, 58, 75, 77, 78, 81 and 82: registers, and what stands around a change."""

import pytest

from changeproof.events.access import AccessEnded, AccessGranted, PersonLeft
from changeproof.events.baselines import BaselineApproved
from changeproof.events.deployments import StateObserved
from changeproof.events.event import Event
from changeproof.events.incidents import IncidentDecided, IncidentLinked
from changeproof.events.inventory import InventoryTaken, ScopeDecided
from changeproof.events.oversight import ControlPerformed
from changeproof.events.requests import IncidentOpened
from changeproof.events.revisions import ProtectionChanged
from changeproof.events.systems import SystemRegistered
from changeproof.events.vulnerabilities import (
    VulnerabilityFound,
    VulnerabilityLinked,
    VulnerabilityScored,
)
from changeproof.events.waivers import WaiverGranted
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, DORA, Forge, Pull, at
from tests.hard_cases.saying import SHOP, say
from tests.hard_cases.story import Item

DAY = 60 * 24
SYSTEM = f"system:{SHOP}"
VULNERABILITY = "vulnerability:scan/7"
APPROVED, OTHER = "a" * 64, "b" * 64


def shipped(forge: Forge, number: int = 1, minute: float = 60) -> Pull:
    """A pull request that is approved, merged, tested and deployed."""
    pull = forge.pull(number).open(minute - 50)
    pull.review(BEN, minute - 40)
    revision = pull.merge(ANNA, minute)
    forge.check(revision, minute + 5)
    forge.deploy(revision, minute + 10)
    return pull


# 36: configuration by hand


def configured(digest: str, minute: float) -> StateObserved:
    whole = {"system": SHOP, "environment": "production", "item": "nginx.conf"}
    return say(StateObserved, minute, None, **whole, digest=digest)


def test_what_runs_is_not_the_baseline(judged: Judge) -> None:
    baseline = say(
        BaselineApproved,
        5,
        BEN,
        system=SHOP,
        environment="production",
        item="nginx.conf",
        digest=APPROVED,
        proposed_by=ANNA.account,
    )
    item = f"item:{SHOP}/production/nginx.conf"
    good = judged([baseline, configured(APPROVED, 10)])
    assert good.verdict(item, "12") == "met", good[item, "12"].reason
    found = judged([baseline, configured(OTHER, 10), configured(APPROVED, 12)])
    assert found.verdict(item, "12") == "deviation"
    assert "for 120 s, from 2026-03-02T09:10:00Z" in found[item, "12"].reason


# 42 and 52: protection


def protected(forge: Forge, second: int, *, enforced: bool) -> ProtectionChanged:
    return say(
        ProtectionChanged,
        60 + second / 60,
        ANNA,
        repository=forge.id,
        pattern="main",
        enforced=enforced,
    )


def test_protection_is_off_for_forty_seconds_with_a_merge_inside(judged: Judge) -> None:
    forge = Forge()
    pull = shipped(forge, minute=60.5)
    story = [
        protected(forge, -3000, enforced=True),
        *forge.items,
        protected(forge, 10, enforced=False),
        protected(forge, 50, enforced=True),
    ]
    found = judged(story)
    around = found[SYSTEM, "protection"]
    assert around.verdict == "deviation"
    assert "off for 40 s, from 2026-03-02T10:00:10Z" in around.reason
    assert "1 landed inside" in around.reason
    assert found.verdict(pull.id, "08") == "met"


def test_the_plan_tells_nothing_of_protection(judged: Judge) -> None:
    forge = Forge()
    pull = shipped(forge)
    found = judged(forge.items)
    assert found.verdict(SYSTEM, "protection") == "not_verifiable"
    assert found.verdict(pull.id, "08") == "met"


# 58: connected in week six


def test_a_repository_that_was_connected_in_week_six(judged: Judge) -> None:
    forge = Forge()
    shipped(forge, minute=14 * DAY)
    listed = say(
        InventoryTaken, 0, None, inventory="forge", kind="repository", items=(SHOP, "example/old")
    )
    left_out = say(ScopeDecided, 20, DORA, item="example/old", in_scope=False, reason="c" * 64)
    found = judged([listed, left_out, *forge.items])
    scope = found["organisation", "scope"]
    assert scope.verdict == "deviation"
    assert scope.reason.startswith("example/shop existed for 12")
    undecided = judged([listed, *forge.items])["organisation", "scope"]
    assert undecided.reason.startswith("example/old, of 2 items in the inventory")


# 59: taken out of scope afterwards


def test_what_left_the_scope_takes_no_change_of_it_along(judged: Judge) -> None:
    """Hard case 59."""
    forge = Forge()
    pull = shipped(forge)
    before = judged(forge.items)
    left = say(ScopeDecided, 9 * DAY, DORA, item=SHOP, in_scope=False, reason="c" * 64)
    forge.send("repository", DORA, action="deleted")
    after = judged([*forge.items, left])
    assert set(after.changes) == set(before.changes) == {pull.id}
    for check in ("05", "07", "08", "09"):
        assert after.verdict(pull.id, check) == before.verdict(pull.id, check) == "met"


# 75: a managed service


def test_a_vendor_updates_its_managed_service(judged: Judge) -> None:
    forge = Forge()
    shipped(forge)
    story: list[Event] = [
        say(SystemRegistered, 1, DORA, system=SHOP, depends_on=("mail-service",)),
        say(
            ControlPerformed, 30, DORA, activity="vendor_assessment", system=SHOP, outcome="passed"
        ),
        say(
            ControlPerformed, 40, DORA, activity="notice_monitoring", system=SHOP, outcome="passed"
        ),
    ]
    found = judged([*forge.items, *story])
    assert len(found.changes) == 1, "an update of theirs is no change of ours"
    assert found.verdict(SYSTEM, "vendor_change") == "met"
    unwatched = judged([*forge.items, *story[:2]])
    assert unwatched.verdict(SYSTEM, "vendor_change") == "not_verifiable"


# 77 and 78: access


def granted(minute: float, access: str = "deploy", ends: float | None = None) -> AccessGranted:
    return say(
        AccessGranted,
        minute,
        BEN,
        account=CLEO.account,
        access=access,
        system=SHOP,
        approved_by=BEN.account,
        ends_at=None if ends is None else at(ends),
    )


@pytest.mark.parametrize(("left", "verdict"), [(69, "deviation"), (71, "met")])
def test_a_leavers_account_deploys(judged: Judge, left: float, verdict: str) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    revision = pull.merge(ANNA, 60)
    forge.check(revision, 65)
    forge.deploy(revision, 70, by=CLEO)
    story = [
        granted(1),
        say(PersonLeft, left, DORA, person=CLEO.account),
        say(AccessEnded, 90, BEN, account=CLEO.account, access="deploy", system=SHOP),
    ]
    found = judged([*forge.items, *story])
    around = found[SYSTEM, "deploy_entitlement"]
    assert around.verdict == verdict, around.reason
    if verdict == "deviation":
        assert around.reason.startswith(f"The account {{{CLEO.account}}}, whose holder left at ")


@pytest.mark.parametrize(("ended", "verdict"), [(None, "deviation"), (119, "met")])
def test_break_glass_is_still_held_the_next_day(
    judged: Judge, ended: float | None, verdict: str
) -> None:
    forge = Forge()
    pull = shipped(forge)
    story: list[Event] = [granted(50, "break_glass", ends=120)]
    if ended is not None:
        removal = {"account": CLEO.account, "access": "break_glass", "system": SHOP}
        story.append(say(AccessEnded, ended, BEN, **removal))
    found = judged([*forge.items, *story], at(2 * DAY))
    around = found[SYSTEM, "deploy_entitlement"]
    assert around.verdict == verdict, around.reason
    assert found.verdict(pull.id, "08") == "met"


# 81 and 82: patches


def found_at(minute: float, severity: str = "high") -> VulnerabilityFound:
    return say(
        VulnerabilityFound,
        minute,
        None,
        vulnerability="scan/7",
        advisory="CVE-2026-0001",
        system=SHOP,
        severity=severity,
    )


def test_a_vulnerability_that_is_rated_higher(judged: Judge) -> None:
    """30 days at high; 14 from the day on which it became critical."""
    rescored = say(VulnerabilityScored, DAY, None, vulnerability="scan/7", severity="critical")
    story = [found_at(0), rescored]
    waiting = judged(story, at(15 * DAY))
    assert waiting.verdict(VULNERABILITY, "14") == "pending"
    assert "until 2026-03-17T09:00:00Z" in waiting[VULNERABILITY, "14"].reason
    assert judged(story, at(15 * DAY) + 1).verdict(VULNERABILITY, "14") == "deviation"


@pytest.mark.parametrize(("minute", "verdict"), [(29 * DAY, "met"), (31 * DAY, "deviation")])
def test_accepted_the_day_after_the_deadline(judged: Judge, minute: float, verdict: str) -> None:
    waiver = say(
        WaiverGranted,
        minute,
        DORA,
        waiver="W-1",
        check="cc8_1/14_patches",
        subject=VULNERABILITY,
        requested_by=ANNA.account,
        begins_at=at(minute),
        ends_at=at(60 * DAY),
    )
    found = judged([found_at(0), waiver], at(40 * DAY))[VULNERABILITY, "14"]
    assert found.verdict == verdict, found.reason
    assert found.basis == ("waived" if verdict == "met" else "direct")
    assert f"by {{{DORA.account}}}" in found.reason


def test_a_patch_that_was_deployed_in_time(judged: Judge) -> None:
    forge = Forge()
    pull = shipped(forge)
    linked = say(VulnerabilityLinked, 80, ANNA, vulnerability="scan/7", change=pull.id)
    found = judged([found_at(0), *forge.items, linked])
    assert found.verdict(VULNERABILITY, "14") == "met", found[VULNERABILITY, "14"].reason


# 11: an incident


@pytest.mark.parametrize("linked", [True, False])
def test_an_incident_that_needed_a_change(judged: Judge, linked: bool) -> None:
    forge = Forge()
    pull = shipped(forge)
    story: list[Item] = [
        *forge.items,
        say(IncidentOpened, 2, None, incident="INC-1", system=SHOP, severity="critical"),
        say(IncidentDecided, 5, DORA, incident="INC-1", needs_change=True),
    ]
    if linked:
        story.append(say(IncidentLinked, 90, ANNA, incident="INC-1", change=pull.id))
    found = judged(story)["incident:INC-1", "11"]
    assert found.verdict == ("met" if linked else "deviation"), found.reason
