"""The register of systems: who owns them, what they must achieve, where they run."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from changeproof.events.event import Event, Identifier, ShortText
from changeproof.events.version_patterns import checked

VersionPattern = Annotated[
    ShortText, AfterValidator(checked), Field(examples=["{tag}", "app-{version}-{revision}"])
]
"""`app-{version}-{revision}`: see `events.version_patterns`."""


class SystemRegistered(Event):
    """A system as the actor describes it; a later description replaces the whole.

    `categories` are those of the trust services that the company commits to on it.
    """

    later: ClassVar[tuple[str, ...]] = ("version_pattern",)

    type: Literal["SystemRegistered"] = "SystemRegistered"
    system: Identifier
    owner: Identifier | None = None
    in_scope: bool = True
    data_classes: tuple[Identifier, ...] = ()
    objectives: tuple[Identifier, ...] = ()
    depends_on: tuple[Identifier, ...] = ()
    categories: tuple[Literal["availability", "confidentiality", "privacy"], ...] = ()
    version_pattern: VersionPattern | None = None
    """How its deployments write a version, where that is all they tell of their content."""


class EnvironmentRegistered(Event):
    """Where a system runs: what for, and inside which boundary (an account, cluster, network)."""

    type: Literal["EnvironmentRegistered"] = "EnvironmentRegistered"
    system: Identifier
    environment: Identifier
    purpose: Literal["development", "test", "staging", "production"]
    boundary: ShortText | None = None
