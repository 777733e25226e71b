"""The values that policies are made of: names, risks, lengths of time, lists without repetition."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from changeproof.events.refusal import Refusal
from changeproof.policy.durations import Duration, parse_duration

Risk = Literal["low", "medium", "high", "critical"]
RISKS: tuple[Risk, ...] = ("low", "medium", "high", "critical")
Kind = Literal["infrastructure", "data", "software", "procedure"]
Area = Literal[
    "pipeline",
    "code_owners",
    "tests",
    "dependencies",
    "infrastructure",
    "migration",
    "configuration",
    "documentation",
    "code",
]
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
    StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}/[a-z0-9][a-z0-9_]{0,63}$"),
]


def broken(why: str, cure: str) -> PydanticCustomError:
    """A broken rule of ours, told in our words; `cure` reaches the reader of the file."""
    return PydanticCustomError("policy", "{why}", {"why": why, "cure": cure})


def once(values: Iterable[str], what: str) -> None:
    """Refuse a list in which a value stands twice; `what` says what kind of value it is."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise broken(f"{what} {value} is listed twice", "Keep one of them.")
        seen.add(value)


def _values_once(values: tuple[str, ...]) -> tuple[str, ...]:
    once(values, "the value")
    return values


def _folded_once(names: tuple[str, ...]) -> tuple[str, ...]:
    """Case makes no difference: `Production` and `production` are one environment."""
    folded = tuple(name.lower() for name in names)
    once(folded, "the environment")
    return folded


def _duration(value: object) -> Duration:
    if isinstance(value, Duration):
        return value
    try:
        return parse_duration(str(value) if isinstance(value, str | int) else "")
    except Refusal as refusal:
        raise broken(refusal.why, refusal.cure) from refusal


def _plain_duration(value: object) -> Duration:
    duration = _duration(value)
    if duration.is_business:
        raise broken(
            f'"{duration}" is business time, and this time runs on at night and on holidays',
            f'Write plain time, such as "{duration.plain}".',
        )
    return duration


_WRITTEN = {"type": "string", "examples": ["60 minutes", "24 hours", "5 days"]}
_WRITTEN_BUSINESS = {"type": "string", "examples": ["5 days", "3 business days"]}

LengthOfTime = Annotated[
    Duration, PlainValidator(_plain_duration), PlainSerializer(str), WithJsonSchema(_WRITTEN)
]
Deadline = Annotated[
    Duration, PlainValidator(_duration), PlainSerializer(str), WithJsonSchema(_WRITTEN_BUSINESS)
]
"""May also be counted in business time: "3 business days"."""

Names = Annotated[tuple[Name, ...], Field(max_length=LONGEST_LIST), AfterValidator(_values_once)]
Risks = Annotated[tuple[Risk, ...], Field(max_length=len(RISKS)), AfterValidator(_values_once)]
Kinds = Annotated[tuple[Kind, ...], AfterValidator(_values_once)]
Areas = Annotated[tuple[Area, ...], AfterValidator(_values_once)]
Checks = Annotated[
    tuple[CheckId, ...], Field(max_length=LONGEST_LIST), AfterValidator(_values_once)
]
Environments = Annotated[
    tuple[Name, ...], Field(max_length=LONGEST_LIST), AfterValidator(_folded_once)
]


class Part(BaseModel):
    """A mapping in the file; what it does not know it refuses."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class NamesByRisk(Part):
    """A list for each risk."""

    low: Names = ()
    medium: Names = ()
    high: Names = ()
    critical: Names = ()

    def at(self, risk: Risk) -> tuple[str, ...]:
        """The list at this risk."""
        names: tuple[str, ...] = getattr(self, risk)
        return names


class TimesBySeverity(Part):
    """A deadline for each severity; what is worse never has more time."""

    low: Deadline
    medium: Deadline
    high: Deadline
    critical: Deadline

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
