"""The register of systems: who owns them, what they must achieve, where they run."""

from typing import Literal

from changeproof.events.event import Event, Identifier, ShortText


class SystemRegistered(Event):
    """A system as the actor describes it; a later description replaces the whole.

    `categories` are those of the trust services that the company commits to on it.
    """

    type: Literal["SystemRegistered"] = "SystemRegistered"
    system: Identifier
    owner: Identifier | None = None
    in_scope: bool = True
    data_classes: tuple[Identifier, ...] = ()
    objectives: tuple[Identifier, ...] = ()
    depends_on: tuple[Identifier, ...] = ()
    categories: tuple[Literal["availability", "confidentiality", "privacy"], ...] = ()


class EnvironmentRegistered(Event):
    """Where a system runs: what for, and inside which boundary (an account, cluster, network)."""

    type: Literal["EnvironmentRegistered"] = "EnvironmentRegistered"
    system: Identifier
    environment: Identifier
    purpose: Literal["development", "test", "staging", "production"]
    boundary: ShortText | None = None
