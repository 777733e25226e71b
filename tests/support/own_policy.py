"""A policy of a company's own: a shipped profile with some keys said otherwise."""

from changeproof.events.event import sha256_hex
from changeproof.events.receipts import PolicyAdopted
from changeproof.policy.parameters import parameters
from changeproof.policy.reading import read_policy
from changeproof.policy.shipped import profile_bytes
from tests.support.pull_requests import Forge


def adopt(forge: Forge, actor: str, said: dict[str, str], profile: str = "standard") -> None:
    """Bring into force, since the first moment, the profile with `key: value` lines replaced."""
    lines = profile_bytes(profile).decode().splitlines()
    changed = {"version": "2", **said}
    for key, value in changed.items():
        (place,) = [at for at, line in enumerate(lines) if line.startswith(f"{key}:")]
        lines[place] = f"{key}: {value}"
    text = "\n".join(lines)
    forge.say(
        PolicyAdopted,
        actor,
        policy_version=2,
        policy=sha256_hex(text.encode()),
        in_force_from=1,
        parameters=parameters(read_policy(text, "policy.yaml")),
    )
