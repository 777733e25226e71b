"""A policy as the flat values that checks read, and the event that puts it in force.

Every value is a text, so that the ledger keeps one narrow table of them
(`policy_parameter(policy_version, parameter, position, value)`). A parameter without values is
an empty list and has no row. Lists that belong together (`required_check` and
`required_check_poster`) are aligned by position. Rules of several parts are parameters named
`rule/1/part`; the ledger keeps them as rows of `policy_rule`.
"""

from changeproof.events.event import sha256_hex
from changeproof.events.receipts import PolicyAdopted
from changeproof.policy.calendar import BusinessHours
from changeproof.policy.deadlines import Cadences, EmergencyRules
from changeproof.policy.durations import Duration
from changeproof.policy.rules import rules
from changeproof.policy.schema import Policy
from changeproof.policy.shipped import PROFILES, Profile, profile_bytes, profile_policy
from changeproof.policy.values import RISKS


def parameters(policy: Policy) -> dict[str, tuple[str, ...]]:
    """What checks read of `policy`: truth as `true` or `false`, lengths of time in microseconds."""
    return {
        **{f"approvals_required.{risk}": (str(policy.approvals.at(risk)),) for risk in RISKS},
        "unrated_risk": (policy.unrated_risk,),
        "blocking_reviews_count": (_truth(policy.blocking_reviews_count),),
        "approve_before": (policy.approve_before,),
        "authorize_before": (policy.authorize_before,),
        "review_authorizes": policy.review_authorizes,
        "authorized_statuses": policy.authorized_statuses,
        "board.member": policy.board.members,
        "board.quorum": (str(policy.board.quorum),),
        "second_factor_at": policy.second_factor_at,
        "code_owner_approval": (_truth(policy.code_owner_approval),),
        **{f"approver_roles.{risk}": policy.approver_roles.at(risk) for risk in RISKS},
        "separate_duties": tuple(each.pair for each in policy.separate_duties),
        **_of_tests(policy),
        **_of_the_life_cycle(policy),
        "production_environments": policy.production_environments,
        "rollback_trusts_earlier": (_truth(policy.rollback_trusts_earlier),),
        "revert_window": (_microseconds(policy.revert_window),),
        "backports_inherit": (_truth(policy.backports_inherit),),
        "trailers_accepted": (policy.trailers_accepted,),
        "files_trusted": (policy.evidence.files,),
        "claims_trusted": (policy.evidence.claims,),
        "spooled_times": policy.evidence.spooled_times,
        "approval_channel": policy.evidence.approval_channels,
        "freeze_pass_roles": policy.freezes.pass_roles,
        **_of_emergencies(policy.emergency, policy.business_hours),
        "emergency_rate.percent": (str(policy.emergency_rate.percent),),
        "emergency_rate.within": (_microseconds(policy.emergency_rate.within),),
        "emergency_rate.at_least": (str(policy.emergency_rate.at_least),),
        **_of_deadlines(policy),
        "settle": (_microseconds(policy.settle),),
        "unexplained_for": (_microseconds(policy.unexplained_for.usual),),
        "skew_limit": (_microseconds(policy.skew_limit),),
        "incident_cause_within": (_microseconds(policy.incident_cause_within),),
        **_of_exceptions(policy),
        **_of_business_time(policy),
        **rules(policy),
    }


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


def _of_tests(policy: Policy) -> dict[str, tuple[str, ...]]:
    tests = policy.tests
    return {
        "tests_before": (tests.before,),
        "tests_on": (tests.on,),
        "required_check": tuple(check.name for check in tests.required),
        "required_check_poster": tuple(check.poster or "" for check in tests.required),
        "attempts_most": (str(tests.attempts_most),),
        "scans_required": policy.scans_required,
    }


def _of_the_life_cycle(policy: Policy) -> dict[str, tuple[str, ...]]:
    return {
        "category": policy.categories,
        "objective": policy.objectives,
        "life_cycle.normal": policy.life_cycle.normal,
        "life_cycle.standard": policy.life_cycle.standard,
        "life_cycle.emergency": policy.life_cycle.emergency,
        **{f"documentation.{risk}": policy.documentation.at(risk) for risk in RISKS},
        "design_required_at": policy.design_required_at,
        "post_review_required_at": policy.post_review_required_at,
        "resilience_required_at": policy.resilience_required_at,
        "resilience_evidence": policy.resilience_evidence,
    }


