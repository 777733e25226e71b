"""The control matrix: put forward by one person, adopted by a second."""

from typing import Literal

from changeproof.events.event import Count, Digest, Event, Identifier, Microseconds


class ControlsProposed(Event):
    """Somebody puts a matrix forward, in force from `in_force_from` on once another adopts it."""

    type: Literal["ControlsProposed"] = "ControlsProposed"
    controls_version: Count
    controls: Digest
    in_force_from: Microseconds


class ControlsAdopted(Event):
    """A control matrix is in force from `in_force_from` on (null: since always)."""

    type: Literal["ControlsAdopted"] = "ControlsAdopted"
    controls_version: Count
    controls: Digest
    in_force_from: Microseconds | None = None
    proposed_by: Identifier | None = None
    """Whose proposal it was; `actor` is the second person, who adopted it. Null: initial."""
