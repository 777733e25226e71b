"""The rules of a policy that have several parts, as parameters named `rule/number/part`."""

from collections.abc import Iterable, Mapping

from changeproof.policy.deadlines import EscalationStep
from changeproof.policy.schema import Policy

Values = Mapping[str, Iterable[str]]


def rules(policy: Policy) -> dict[str, tuple[str, ...]]:
    """Each rule's parts in the order of the file; a part without values is left out."""
    return {
        **_numbered("risk_rule", [_risk_rule(policy, at) for at in range(len(policy.risk_rules))]),
        **_numbered(
            "standard_change",
            [
                {
                    "id": (each.id,),
                    "system": each.systems,
                    "author": each.authors,
                    "kind": each.kinds,
                    "area": each.areas,
                    "tests_required": ("true" if each.tests_required else "false",),
                    "back_out": (each.back_out,),
                }
                for each in policy.standard_changes
            ],
        ),
        **_numbered(
            "board",
            [
                {
                    "risk": each.risks,
                    "system": each.systems,
                    "kind": each.kinds,
                    "area": each.areas,
                    "data_class": each.data_classes,
                }
                for each in policy.board.asked_for
            ],
        ),
        **_numbered("escalation", [_escalation(policy, each) for each in policy.escalation]),
        **_numbered(
            "unexplained_for",
            [
                {"source": (each.source,), "within": (str(each.within.microseconds),)}
                for each in policy.unexplained_for.sources
            ],
        ),
        **_numbered(
            "required_for",
            [
                {"system": each.systems, "risk": each.risks, "check": each.checks}
                for each in policy.tests.required_for
            ],
        ),
        **_numbered(
            "not_needed",
            [{"check": (each.check,), "area": each.areas} for each in policy.tests.not_needed],
        ),
        **_numbered(
            "deployer",
            [
                {
                    "system": each.systems,
                    "environment": each.environments,
                    "identity": each.identities,
                    "role": each.roles,
                }
                for each in policy.deployers
            ],
        ),
    }


def _escalation(policy: Policy, step: EscalationStep) -> Values:
    business = step.after.open_microseconds(policy.business_hours.open_a_day)
    return {
        "after": (str(step.after.microseconds),),
        "business": () if business is None else (str(business),),
        "called": (step.to,),
    }


def _risk_rule(policy: Policy, position: int) -> Values:
    rule = policy.risk_rules[position]
    when = rule.when
    return {
        "system": when.systems,
        "area": when.areas,
        "data_class": when.data_classes,
        "kind": when.kinds,
        "paths_over": () if when.paths_over is None else (str(when.paths_over),),
        "outside_business": () if when.hours is None else ("true",),
        "risk": (rule.risk,),
    }


def _numbered(rule: str, listed: Iterable[Values]) -> dict[str, tuple[str, ...]]:
    return {
        f"{rule}/{number}/{part}": tuple(values)
        for number, parts in enumerate(listed, start=1)
        for part, values in parts.items()
        if tuple(values)
    }
