"""Who connected, changed and let go which source, and who is told: rows and their projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.connections import (
    AlertsRouted,
    SourceConnected,
    SourceDisconnected,
    SourceSecretRenewed,
)
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("source_connection", key=("road", "connection", "event"), seen="acted_at")
@dataclass(frozen=True, slots=True)
class ConnectionAct(Row):
    """One act on one connection: `connected`, `secret renewed` or `disconnected`."""

    road: str
    connection: str
    act: str
    kind: str | None
    address: str | None
    options: str | None
    account: str | None
    acted_at: int
    stated_at: int
    event: str


@table("alert_routing", key=("event",), seen="acted_at")
@dataclass(frozen=True, slots=True)
class AlertRouting(Row):
    """Channels and routes as somebody left them; `routing` is the digest of their JSON."""

    routing: str
    account: str | None
    acted_at: int
    stated_at: int
    event: str


@projects(AlertsRouted)
def routing_row(event: AlertsRouted, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield AlertRouting(event.routing, event.actor, at, at, event_id)


@projects(SourceConnected)
def connected_row(event: SourceConnected, event_id: str) -> Iterator[Row]:
    yield ConnectionAct(
        event.road,
        event.connection,
        "connected",
        event.kind,
        event.address,
        event.options,
        event.actor,
        moment(event),
        moment(event),
        event_id,
    )


@projects(SourceSecretRenewed)
def renewed_row(event: SourceSecretRenewed, event_id: str) -> Iterator[Row]:
    yield _bare(event, "secret renewed", event_id)


@projects(SourceDisconnected)
def disconnected_row(event: SourceDisconnected, event_id: str) -> Iterator[Row]:
    yield _bare(event, "disconnected", event_id)


def _bare(event: SourceSecretRenewed | SourceDisconnected, act: str, event_id: str) -> Row:
    at = moment(event)
    return ConnectionAct(
        event.road, event.connection, act, None, None, None, event.actor, at, at, event_id
    )
