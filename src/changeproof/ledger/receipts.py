"""Sources: what they cover, when they were silent, what could not be read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from changeproof.events.receipts import (
    DeliveryQuarantined,
    DeliveryReplayed,
    DeliverySeen,
    SourceRecovered,
    SourceSilent,
)
from changeproof.ledger.policies import PolicyInForce as PolicyInForce
from changeproof.ledger.policies import PolicyParameter as PolicyParameter
from changeproof.ledger.policies import policy_rows as policy_rows
from changeproof.ledger.projection import bounded_by_receipt, projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("source_coverage", key=("repository",), rule="earliest")
@dataclass(frozen=True, slots=True)
class SourceCoverage(Row):
    """A forge tells of this repository from `covered_from` on."""

    repository: str
    forge: str
    covered_from: int
    stated_at: int
    event: str


@table("silence", key=("scope", "silent_from"), rule="earliest", seen="silent_from")
@dataclass(frozen=True, slots=True)
class Silence(Row):
    """Nothing was seen from a source (its name, or one repository) since then."""

    scope: str
    silent_from: int
    reason: str | None
    stated_at: int
    event: str


@table("recovery", key=("scope", "silent_from"), seen="silent_until")
@dataclass(frozen=True, slots=True)
class Recovery(Row):
    """It can be seen again; `filled` is 1 once the interval was read afterwards."""

    scope: str
    silent_from: int
    silent_until: int
    filled: int
    stated_at: int
    event: str


IS_SILENT = (
    "NOT EXISTS (SELECT 1 FROM recovery AS r WHERE r.scope = s.scope"
    " AND r.silent_from = s.silent_from)"
)
"""The condition that a silence of `silence AS s` has not ended."""


@table("seen_delivery", key=("source", "delivery"))
@dataclass(frozen=True, slots=True)
class SeenDelivery(Row):
    """A delivery of which nothing was read, and why."""

    source: str
    delivery: str
    name: str
    repository: str | None
    reason: str
    stated_at: int
    event: str


@table("quarantined_delivery", key=("kind", "delivery"), seen="received_at")
@dataclass(frozen=True, slots=True)
class QuarantinedDelivery(Row):
    """A delivery that could not be read; its body stands in contents under `payload`.

    What is in it happened before `received_at`; nobody can say when.
    """

    kind: str
    delivery: str
    name: str | None
    repository: str | None
    reason: str
    size: int
    payload: str | None
    received_at: int
    stated_at: int
    event: str


@table("replayed_delivery", key=("kind", "delivery", "event"))
@dataclass(frozen=True, slots=True)
class ReplayedDelivery(Row):
    """A quarantined delivery that was read after all."""

    kind: str
    delivery: str
    event_count: int
    stated_at: int
    event: str


@projects(SourceSilent)
def silence_row(event: SourceSilent, event_id: str) -> Iterator[Row]:
    yield Silence(event.scope, event.silent_from, event.reason, moment(event), event_id)


@projects(SourceRecovered)
def recovery_row(event: SourceRecovered, event_id: str) -> Iterator[Row]:
    yield Recovery(
        event.scope,
        event.silent_from,
        event.silent_until,
        int(event.filled),
        moment(event),
        event_id,
    )


@projects(DeliverySeen)
def seen_row(event: DeliverySeen, event_id: str) -> Iterator[Row]:
    yield SeenDelivery(
        event.source,
        event.delivery,
        event.name,
        event.repository,
        event.reason,
        moment(event),
        event_id,
    )


@projects(DeliveryQuarantined)
def quarantined_row(event: DeliveryQuarantined, event_id: str) -> Iterator[Row]:
    yield QuarantinedDelivery(
        event.kind,
        event.delivery,
        event.name,
        event.repository,
        event.reason,
        event.size,
        event.payload_digest,
        moment(event),
        moment(event),
        event_id,
    )


@bounded_by_receipt(QuarantinedDelivery)
def quarantined_at_receipt(row: QuarantinedDelivery, received_at: int) -> QuarantinedDelivery:
    """It states no time of its own."""
    return replace(row, received_at=received_at)


@projects(DeliveryReplayed)
def replayed_row(event: DeliveryReplayed, event_id: str) -> Iterator[Row]:
    yield ReplayedDelivery(event.kind, event.replayed, event.events, moment(event), event_id)
