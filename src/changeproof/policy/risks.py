"""How a change's risk follows from what it touches, and what a standard change may touch."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from changeproof.policy.values import (
    LONGEST_LIST,
    Areas,
    ControlId,
    Kinds,
    Name,
    Names,
    Part,
    Risk,
    broken,
    once,
)


class RiskCondition(Part):
    """What a change must be for a rule to rate it; every part that is stated must hold."""

    systems: Names = ()
    areas: Areas = ()
    data_classes: Names = ()
    kinds: Kinds = ()
    paths_over: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    hours: Literal["outside_business"] | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise broken(
                "it states no condition",
                "Name systems, areas, data_classes, kinds, paths_over or hours.",
            )
        return self


class RiskRule(Part):
    """A risk that a change has at least, when the condition holds."""

    when: RiskCondition
    risk: Risk


class StandardChange(Part):
    """A kind of change that is approved beforehand, within a scope."""

    id: ControlId
    systems: Names = ()
    authors: Names = ()
    kinds: Kinds = ()
    areas: Annotated[Areas, Field(min_length=1)]
    tests_required: bool = True
    back_out: Name


def _each_once(changes: tuple[StandardChange, ...]) -> tuple[StandardChange, ...]:
    once([change.id for change in changes], "the standard change")
    return changes


RiskRules = Annotated[tuple[RiskRule, ...], Field(max_length=LONGEST_LIST)]
StandardChanges = Annotated[
    tuple[StandardChange, ...], Field(max_length=LONGEST_LIST), AfterValidator(_each_once)
]
