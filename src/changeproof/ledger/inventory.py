"""What exists elsewhere: rows and projectors. Context for every check."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.inventory import InventoryTaken, ScopeDecided
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("inventory_item", key=("inventory", "item", "event"), seen="listed_at")
@dataclass(frozen=True, slots=True)
class InventoryItem(Row):
    """Something that another system says exists."""

    inventory: str
    item: str
    kind: str
    listed_at: int | None
    stated_at: int
    event: str


@table("scope_decision", key=("item",), seen="decided_at")
@dataclass(frozen=True, slots=True)
class ScopeDecision(Row):
    """Whether an item belongs into the scope, as last decided."""

    item: str
    in_scope: int
    reason_digest: str | None
    account: str | None
    decided_at: int | None
    stated_at: int
    event: str


@projects(ScopeDecided)
def scope_row(event: ScopeDecided, event_id: str) -> Iterator[Row]:
    yield ScopeDecision(
        event.item,
        int(event.in_scope),
        event.reason,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(InventoryTaken)
def inventory_rows(event: InventoryTaken, event_id: str) -> Iterator[Row]:
    """A row for each item of the list."""
    for item in dict.fromkeys(event.items):
        yield InventoryItem(
            event.inventory, item, event.kind, event.occurred_at, moment(event), event_id
        )
