"""A policy in plain words, for `policy show` and for pages."""

from changeproof.policy.approvals import AlternativeControl
from changeproof.policy.explain_rules import (
    of_deadlines,
    of_exceptions,
    of_people,
    of_records,
    of_risk,
)
from changeproof.policy.schema import Policy
from changeproof.policy.values import RISKS
from changeproof.policy.wording import listed

_MOMENTS = {
    "development": "work on it begins",
    "approval": "it is approved",
    "merge": "it is merged",
    "deployment": "it is deployed to production",
}
_CONTENTS = {
    "same_content": "on the very content that is deployed, whatever its commit is called",
    "head": "on the head that was merged",
    "deployed": "on the deployed commit itself",
}
_TRAILERS = {
    "none": "Reviewers named in commit messages do not count.",
    "gerrit": "Reviewers named in commit messages count where the review server wrote its "
    "Reviewed-on line beside them.",
    "all": "Reviewers named in commit messages count.",
}


def describe(policy: Policy) -> list[tuple[str, str]]:
    """(title, sentence) for every rule, in the order in which a change meets them.

    A title that stands for several rules is numbered.
    """
    return _numbered(_rules(policy))


def _rules(policy: Policy) -> list[tuple[str, str]]:
    return [
        ("Version", f"This is version {policy.version}."),
        ("Risk", f"A change whose risk nobody rated is treated as {policy.unrated_risk}."),
        *of_risk(policy),
        ("Authorization", _authorization(policy)),
        ("Approval", _approval(policy)),
        *of_people(policy),
        ("Reviews that ask for changes", _blocking(policy)),
        ("Reviewers in commit messages", _TRAILERS[policy.trailers_accepted]),
        ("Tests", _tests(policy)),
        *of_records(policy),
        ("Production", _production(policy)),
        ("Rollback", _rollback(policy)),
        ("Revert", _revert(policy)),
        ("Backport", _backport(policy)),
        ("Emergency", _emergency(policy)),
        ("Rate of emergencies", _rate(policy)),
        *of_deadlines(policy),
        *of_exceptions(policy),
        (
            "Clocks",
            f"Times that contradict each other by more than {policy.skew_limit} are reported.",
        ),
        ("Missing records", f"A record is called missing {policy.settle} after it was due."),
        ("Settling time", _settling(policy)),
        (
            "Cause of an incident",
            f"A change first deployed to its system within {policy.incident_cause_within} before it"
            " is suggested; somebody says whether it was the cause.",
        ),
        *(("Alternative control", _alternative(each)) for each in policy.alternative_controls),
    ]


def _numbered(told: list[tuple[str, str]]) -> list[tuple[str, str]]:
    titles = [title for title, _ in told]
    return [
        (title if titles.count(title) == 1 else f"{title} {titles[:at].count(title) + 1}", sentence)
        for at, (title, sentence) in enumerate(told)
    ]


def _authorization(policy: Policy) -> str:
    moment = _MOMENTS[policy.authorize_before]
    text = f"Somebody other than the requester authorizes a change before {moment}."
    if policy.authorized_statuses:
        text += f" A ticket moved to {listed(policy.authorized_statuses, 'or')} is authorized."
    if policy.review_authorizes:
        risks = listed(policy.review_authorizes, "and")
        return f"{text} An approving review also authorizes at {risks} risk."
    return f"{text} An approving review does not authorize."


def _approval(policy: Policy) -> str:
    by_number: dict[int, list[str]] = {}
    for risk in RISKS:
        by_number.setdefault(policy.approvals.at(risk), []).append(risk)
    numbers = "; ".join(
        f"{number or 'none'} at {listed(risks, 'and')} risk" for number, risks in by_number.items()
    )
    return (
        f"Approvals needed before {_MOMENTS[policy.approve_before]}: {numbers}. "
        "Only humans count who neither wrote nor pushed any of it."
    )


def _settling(policy: Policy) -> str:
    times = policy.unexplained_for
    text = f"What nothing on record explains is called so after {times.usual}"
    for each in times.sources:
        text += f", from {each.source} after {each.within}"
    return f"{text}; until then no case is opened and nobody is told."


def _blocking(policy: Policy) -> str:
    if policy.blocking_reviews_count:
        return "A review that asks for changes stands in the way until its reviewer clears it."
    return "Enough approvals outweigh a review that asks for changes."


def _tests(policy: Policy) -> str:
    tests = policy.tests
    end = f"before {_MOMENTS[tests.before]}, {_CONTENTS[tests.on]}"
    if not tests.required:
        return f"At least one check ran, and the last run of each passed, {end}."
    names = listed(
        [
            f"{each.name} (by {each.poster})" if each.poster else each.name
            for each in tests.required
        ],
        "and",
    )
    return f"The last run passed of: {names}; {end}."


def _production(policy: Policy) -> str:
    names = policy.production_environments
    if len(names) == 1:
        return f"The environment {names[0]} is production."
    return f"The environments {listed(names, 'and')} are production."


def _rollback(policy: Policy) -> str:
    if policy.rollback_trusts_earlier:
        return (
            "Going back to what was deployed before without a deviation needs no new approval "
            "and no new tests."
        )
    return "Going back to what was deployed before is judged like any other change."


def _revert(policy: Policy) -> str:
    if policy.revert_window.microseconds == 0:
        return "A revert is judged like any other change."
    return (
        "A revert that takes out exactly what an approved change brought in is a standard change "
        f"within {policy.revert_window} after that change went live."
    )


def _backport(policy: Policy) -> str:
    if policy.backports_inherit:
        return "The same patch, picked from an approved change, needs no approval of its own."
    return "What was picked from another change is judged like any other change."


def _emergency(policy: Policy) -> str:
    rules = policy.emergency
    if rules is None:
        return "There is no way for emergencies: what cannot wait meets the same controls."
    incident = " It needs an incident." if rules.incident_required else ""
    return (
        f"An emergency is declared at the latest {rules.declare_within} after it went live, "
        f"approved within {rules.approve_within} and reviewed within {rules.review_within}."
        f"{incident}"
    )


def _rate(policy: Policy) -> str:
    rate = policy.emergency_rate
    return (
        f"{rate.at_least} emergencies or more within {rate.within} are shown as too many where "
        f"they are over {rate.percent} % of a system's deployments to production."
    )


def _alternative(control: AlternativeControl) -> str:
    return (
        f"Where {control.check} cannot be met, {control.id} stands in and is shown as such: "
        "somebody who wrote none of the change looks at it within "
        f"{control.within} after it went live."
    )
