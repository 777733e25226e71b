"""What a `policy.yaml` may say: a frozen model of what the checks read, nothing beyond it.

Each key is explained in plain words in `profiles/standard.yaml`. A key that no check reads is
refused, so that nobody believes in a rule which nothing enforces.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from changeproof.events.refusal import Refusal
from changeproof.policy.durations import Duration, parse_duration

Risk = Literal["low", "medium", "high", "critical"]
RISKS: tuple[Risk, ...] = ("low", "medium", "high", "critical")
LONGEST_LIST = 50
"""Values in one list: with names of 200 characters a policy still fits into its event."""

Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
]
ControlId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
CheckId = Annotated[
    str,
    StringConstraints(
        pattern=r"^(cc8_1|signs|practices|segregation|around)/[a-z0-9][a-z0-9_]{0,63}$"
    ),
]
Approvals = Annotated[int, Field(ge=0, le=20)]


def _duration(value: object) -> Duration:
    if isinstance(value, Duration):
        return value
    try:
        return parse_duration(str(value) if isinstance(value, str | int) else "")
    except Refusal as refusal:
        raise _broken(refusal.why, refusal.cure) from refusal


def _broken(why: str, cure: str) -> PydanticCustomError:
    """A broken rule of ours, told in our words; `cure` reaches the reader of the file."""
    return PydanticCustomError("policy", "{why}", {"why": why, "cure": cure})


LengthOfTime = Annotated[Duration, PlainValidator(_duration)]


class Part(BaseModel):
    """A mapping in the file; what it does not know it refuses."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ApprovalsByRisk(Part):
    """How many independent humans must approve, by the change's risk."""

    low: Approvals
    medium: Approvals
    high: Approvals
    critical: Approvals

    def at(self, risk: Risk) -> int:
        """How many at this risk."""
        number: int = getattr(self, risk)
        return number

    @model_validator(mode="after")
    def _never_fewer(self) -> "ApprovalsByRisk":
        for lower, higher in pairwise(RISKS):
            least, asked = self.at(lower), self.at(higher)
            if asked < least:
                raise _broken(
                    f"{higher} risk asks for fewer approvals ({asked}) than {lower} ({least})",
                    f"Ask for at least {least} at {higher}, or for at most {asked} at {lower}.",
                )
        return self


class RequiredCheck(Part):
    """A test that must have passed; with `poster`, only as that app or system posted it."""

    name: Name
    poster: Name | None = None


class TestRules(Part):
    """Which tests, on which content, before which moment."""

    __test__ = False  # pytest: no test class

    before: Literal["approval", "merge", "deployment"]
    on: Literal["same_content", "head", "deployed"]
    required: Annotated[tuple[RequiredCheck, ...], Field(max_length=LONGEST_LIST)]

    @field_validator("required")
    @classmethod
    def _each_once(cls, required: tuple[RequiredCheck, ...]) -> tuple[RequiredCheck, ...]:
        _once([f"{check.name} of {check.poster or 'anybody'}" for check in required], "the check")
        return required


class EmergencyRules(Part):
    """What is owed when a change could not wait, and by when."""

    declare_within: LengthOfTime
    approve_within: LengthOfTime
    review_within: LengthOfTime
    incident_required: bool


class AlternativeControl(Part):
    """What stands in, under an id of its own, where a check's control cannot be performed."""

    id: ControlId
    check: CheckId
    control: Literal["post_review_by_other"]
    within: LengthOfTime


class Policy(Part):
    """One version of what the company requires of its changes."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    approvals: ApprovalsByRisk
    unrated_risk: Risk
    blocking_reviews_count: bool
    approve_before: Literal["merge", "deployment"]
    authorize_before: Literal["development", "merge", "deployment"]
    review_authorizes: Annotated[tuple[Risk, ...], Field(max_length=len(RISKS))]
    authorized_statuses: Annotated[tuple[Name, ...], Field(max_length=LONGEST_LIST)] = (
        "Approved",
        "Authorized",
    )
    tests: TestRules
    production_environments: Annotated[
        tuple[Name, ...], Field(min_length=1, max_length=LONGEST_LIST)
    ]
    rollback_trusts_earlier: bool
    trailers_accepted: Literal["none", "gerrit", "all"]
    emergency: EmergencyRules | None = None
    """Without the section there is no way for what cannot wait (the sign `no_emergency_path`)."""
    settle: LengthOfTime
    alternative_controls: Annotated[
        tuple[AlternativeControl, ...], Field(max_length=LONGEST_LIST)
    ] = ()

    @field_validator("review_authorizes", "authorized_statuses")
    @classmethod
    def _values_once(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        _once(values, "the value")
        return values

    @field_validator("production_environments")
    @classmethod
    def _environments_once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """Case makes no difference: `Production` and `production` are one environment."""
        folded = tuple(name.lower() for name in names)
        _once(folded, "the environment")
        return folded

    @field_validator("alternative_controls")
    @classmethod
    def _one_control_a_check(
        cls, controls: tuple[AlternativeControl, ...]
    ) -> tuple[AlternativeControl, ...]:
        _once([control.id for control in controls], "the control")
        _once([control.check for control in controls], "the control for")
        return controls


def _once(values: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise _broken(f"{what} {value} is listed twice", "Keep one of them.")
        seen.add(value)
