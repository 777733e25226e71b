"""Which changes an advisory board decides on, who sits on it, and how many of them must vote."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from changeproof.policy.values import LONGEST_LIST, Areas, Kinds, Names, Part, Risks, broken


class BoardCondition(Part):
    """What a change must be for the board to decide on it; every part that is stated must hold."""

    risks: Risks = ()
    systems: Names = ()
    kinds: Kinds = ()
    areas: Areas = ()
    data_classes: Names = ()

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not any(getattr(self, name) for name in type(self).model_fields):
            raise broken(
                "it states no condition", "Name risks, systems, kinds, areas or data_classes."
            )
        return self


class BoardRules(Part):
    """`members` are roles or accounts; `quorum` is how many persons must have voted."""

    asked_for: Annotated[tuple[BoardCondition, ...], Field(max_length=LONGEST_LIST)] = ()
    members: Annotated[Names, Field(min_length=1)] = ("change_manager", "approver")
    quorum: Annotated[int, Field(ge=2, le=20)] = 3
