"""Policies that pages say in words, each text read once."""

from functools import lru_cache

from changeproof.policy.reading import read_policy
from changeproof.policy.schema import Policy


@lru_cache(maxsize=16)
def policy_of(text: str) -> Policy:
    """What this text states; frozen, so that pages may share it. Raises as `read_policy` does."""
    return read_policy(text, "policy.yaml")
