"""Acts on production that are no deployment, and what had been allowed: rows and projectors."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from changeproof.events.production_acts import ItemAuthorized, ItemProposed, ProductionActed
from changeproof.ledger.items import item_name
from changeproof.ledger.projection import bounded_by_receipt, projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("production_act", key=("act",), seen="acted_at", indexes=("change_name", "item", "system"))
@dataclass(frozen=True, slots=True)
class ProductionAct(Row):
    """Somebody, or a provider by itself (`automatic`), altered production. `item` is
    `system/environment/name`."""

    act: str
    system: str
    environment: str
    kind: str
    item: str | None
    before_digest: str | None
    after_digest: str | None
    executed_digest: str | None
    row_count: int | None
    account: str | None
    on_behalf_of: str | None
    change_name: str | None
    automatic: int
    acted_at: int | None
    stated_at: int
    event: str


@table(
    "authorized_item", key=("change_name", "item", "event"), seen="authorized_at", indexes=("item",)
)
@dataclass(frozen=True, slots=True)
class AuthorizedItem(Row):
    """What a change may set: `item` is `system/environment/name`; null says nothing."""

    change_name: str
    item: str
    before_digest: str | None
    after_digest: str | None
    executed_digest: str | None
    most_rows: int | None
    account: str | None
    authorized_at: int | None
    stated_at: int
    event: str


@table("proposed_item", key=("change_name", "item"), seen="proposed_at")
@dataclass(frozen=True, slots=True)
class ProposedItem(Row):
    """What a change asks to set, as last said: `item` is `system/environment/name`."""

    change_name: str
    item: str
    system: str
    environment: str
    before_digest: str | None
    after_digest: str | None
    account: str | None
    proposed_at: int | None
    stated_at: int
    event: str


@projects(ProductionActed)
def act_row(event: ProductionActed, event_id: str) -> Iterator[Row]:
    yield ProductionAct(
        event.act,
        event.system,
        event.environment,
        event.kind,
        item_name(event.system, event.environment, event.item),
        event.before_digest,
        event.after_digest,
        event.executed_digest,
        event.row_count,
        event.actor,
        event.on_behalf_of,
        event.change,
        int(event.automatic),
        event.occurred_at,
        moment(event),
        event_id,
    )


@bounded_by_receipt(ProductionAct)
def done_when_received(row: ProductionAct, received_at: int) -> ProductionAct:
    """What was told of as done was done by then, whatever its own clock said."""
    if row.acted_at is None or row.acted_at <= received_at:
        return row
    return replace(row, acted_at=received_at)


@projects(ItemAuthorized)
def authorized_row(event: ItemAuthorized, event_id: str) -> Iterator[Row]:
    yield AuthorizedItem(
        event.change,
        item_name(event.system, event.environment, event.item) or "",
        event.before_digest,
        event.after_digest,
        event.executed_digest,
        event.most_rows,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(ItemProposed)
def proposed_row(event: ItemProposed, event_id: str) -> Iterator[Row]:
    yield ProposedItem(
        event.change,
        item_name(event.system, event.environment, event.item) or "",
        event.system,
        event.environment,
        event.before_digest,
        event.after_digest,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )
