"""The profiles that ship: what a company begins with."""

from importlib.resources import files
from typing import Literal, get_args

from changeproof.events.refusal import Refusal
from changeproof.policy.reading import read_policy
from changeproof.policy.schema import Policy

Profile = Literal["standard", "small_team", "regulated"]
PROFILES: tuple[Profile, ...] = get_args(Profile)


def profile_bytes(profile: str) -> bytes:
    """The shipped text of a profile, the same on every machine. Raises Refusal for another name."""
    if profile not in PROFILES:
        raise Refusal(
            f'There is no policy profile "{profile}".',
            why="only the shipped profiles can begin an instance",
            cure=f"Use one of: {', '.join(PROFILES)}.",
        )
    return (files("changeproof.policy") / "profiles" / f"{profile}.yaml").read_bytes()


def profile_policy(profile: str) -> Policy:
    """The policy that a shipped profile states."""
    return read_policy(profile_bytes(profile).decode(), f"{profile}.yaml")
