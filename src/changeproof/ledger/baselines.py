"""How configuration items are meant to be: rows and projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.baselines import BaselineApproved, BaselineProposed
from changeproof.ledger.items import item_name
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("baseline", key=("item", "event"), seen="approved_at")
@dataclass(frozen=True, slots=True)
class Baseline(Row):
    """An approved content of an item, `system/environment/name`."""

    item: str
    system: str
    environment: str
    digest: str
    proposed_by: str | None
    approved_by: str | None
    approved_at: int | None
    stated_at: int
    event: str


@table("baseline_proposal", key=("item", "event"))
@dataclass(frozen=True, slots=True)
class BaselineProposal(Row):
    """Somebody proposes a content of an item; the latest one replaces those before."""

    item: str
    system: str
    environment: str
    digest: str
    reason: str | None
    proposed_by: str | None
    proposed_at: int | None
    stated_at: int
    event: str


@projects(BaselineProposed)
def proposal_row(event: BaselineProposed, event_id: str) -> Iterator[Row]:
    yield BaselineProposal(
        item_name(event.system, event.environment, event.item) or "",
        event.system,
        event.environment,
        event.digest,
        event.reason,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(BaselineApproved)
def baseline_row(event: BaselineApproved, event_id: str) -> Iterator[Row]:
    yield Baseline(
        item_name(event.system, event.environment, event.item) or "",
        event.system,
        event.environment,
        event.digest,
        event.proposed_by,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )
