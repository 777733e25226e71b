"""Settings have baselines: a repository's protection, and this product's own policy and roles."""

import json
from typing import Any

import pytest

from changeproof.accounts.people import add_user, grant_roles, operator
from changeproof.events.event import sha256_hex
from changeproof.events.revisions import ProtectionChanged
from changeproof.ledger.baselines_read import compared, place_of, standing_items
from changeproof.ledger.cases_read import cases_about
from changeproof.ledger.instance import Instance
from changeproof.ledger.joined import Finding, UnloggedState
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.ledger.verify import verify_ledger
from changeproof.log.keys import load_key
from changeproof.monitor.judging import judge_waiting
from changeproof.monitor.settings_seen import observe_settings
from changeproof.sources.protection_fields import protection_fields
from changeproof.workflow.baselines import (
    ApproveBaseline,
    ProposeBaseline,
    approve_baseline,
    propose_baseline,
)
from tests.hard_cases.story import POLICY, POLICY_TEXT

REPOSITORY = "github:repo/4711"
WEBHOOK = {
    "name": "main",
    "admin_enforced": True,
    "required_approving_review_count": 2,
    "dismiss_stale_reviews_on_push": True,
    "require_code_owner_review": False,
    "required_status_checks": ["unit", "lint"],
    "allow_force_pushes_enforcement_level": "off",
    "allow_deletions_enforcement_level": "off",
}
ASKED = {
    "name": "main",
    "looked_at": True,
    "protection": {
        "enforce_admins": {"enabled": True},
        "required_pull_request_reviews": {
            "required_approving_review_count": 2,
            "dismiss_stale_reviews": True,
        },
        "required_status_checks": {"contexts": ["lint", "unit"]},
        "allow_force_pushes": {"enabled": False},
        "allow_deletions": {"enabled": False},
    },
}
RULESET = {
    "rules": [
        {
            "type": "pull_request",
            "parameters": {
                "required_approving_review_count": 2,
                "dismiss_stale_reviews_on_push": True,
                "require_code_owner_review": False,
            },
        },
        {
            "type": "required_status_checks",
            "parameters": {"required_status_checks": [{"context": "unit"}, {"context": "lint"}]},
        },
        {"type": "non_fast_forward"},
        {"type": "deletion"},
    ],
    "bypass_actors": [],
}
GITLAB = {
    "push_access_levels": [{"access_level": 0}],
    "merge_access_levels": [{"access_level": 40}, {"access_level": 40, "user_id": 7}],
    "allow_force_push": False,
    "code_owner_approval_required": True,
}


def test_one_setting_in_three_spellings_is_one_setting() -> None:
    told, asked, ruled = (protection_fields(json.dumps(each)) for each in (WEBHOOK, ASKED, RULESET))
    assert told == asked
    assert {name: ruled[name] for name in told} == told
    assert told["required checks"] == "lint, unit"
    assert protection_fields(json.dumps(GITLAB)) == {
        "may push": "nobody",
        "may merge": "maintainers, user 7",
        "allows force pushes": False,
        "asks code owners": True,
    }
    for nothing in (None, "", "[]", "nonsense", "{}"):
        assert protection_fields(nothing) == {}


def look(held: Ledger) -> None:
    observe_settings(held, now())
    judge_waiting(held)


def baseline(held: Ledger, item: str, proposer: str, approver: str) -> str:
    """What was seen of it is approved; its full name."""
    place = place_of(held.store, item)
    assert place is not None
    [standing] = standing_items(held.store, [place])
    propose_baseline(held, proposer, ProposeBaseline(item))
    approve_baseline(held, approver, ApproveBaseline(item, standing.observed or ""))
    return f"item:{item}"


def differing(held: Ledger, item: str) -> list[tuple[str, str, str]]:
    place = place_of(held.store, item.removeprefix("item:"))
    assert place is not None
    [standing] = standing_items(held.store, [place])
    found = compared(held.store, standing, held.texts)
    assert found.why_not == ""
    return [(each.name, each.before, each.after) for each in found.found]


def verdict(held: Ledger, item: str) -> str:
    [row] = held.store.by(Finding, "subject", [item])
    return row.verdict


@pytest.fixture
def two(instance: Instance) -> tuple[str, str]:
    """Two people who may say how things are meant to be."""
    held, by = ledger(), operator().account
    held.record_events([POLICY], [POLICY_TEXT], collector="test")
    first, second = (
        add_user(f"{name}@example.com", name, ["change_manager", "approver"], by=by).account
        for name in ("Max", "Eva")
    )
    return first, second


def protect(held: Ledger, enforced: bool = True, **settings: Any) -> None:
    """The forge tells of an act on the protection of the main branch, just now."""
    text = json.dumps(settings).encode()
    act = ProtectionChanged(
        source="github",
        delivery=f"protection-{held.log.size()}",
        occurred_at=now(),
        repository=REPOSITORY,
        pattern="main",
        enforced=enforced,
        settings=sha256_hex(text) if settings else None,
    )
    held.record_events([act], [text] if settings else [], collector="test")
    look(held)


def test_a_loosened_protection_drifts_from_its_baseline(
    instance: Instance, two: tuple[str, str]
) -> None:
    held = ledger()
    protect(held, **WEBHOOK)
    name = f"{REPOSITORY}/production/repository/{REPOSITORY}/protection/main"
    item = baseline(held, name, *two)
    protect(held, **ASKED)
    assert verdict(held, item) == "met", "the same in another spelling"
    protect(held, name="main", required_approving_review_count=2)
    assert verdict(held, item) == "met", "what is not stated is as it was"
    protect(held, name="main", required_approving_review_count=1, required_status_checks=["lint"])
    assert differing(held, item) == [
        ("approvals required", "2", "1"),
        ("required checks", "lint, unit", "lint"),
    ]
    assert verdict(held, item) == "deviation"
    assert cases_about(held.store, [item])[item].file.check_id == "cc8_1/12_baseline"
    size = held.log.size()
    look(held)
    assert held.log.size() == size, "nothing is said twice"
    assert verify_ledger(held.database, load_key(instance.log_key_file), None).is_sound


def test_protection_that_is_off_is_no_baseline(instance: Instance, two: tuple[str, str]) -> None:
    held = ledger()
    protect(held, **WEBHOOK)
    name = f"{REPOSITORY}/production/repository/{REPOSITORY}/protection/main"
    item = baseline(held, name, *two)
    protect(held, enforced=False)
    assert ("enforced", "true", "false") in differing(held, item)
    protect(held, enforced=True)
    assert differing(held, item) == [], "switched on again, it is as it was"
    assert held.store.all(UnloggedState) == [], "the forge told of both acts"
    assert verdict(held, item) == "deviation"


def test_our_own_roles_and_policy_are_items(instance: Instance, two: tuple[str, str]) -> None:
    held = ledger()
    look(held)
    roles = baseline(held, "changeproof/production/settings/roles", *two)
    policy = baseline(held, "changeproof/production/settings/policy", *two)
    look(held)
    assert differing(held, policy) == []
    assert verdict(held, policy) == "met", "it stands as it did when that was approved"
    grant_roles(two[0], ["administrator"], by=operator().account)
    look(held)
    assert differing(held, roles) == [(f"{two[0]}: administrator", "", "every system")]
    assert verdict(held, roles) == "deviation"
    assert cases_about(held.store, [roles])[roles].state == "open"
    assert cases_about(held.store, [policy]) == {}
    assert held.store.all(UnloggedState) == [], "who gave the role when is on record"
