"""Who must agree to a change: how many, in which roles, and which duties exclude each other."""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from changeproof.policy.values import (
    LONGEST_LIST,
    RISKS,
    CheckId,
    ControlId,
    LengthOfTime,
    Part,
    Risk,
    broken,
    once,
)

Approvals = Annotated[int, Field(ge=0, le=20)]
Duty = Literal[
    "requester",
    "authorizer",
    "author",
    "co_author",
    "last_pusher",
    "reviewer",
    "tester",
    "merger",
    "deployer",
    "post_reviewer",
]


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
    def _never_fewer(self) -> Self:
        for lower, higher in pairwise(RISKS):
            least, asked = self.at(lower), self.at(higher)
            if asked < least:
                raise broken(
                    f"{higher} risk asks for fewer approvals ({asked}) than {lower} ({least})",
                    f"Ask for at least {least} at {higher}, or for at most {asked} at {lower}.",
                )
        return self


class SeparateDuties(Part):
    """Two duties of one change that one person may not hold both of."""

    one: Duty
    other: Duty

    @model_validator(mode="after")
    def _two(self) -> Self:
        if self.one == self.other:
            raise broken(f"{self.one} stands on both sides", "Name two duties.")
        return self

    @property
    def pair(self) -> str:
        """`one:other`, as checks read it."""
        return f"{self.one}:{self.other}"


STANDARD_DUTIES = (
    SeparateDuties(one="requester", other="authorizer"),
    SeparateDuties(one="author", other="reviewer"),
    SeparateDuties(one="co_author", other="reviewer"),
    SeparateDuties(one="last_pusher", other="reviewer"),
    SeparateDuties(one="author", other="post_reviewer"),
)


class AlternativeControl(Part):
    """What stands in, under an id of its own, where a check's control cannot be performed."""

    id: ControlId
    check: CheckId
    control: Literal["post_review_by_other"]
    within: LengthOfTime


def _pairs_once(duties: tuple[SeparateDuties, ...]) -> tuple[SeparateDuties, ...]:
    once([" and ".join(sorted((each.one, each.other))) for each in duties], "the pair")
    return duties


def _one_control_a_check(
    controls: tuple[AlternativeControl, ...],
) -> tuple[AlternativeControl, ...]:
    once([control.id for control in controls], "the control")
    once([control.check for control in controls], "the control for")
    return controls


DutiesApart = Annotated[
    tuple[SeparateDuties, ...], Field(max_length=LONGEST_LIST), AfterValidator(_pairs_once)
]
AlternativeControls = Annotated[
    tuple[AlternativeControl, ...],
    Field(max_length=LONGEST_LIST),
    AfterValidator(_one_control_a_check),
]
