"""Software that somebody else made: rows and projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.acquisitions import SoftwareAcquired
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("acquisition", key=("change_name",), seen="acquired_at")
@dataclass(frozen=True, slots=True)
class Acquisition(Row):
    """What a change brings in, and how its origin was verified: `signature`, `digest` or `none`."""

    change_name: str
    vendor: str
    product: str
    product_version: str | None
    digest: str | None
    pinned_digest: str | None
    origin: str
    account: str | None
    acquired_at: int | None
    stated_at: int
    event: str


@projects(SoftwareAcquired)
def acquisition_row(event: SoftwareAcquired, event_id: str) -> Iterator[Row]:
    yield Acquisition(
        event.change,
        event.vendor,
        event.product,
        event.product_version,
        event.digest,
        event.pinned_digest,
        event.origin,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )
