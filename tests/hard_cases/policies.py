"""Another policy than `standard`, in force before anything happened."""

from typing import Any

from changeproof.events.receipts import PolicyAdopted
from changeproof.policy.parameters import parameters, profile_policy


def adopted(profile: str = "standard", **values: Any) -> PolicyAdopted:
    """The profile with other values; `tests` are given as a mapping."""
    policy = profile_policy(profile)
    tests = policy.tests.model_copy(update=values.pop("tests", {}))
    changed = policy.model_copy(update={**values, "tests": tests, "version": 2})
    return PolicyAdopted(
        source="policy",
        delivery="another policy",
        occurred_at=None,
        time_basis="none",
        effective_at=0,
        policy_version=2,
        policy="0" * 64,
        parameters=parameters(changed),
    )
