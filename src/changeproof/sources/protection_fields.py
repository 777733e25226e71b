"""A branch's protection as named fields, in one spelling for whoever tells of it.

GitHub says the same in three shapes (webhook, API, ruleset), GitLab in a fourth; a setting that is
told by two of them must not look like two settings. What a shape does not state has no field.

GitHub REST API: webhook `branch_protection_rule`, "Get branch protection", "Get a repository
ruleset"; GitLab REST API: "Protected branches".
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Field = str | int | bool
APPROVALS, ADMINISTRATORS, CHECKS = "approvals required", "administrators bound", "required checks"
STALE, OWNERS = "dismisses stale approvals", "asks code owners"
FORCE, DELETION = "allows force pushes", "allows deletion"
SIGNATURES, LINEAR = "asks for signatures", "asks for a linear history"
PUSHERS, MERGERS = "may push", "may merge"
NOBODY = "none"
"""What stands for an empty list: it was stated."""
_LEVELS = {0: "nobody", 30: "developers", 40: "maintainers", 60: "administrators"}


def protection_fields(settings: str | None) -> dict[str, Field]:
    """The fields that this JSON states; empty for what is no object of a known shape."""
    try:
        told = json.loads(settings or "null")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(told, dict):
        return {}
    if isinstance(told.get("protection"), dict):
        found = _asked(told["protection"])
    elif isinstance(told.get("rules"), list):
        found = _ruleset(told)
    elif isinstance(told.get("push_access_levels"), list):
        found = _gitlab(told)
    else:
        found = _webhook(told)
    return {name: value for name, value in found if value is not None}


def _webhook(rule: Mapping[str, Any]) -> Iterator[tuple[str, Field | None]]:
    yield APPROVALS, _count(rule.get("required_approving_review_count"))
    yield ADMINISTRATORS, _yes(rule.get("admin_enforced"))
    yield STALE, _yes(rule.get("dismiss_stale_reviews_on_push"))
    yield OWNERS, _yes(rule.get("require_code_owner_review"))
    if isinstance(rule.get("required_status_checks"), list):
        is_off = rule.get("required_status_checks_enforcement_level") == "off"
        yield CHECKS, NOBODY if is_off else _listed(rule["required_status_checks"])
    for name, key in (
        (FORCE, "allow_force_pushes_enforcement_level"),
        (DELETION, "allow_deletions_enforcement_level"),
        (SIGNATURES, "signature_requirement_enforcement_level"),
        (LINEAR, "linear_history_requirement_enforcement_level"),
    ):
        if isinstance(rule.get(key), str):
            yield name, rule[key] != "off"


def _asked(rule: Mapping[str, Any]) -> Iterator[tuple[str, Field | None]]:
    reviews = rule.get("required_pull_request_reviews") or {}
    yield APPROVALS, _count(reviews.get("required_approving_review_count", 0))
    yield STALE, _yes(reviews.get("dismiss_stale_reviews", False))
    yield OWNERS, _yes(reviews.get("require_code_owner_reviews", False))
    checks = rule.get("required_status_checks") or {}
    yield CHECKS, _listed(checks.get("contexts") or [])
    for name, key in (
        (ADMINISTRATORS, "enforce_admins"),
        (FORCE, "allow_force_pushes"),
        (DELETION, "allow_deletions"),
        (SIGNATURES, "required_signatures"),
        (LINEAR, "required_linear_history"),
    ):
        if isinstance(rule.get(key), dict):
            yield name, _yes(rule[key].get("enabled"))


def _ruleset(told: Mapping[str, Any]) -> Iterator[tuple[str, Field | None]]:
    rules = {
        str(rule.get("type")): rule.get("parameters") or {}
        for rule in told["rules"]
        if isinstance(rule, dict)
    }
    pulls = rules.get("pull_request", {})
    yield APPROVALS, _count(pulls.get("required_approving_review_count", 0))
    yield STALE, _yes(pulls.get("dismiss_stale_reviews_on_push", False))
    yield OWNERS, _yes(pulls.get("require_code_owner_review", False))
    checks = rules.get("required_status_checks", {}).get("required_status_checks") or []
    yield CHECKS, _listed(each.get("context") for each in checks if isinstance(each, dict))
    yield FORCE, "non_fast_forward" not in rules
    yield DELETION, "deletion" not in rules
    yield SIGNATURES, "required_signatures" in rules
    yield LINEAR, "required_linear_history" in rules
    if isinstance(told.get("bypass_actors"), list):
        yield ADMINISTRATORS, not told["bypass_actors"]


def _gitlab(rule: Mapping[str, Any]) -> Iterator[tuple[str, Field | None]]:
    yield PUSHERS, _levels(rule.get("push_access_levels"))
    yield MERGERS, _levels(rule.get("merge_access_levels"))
    yield FORCE, _yes(rule.get("allow_force_push"))
    yield OWNERS, _yes(rule.get("code_owner_approval_required"))


def _levels(told: Any) -> str | None:
    """Who may, in words: by role, else by the number of a user, group or deploy key."""
    if not isinstance(told, list):
        return None
    return _listed(_holder(each) for each in told if isinstance(each, dict))


def _holder(each: Mapping[str, Any]) -> str:
    for kind in ("user", "group", "deploy_key"):
        if each.get(f"{kind}_id") is not None:
            return f"{kind} {each[f'{kind}_id']}"
    level = each.get("access_level")
    return _LEVELS.get(level, f"level {level}") if isinstance(level, int) else "somebody"


def _listed(told: Any) -> str:
    return ", ".join(sorted({str(each) for each in told if each})) or NOBODY


def _yes(told: Any) -> bool | None:
    return told if isinstance(told, bool) else None


def _count(told: Any) -> int | None:
    return told if isinstance(told, int) and not isinstance(told, bool) else None
