"""What exists elsewhere, so that the record can be held against it."""

from typing import Annotated, Literal

from pydantic import Field

from changeproof.events.event import Digest, Event, Identifier, ShortText


class InventoryTaken(Event):
    """A list of what exists (repositories, pipelines, clusters), from another system than ours.

    Long lists come in several events of one `inventory`.
    """

    type: Literal["InventoryTaken"] = "InventoryTaken"
    inventory: Identifier
    kind: ShortText
    items: Annotated[tuple[Identifier, ...], Field(max_length=500)]


class ScopeDecided(Event):
    """The actor decided whether an item belongs into the scope."""

    type: Literal["ScopeDecided"] = "ScopeDecided"
    item: Identifier
    in_scope: bool
    reason: Digest | None = None