def _of_emergencies(
    rules: EmergencyRules | None, calendar: BusinessHours
) -> dict[str, tuple[str, ...]]:
    """Without rules each of them is an empty list: no check can take one for another's default."""
    names = (
        *("declare_within", "approve_within", "review_within", "incident_required"),
        "commander_roles",
    )
    if rules is None:
        return {f"emergency.{name}": () for name in names}
    return {
        "emergency.declare_within": (_microseconds(rules.declare_within),),
        "emergency.approve_within": (_microseconds(rules.approve_within),),
        **_deadline("emergency.review_within", rules.review_within, calendar),
        "emergency.incident_required": (_truth(rules.incident_required),),
        "emergency.commander_roles": rules.commander_roles,
    }


def _of_deadlines(policy: Policy) -> dict[str, tuple[str, ...]]:
    deadlines, patches = policy.deadlines, policy.patch_deadlines
    named: dict[str, Duration] = {
        **{
            f"deadline.incident_change_within.{risk}": deadlines.incident_change_within.at(risk)
            for risk in RISKS
        },
        "deadline.deviation_review_within": deadlines.deviation_review_within,
        "deadline.drift_answer_within": deadlines.drift_answer_within,
        "deadline.leaver_removed_within": deadlines.leaver_removed_within,
        **{f"patch_within.{risk}": patches.at(risk) for risk in RISKS},
        "patch_within.known_exploited": patches.known_exploited,
        **{f"cadence.{name}": getattr(policy.cadences, name) for name in Cadences.model_fields},
    }
    values: dict[str, tuple[str, ...]] = {
        "patch_clock": (patches.clock,),
        "patch_change.severity": policy.patch_changes.severities,
        "patch_change.ahead": (_microseconds(policy.patch_changes.ahead),),
    }
    for name, duration in named.items():
        values.update(_deadline(name, duration, policy.business_hours))
    return values


def _deadline(name: str, duration: Duration, calendar: BusinessHours) -> dict[str, tuple[str, ...]]:
    """Its length in plain time and, where it is counted in business time, that too."""
    business = duration.open_microseconds(calendar.open_a_day)
    return {
        name: (_microseconds(duration),),
        f"{name}.business": () if business is None else (str(business),),
    }


def _of_exceptions(policy: Policy) -> dict[str, tuple[str, ...]]:
    controls = policy.alternative_controls
    return {
        "alternative_control": tuple(control.id for control in controls),
        "alternative_control_check": tuple(control.check for control in controls),
        "alternative_control_kind": tuple(control.control for control in controls),
        "alternative_control_within": tuple(_microseconds(control.within) for control in controls),
        "waivable": policy.waivers.checks,
        "waiver_longest": (_microseconds(policy.waivers.longest),),
        "announced": tuple(each.check for each in policy.announced),
        "announced_from": tuple(str(each.begins_at) for each in policy.announced),
    }


def _of_business_time(policy: Policy) -> dict[str, tuple[str, ...]]:
    """The calendar with its zone's offsets written out, where anything is counted by it."""
    hours = policy.business_hours
    used = policy.counts_business_time
    offsets = hours.offsets() if used else []
    return {
        "business.used": (_truth(used),),
        "business.zone": (hours.zone,),
        "business.opens": (hours.opens,),
        "business.closes": (hours.closes,),
        "business.days": hours.days,
        "business.holidays": hours.holidays,
        "business.years": (str(hours.first_year), str(hours.last_year)),
        "business.offset_from": tuple(str(begins) for begins, _ in offsets),
        "business.offset": tuple(str(offset) for _, offset in offsets),
    }


def _microseconds(duration: Duration) -> str:
    return str(duration.microseconds)


def _truth(value: bool) -> str:
    return "true" if value else "false"


__all__ = [
    "PROFILES",
    "Profile",
    "initial_policy_event",
    "parameters",
    "profile_bytes",
    "profile_policy",
]
