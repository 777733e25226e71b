"""Policies for tests: a shipped profile with some lines written otherwise, and its event."""

from changeproof.events.event import sha256_hex
from changeproof.events.receipts import PolicyAdopted
from changeproof.policy.parameters import parameters, profile_bytes
from changeproof.policy.reading import read_policy
from changeproof.policy.schema import Policy


def policy_with(*lines: tuple[str, str], profile: str = "standard", version: int = 1) -> Policy:
    """The profile in which each first text stands exactly once and is replaced by the second."""
    return read_policy(text_with(*lines, profile=profile, version=version), "policy.yaml")


def text_with(*lines: tuple[str, str], profile: str = "standard", version: int = 1) -> str:
    """The text of `policy_with`."""
    text = profile_bytes(profile).decode()
    for old, new in (*lines, ("\nversion: 1\n", f"\nversion: {version}\n")):
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    return text


def adopted(policy: Policy, in_force_from: int | None = None) -> PolicyAdopted:
    """The event that puts it in force."""
    return PolicyAdopted(
        source="policy",
        delivery=f"version {policy.version}",
        occurred_at=None,
        time_basis="none",
        policy_version=policy.version,
        policy=sha256_hex(str(policy.version).encode()),
        parameters=parameters(policy),
        in_force_from=in_force_from,
    )
