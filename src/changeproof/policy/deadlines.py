"""By when something is owed: emergencies, incidents, vulnerabilities, reviews that come back."""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from changeproof.policy.durations import Duration
from changeproof.policy.values import (
    RISKS,
    Deadline,
    LengthOfTime,
    Name,
    Names,
    Part,
    Risk,
    Risks,
    TimesBySeverity,
    broken,
    once,
)

LONGEST_RATE = Duration(366, "day")
"""What checks read of deployments to count emergencies among them."""


class EmergencyRules(Part):
    """What is owed when a change could not wait, and by when."""

    declare_within: LengthOfTime
    approve_within: LengthOfTime
    review_within: Deadline
    incident_required: bool
    commander_roles: Names = ()


class EmergencyRate(Part):
    """From where on emergencies are too many: more than `percent` of a system's deployments to
    production within a time, and not fewer than `at_least`. An indicator, never a deviation."""

    percent: Annotated[int, Field(ge=0, le=100)] = 20
    within: LengthOfTime = Duration(92, "day")
    at_least: Annotated[int, Field(ge=1, le=1_000)] = 3

    @model_validator(mode="after")
    def _a_year_at_most(self) -> Self:
        if self.within.microseconds > LONGEST_RATE.microseconds:
            raise broken(
                f"{self.within} is longer than emergencies are counted together",
                f'Write at most "{LONGEST_RATE}".',
            )
        return self


class Deadlines(Part):
    """By when somebody acts on what was found."""

    incident_change_within: TimesBySeverity = TimesBySeverity(
        low=Duration(30, "day"),
        medium=Duration(14, "day"),
        high=Duration(5, "day"),
        critical=Duration(2, "day"),
    )
    deviation_review_within: Deadline = Duration(14, "day")
    drift_answer_within: Deadline = Duration(3, "day")
    leaver_removed_within: Deadline = Duration(1, "day")


class EscalationStep(Part):
    """When a decision that was asked for is asked of `to` as well, a role or an account."""

    after: Deadline
    to: Name


def _one_after_another(steps: tuple[EscalationStep, ...]) -> tuple[EscalationStep, ...]:
    for earlier, later in pairwise(steps):
        if later.after.microseconds <= earlier.after.microseconds:
            raise broken(
                f"{later.to} is asked after {later.after}, not later than {earlier.to}",
                "Order the steps by their time, each later than the one before.",
            )
    return steps


EscalationSteps = Annotated[
    tuple[EscalationStep, ...], Field(max_length=5), AfterValidator(_one_after_another)
]


class SettlingTime(Part):
    """How long what this source told of may stay unexplained. `source` is the word before the
    colon in the names that it gives: `github`, `k8s`, `aws`; `observed` for what was seen running.
    """

    source: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    within: LengthOfTime


def _each_source_once(times: tuple[SettlingTime, ...]) -> tuple[SettlingTime, ...]:
    once([each.source for each in times], "the source")
    return times


class SettlingTimes(Part):
    """How long something in production may wait for the record that explains it. At nought it is
    called missing, a case is opened and somebody told at once."""

    usual: LengthOfTime = Duration(10, "second")
    sources: Annotated[
        tuple[SettlingTime, ...], Field(max_length=50), AfterValidator(_each_source_once)
    ] = ()


class PatchChanges(Part):
    """For which severities a change is requested by itself, where a known vulnerability is due and
    nothing is meant to remove it, and how long before it is due. Without severities: for none."""

    severities: Risks = ()
    ahead: LengthOfTime = Duration(10, "day")


class PatchDeadlines(Part):
    """By when a known vulnerability is mended, by its severity."""

    low: Deadline = Duration(180, "day")
    medium: Deadline = Duration(90, "day")
    high: Deadline = Duration(30, "day")
    critical: Deadline = Duration(14, "day")
    known_exploited: Deadline = Duration(7, "day")
    clock: Literal["published", "found", "fix_available"] = "found"

    def at(self, severity: Risk) -> Duration:
        """The deadline at this severity."""
        duration: Duration = getattr(self, severity)
        return duration

    @model_validator(mode="after")
    def _never_longer(self) -> Self:
        for lower, higher in pairwise(RISKS):
            most, asked = self.at(lower), self.at(higher)
            if asked.microseconds > most.microseconds:
                raise broken(
                    f"{higher} has more time ({asked}) than {lower} ({most})",
                    f"Give {higher} at most {most}, or {lower} at least {asked}.",
                )
        return self


class Cadences(Part):
    """How long after one review, scan or test the next one is owed."""

    process_review: Deadline = Duration(365, "day")
    access_review: Deadline = Duration(92, "day")
    pipeline_review: Deadline = Duration(92, "day")
    protection_review: Deadline = Duration(92, "day")
    baseline_review: Deadline = Duration(365, "day")
    unilateral_path_review: Deadline = Duration(92, "day")
    scope_review: Deadline = Duration(365, "day")
    deviations_review: Deadline = Duration(31, "day")
    prover_review: Deadline = Duration(92, "day")
    drift_scan: Deadline = Duration(7, "day")
    restore_test: Deadline = Duration(365, "day")
    vendor_assessment: Deadline = Duration(365, "day")
    post_review: Deadline = Duration(30, "day")
