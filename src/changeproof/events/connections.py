"""Whom we hear, and whom we tell: connected, changed or let go, by whom. Never with its secret."""

from typing import Literal

from changeproof.events.event import Digest, Event, Identifier, ShortText

Road = Literal["asked", "delivered"]
"""`asked`: we ask it every few minutes; `delivered`: it sends webhooks."""


class SourceConnected(Event):
    """The actor connected a source, or replaced how it is asked.

    `connection` is what it is called here (`github`, `gitlab/emea`), `kind` what its payloads are.
    `options` addresses the JSON of what it is asked about (which repositories, projects, fields):
    the scope of the record, so a later change of it stands beside the first.
    """

    type: Literal["SourceConnected"] = "SourceConnected"
    road: Road
    connection: Identifier
    kind: ShortText
    address: ShortText | None = None
    options: Digest | None = None


class SourceSecretRenewed(Event):
    """The actor replaced what deliveries of this connection are proven with."""

    type: Literal["SourceSecretRenewed"] = "SourceSecretRenewed"
    road: Road
    connection: Identifier


class SourceDisconnected(Event):
    """The actor let a source go: from here on nothing is heard of it on this road."""

    type: Literal["SourceDisconnected"] = "SourceDisconnected"
    road: Road
    connection: Identifier


class AlertsRouted(Event):
    """The actor changed who is told of what.

    `routing` addresses the JSON of all channels (their names and kinds, never their addresses) and
    routes as they stand from here on.
    """

    type: Literal["AlertsRouted"] = "AlertsRouted"
    routing: Digest
