"""Who may do what to production, and which evidence counts from where."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from changeproof.policy.durations import Duration
from changeproof.policy.values import (
    Checks,
    Environments,
    LengthOfTime,
    Names,
    Part,
    broken,
)


class Deployers(Part):
    """Who may deploy to some systems and environments; an empty list means all of them."""

    systems: Names = ()
    environments: Environments = ()
    identities: Names = ()
    roles: Names = ()

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not self.identities and not self.roles:
            raise broken("it names nobody", "Name identities (accounts) or roles.")
        return self


class FreezeRules(Part):
    """Who may pass while production is frozen."""

    pass_roles: Names = ()


class EvidenceTrust(Part):
    """What counts as evidence, by where it comes from."""

    files: Literal["accepted", "refused"] = "accepted"
    claims: Literal["accepted", "refused"] = "accepted"
    approval_channels: Names = ()
    spooled_times: Names = ()


class WaiverRules(Part):
    """What may be waived, and for how long at the longest."""

    checks: Checks = ("cc8_1/14_patches",)
    longest: LengthOfTime = Field(default=Duration(90, "day"))


DeployerRules = Annotated[tuple[Deployers, ...], Field(max_length=50)]
