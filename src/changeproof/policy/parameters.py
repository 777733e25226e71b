"""A policy as the flat values that checks read, and the event that puts it in force.

Every value is a text, so that the ledger keeps one narrow table of them
(`policy_parameter(policy_version, parameter, position, value)`). A parameter without values is
an empty list and has no row. Lists that belong together (`required_check` and
`required_check_poster`) are aligned by position.
"""

from importlib.resources import files
from typing import Literal, get_args

from changeproof.events.event import sha256_hex
from changeproof.events.receipts import PolicyAdopted
from changeproof.events.refusal import Refusal
from changeproof.policy.durations import Duration
from changeproof.policy.reading import read_policy
from changeproof.policy.schema import RISKS, EmergencyRules, Policy

Profile = Literal["standard", "small_team"]
PROFILES: tuple[Profile, ...] = get_args(Profile)


def parameters(policy: Policy) -> dict[str, tuple[str, ...]]:
    """What checks read of `policy`: truth as `true` or `false`, lengths of time in microseconds."""
    required, controls = policy.tests.required, policy.alternative_controls
    return {
        **{f"approvals_required.{risk}": (str(policy.approvals.at(risk)),) for risk in RISKS},
        "unrated_risk": (policy.unrated_risk,),
        "blocking_reviews_count": (_truth(policy.blocking_reviews_count),),
        "approve_before": (policy.approve_before,),
        "authorize_before": (policy.authorize_before,),
        "review_authorizes": policy.review_authorizes,
        "authorized_statuses": policy.authorized_statuses,
        "tests_before": (policy.tests.before,),
        "tests_on": (policy.tests.on,),
        "required_check": tuple(check.name for check in required),
        "required_check_poster": tuple(check.poster or "" for check in required),
        "production_environments": policy.production_environments,
        "rollback_trusts_earlier": (_truth(policy.rollback_trusts_earlier),),
        "trailers_accepted": (policy.trailers_accepted,),
        **_of_emergencies(policy.emergency),
        "settle": (_microseconds(policy.settle),),
        "alternative_control": tuple(control.id for control in controls),
        "alternative_control_check": tuple(control.check for control in controls),
        "alternative_control_kind": tuple(control.control for control in controls),
        "alternative_control_within": tuple(_microseconds(control.within) for control in controls),
    }


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


def initial_policy_event(profile: str) -> tuple[PolicyAdopted, bytes]:
    """What `init` appends: the profile in force since always, and the text for the contents."""
    content = profile_bytes(profile)
    policy = profile_policy(profile)
    event = PolicyAdopted(
        source="policy",
        delivery=f"initial:{profile}",
        occurred_at=None,
        time_basis="none",
        policy_version=policy.version,
        policy=sha256_hex(content),
        parameters=parameters(policy),
    )
    return event, content


def _of_emergencies(rules: EmergencyRules | None) -> dict[str, tuple[str, ...]]:
    """Without rules each of them is an empty list: no check can take one for another's default."""
    names = ("declare_within", "approve_within", "review_within", "incident_required")
    if rules is None:
        return {f"emergency.{name}": () for name in names}
    return {
        "emergency.declare_within": (_microseconds(rules.declare_within),),
        "emergency.approve_within": (_microseconds(rules.approve_within),),
        "emergency.review_within": (_microseconds(rules.review_within),),
        "emergency.incident_required": (_truth(rules.incident_required),),
    }


def _microseconds(duration: Duration) -> str:
    return str(duration.microseconds)


def _truth(value: bool) -> str:
    return "true" if value else "false"
