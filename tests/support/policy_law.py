"""What the views on policy must answer, said once more from the policy's own values.

Some versions of a policy as evidence, and the rows that `policy_terms`, `policy_list` and
`policy_deadline` owe for each: with nothing on record the standard's values, with a version that
states everything otherwise just those, with one that states nothing the standard's once more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from changeproof.policy.parameters import PROFILES, parameters, profile_policy

Parameters = Mapping[str, tuple[str, ...]]
ALWAYS = 9_000_000_000_000_000_000
LATER = 1_700_000_000_000_000
STANDARD = parameters(profile_policy("standard"))

_NUMBERS = {
    "approvals_low": "approvals_required.low",
    "approvals_medium": "approvals_required.medium",
    "approvals_high": "approvals_required.high",
    "approvals_critical": "approvals_required.critical",
    "revert_window": "revert_window",
    "skew_limit": "skew_limit",
    "declare_within": "emergency.declare_within",
    "approve_within": "emergency.approve_within",
    "review_within": "emergency.review_within",
    "settle": "settle",
    "unexplained_for": "unexplained_for",
    "attempts_most": "attempts_most",
    "waiver_longest": "waiver_longest",
}
_WORDS = {
    "unrated_risk": "unrated_risk",
    "blocking_reviews_count": "blocking_reviews_count",
    "approve_before": "approve_before",
    "authorize_before": "authorize_before",
    "tests_before": "tests_before",
    "tests_on": "tests_on",
    "trailers_accepted": "trailers_accepted",
    "rollback_trusts_earlier": "rollback_trusts_earlier",
    "backports_inherit": "backports_inherit",
    "incident_required": "emergency.incident_required",
    "code_owner_approval": "code_owner_approval",
    "patch_clock": "patch_clock",
}
_LISTS = (
    "category",
    "design_required_at",
    "documentation.",
    "life_cycle.",
    "post_review_required_at",
    "resilience_evidence",
    "resilience_required_at",
    "separate_duties",
    "waivable",
)
_DEADLINES = ("cadence.", "deadline.", "patch_within.", "emergency.")


@dataclass(frozen=True)
class PolicyLaw:
    """Versions with the moments from which they are in force, by number."""

    name: str
    versions: Mapping[int, tuple[int, Parameters]]

    def evidence(self) -> dict[str, list[dict[str, Any]]]:
        """As rows of the ledger."""
        return {
            "policy_in_force": [
                {"policy_version": number, "in_force_from": begins, "event": f"v{number}"}
                for number, (begins, _) in self.versions.items()
            ],
            "policy_parameter": [
                {"policy_version": number, "parameter": name, "position": place, "value": value}
                for number, (_, stated) in self.versions.items()
                for name, values in stated.items()
                if "/" not in name
                for place, value in enumerate(values)
            ],
        }

    def problems(self, view: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """How its rows differ from what they must be; empty where they do not."""
        said = sorted(repr(sorted(row.items())) for row in rows)
        owed = sorted(repr(sorted(row.items())) for row in self._owed(view))
        return [f"{self.name}, {view}: {each}" for each in set(said) ^ set(owed)] or [
            f"{self.name}, {view}: a row stands twice" for _ in range(len(said) != len(owed))
        ]

    def _owed(self, view: str) -> Iterator[dict[str, Any]]:
        ordered = sorted(self.versions.items(), key=lambda each: (each[1][0], each[0]))
        versions = [(number, *each) for number, each in ordered] or [(0, 0, STANDARD)]
        for place, (number, begins, stated) in enumerate(versions):
            if view == "policy_terms":
                following = versions[place + 1][1] if place + 1 < len(versions) else ALWAYS
                yield {
                    "policy_version": number,
                    "event": f"v{number}" if number else "",
                    "judges_from": begins if place else -ALWAYS,
                    "judges_until": following,
                    **_terms(number, stated),
                }
            elif view == "policy_list":
                yield from _list_rows(number, stated)
            else:
                yield from _deadlines(number, stated)


def _terms(number: int, stated: Parameters) -> dict[str, Any]:
    def value(parameter: str) -> str:
        return (stated.get(parameter) or STANDARD[parameter])[0]

    terms: dict[str, Any] = {column: int(value(name)) for column, name in _NUMBERS.items()}
    terms |= {column: value(name) for column, name in _WORDS.items()}
    if number == 0 or not stated.get("unexplained_for"):
        # What nobody stated waits for as long as any other record.
        terms["unexplained_for"] = terms["settle"]
    terms["has_emergencies"] = int(bool(stated.get("emergency.declare_within")))
    return terms


def _list_rows(number: int, stated: Parameters) -> Iterator[dict[str, Any]]:
    for name, values in stated.items():
        if "/" not in name and (number or name.startswith(_LISTS)):
            for place, value in enumerate(values):
                yield {
                    "policy_version": number,
                    "parameter": name,
                    "position": place,
                    "value": value,
                }


def _deadlines(number: int, stated: Parameters) -> Iterator[dict[str, Any]]:
    for name, values in STANDARD.items():
        if (
            name.startswith(_DEADLINES)
            and "".join(values[:1]).isdigit()
            and not name.endswith(".business")
        ):
            given = stated.get(name)
            if given or not name.startswith("emergency."):
                business = stated.get(f"{name}.business")
                yield {
                    "policy_version": number,
                    "name": name,
                    "within": int((given or values)[0]),
                    "business": int(business[0]) if business else None,
                }


def _otherwise() -> Parameters:
    """Every value that the standard has, in other words and other numbers, no two alike."""
    stated: dict[str, tuple[str, ...]] = {}
    for number, (name, values) in enumerate(STANDARD.items(), 100):
        if "/" in name or not values:
            continue
        if values[0].isdigit():
            stated[name] = (str(number), str(number + 1_000))
            stated[f"{name}.business"] = (str(number + 2_000), str(number + 3_000))
        else:
            stated[name] = (f"other {number}", f"further {number}")
    return stated


def policy_laws() -> list[PolicyLaw]:
    """What the views are held to."""
    profiles = [
        PolicyLaw(profile, {1: (0, parameters(profile_policy(profile)))}) for profile in PROFILES
    ]
    return [
        PolicyLaw("nothing on record", {}),
        *profiles,
        PolicyLaw("all of it otherwise", {3: (LATER, _otherwise())}),
        PolicyLaw("a version that states nothing", {2: (LATER, {})}),
        PolicyLaw("a version that states one time", {2: (0, {"settle": ("7",)})}),
        PolicyLaw(
            "three versions, two of which begin at once",
            {1: (0, STANDARD), 3: (LATER, _otherwise()), 2: (LATER, {})},
        ),
    ]
