"""What a policy says of one of its keys, in words: for the pages on checks, which name the keys."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from changeproof.policy.durations import Duration
from changeproof.policy.schema import Policy

_PARAMETERS: Mapping[str, str] = {
    "approvals_required": "approvals",
    "approval_channel": "evidence.approval_channels",
    "approval_channels": "evidence.approval_channels",
    "attempts_most": "tests.attempts_most",
    "cadence": "cadences",
    "category": "categories",
    "claims_trusted": "evidence.claims",
    "deadline": "deadlines",
    "deployer": "deployers",
    "files_trusted": "evidence.files",
    "freeze_pass_roles": "freezes.pass_roles",
    "not_needed": "tests.not_needed",
    "objective": "objectives",
    "patch_change": "patch_changes",
    "patch_clock": "patch_deadlines.clock",
    "patch_within": "patch_deadlines",
    "required_check": "tests.required",
    "required_for": "tests.required_for",
    "risk_rule": "risk_rules",
    "spooled_times": "evidence.spooled_times",
    "standard_change": "standard_changes",
    "tests_before": "tests.before",
    "tests_on": "tests.on",
    "waivable": "waivers.checks",
    "waiver_longest": "waivers.longest",
}
"""Keys by the names of the parameters that checks read; others are named alike."""


def said_of(policy: Policy, name: str) -> str | None:
    """Its value in words; None where a policy has no such key. `name` is a key (`emergency.
    review_within`) or a parameter (`tests_on`)."""
    value: Any = policy
    for step in _key(name).split("."):
        if value is None:
            return "nothing named"
        if not isinstance(value, BaseModel) or step not in type(value).model_fields:
            return None
        value = getattr(value, step)
    return _words(value)


def _key(name: str) -> str:
    first, dot, rest = name.partition(".")
    return _PARAMETERS.get(name) or _PARAMETERS.get(first, first) + dot + rest


def _words(value: Any) -> str:
    if value is None or value == ():
        return "nothing named"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(_words(each) for each in value)
    if isinstance(value, BaseModel):
        return "; ".join(
            f"{name.replace('_', ' ')}: {_words(getattr(value, name))}"
            for name in type(value).model_fields
            if getattr(value, name) not in (None, ())
        )
    if isinstance(value, Duration):
        return str(value)
    return as_words(str(value))


def as_words(value: str) -> str:
    """One of the policy's own words without underscores; names, such as of checks, as they are."""
    return value.replace("_", " ") if value in _own_words() else value


@cache
def _own_words() -> frozenset[str]:
    """Every word that a key of the policy lets choose."""
    return frozenset(_choices(Policy.model_json_schema()))


def _choices(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "enum":
                yield from value
            elif key == "const":
                yield value
            else:
                yield from _choices(value)
    elif isinstance(schema, list):
        for each in schema:
            yield from _choices(each)
