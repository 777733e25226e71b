"""Connect, renew and let go of sources: private state and the event that says who, as one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from changeproof.accounts.vocabulary import Permission
from changeproof.events.connections import (
    Road,
    SourceConnected,
    SourceDisconnected,
    SourceSecretRenewed,
)
from changeproof.events.refusal import Refusal
from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.turns import connect_source, source_named
from changeproof.intake.models import AskedSource
from changeproof.intake.webhooks import connections
from changeproof.intake.webhooks.door import Door
from changeproof.ledger.service import Ledger
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import require_permission

MANAGING = Permission.SOURCE_MANAGE
ASKED: Road = "asked"
DELIVERED: Road = "delivered"


@dataclass(frozen=True, slots=True)
class ConnectAsked:
    """Ask a system from now on; `every` in seconds."""

    settings: Settings
    every: int
    private_allowed: bool = False


@dataclass(frozen=True, slots=True)
class ConnectWebhook:
    """Let a system deliver; without a secret one is made. `options` None keeps what was there."""

    door: Door
    name: str | None = None
    secret: str = ""
    options: Mapping[str, str] | None = None

    @property
    def key(self) -> str:
        return connections.key_of(self.door.kind, self.name)


def connect_asked(ledger: Ledger, actor: str, command: ConnectAsked) -> AskedSource:
    """Remember how a source is asked, and say who wanted it so. Raises Refusal, MayNot."""
    settings = command.settings
    with acting(ledger, actor) as act:
        require_permission(ledger, actor, MANAGING, None, act.at)
        source = connect_source(
            settings, every=command.every, private_allowed=command.private_allowed
        )
        _connected(act, ASKED, source.name, source.kind, source.options, source.address)
    return source


def disconnect_asked(ledger: Ledger, actor: str, name: str) -> Done:
    """Ask a source no more and forget its secret. Raises Refusal, MayNot."""
    with acting(ledger, actor) as act:
        require_permission(ledger, actor, MANAGING, None, act.at)
        source_named(name).delete()
        return _disconnected(act, ASKED, name)


def connect_webhook(ledger: Ledger, actor: str, command: ConnectWebhook) -> str:
    """The secret to enter at the system; asked for again it is the same, and nothing is recorded
    where nothing changes. Raises Refusal, MayNot."""
    door, name = command.door, command.name
    with acting(ledger, actor) as act:
        require_permission(ledger, actor, MANAGING, None, act.at)
        before = connections.shared_with(door.kind, name)
        secret = connections.connect(door, name, secret=command.secret, options=command.options)
        after = connections.shared_with(door.kind, name)
        if after is not None and (before is None or before.options != after.options):
            _connected(act, DELIVERED, command.key, door.kind, dict(after.options))
        if before is not None and before.secret != secret:
            _renewed(act, command.key)
    return secret


def renew_webhook(ledger: Ledger, actor: str, door: Door, name: str | None) -> str:
    """A new secret for what is connected; the old one is good no more. Raises Refusal, MayNot."""
    with acting(ledger, actor) as act:
        require_permission(ledger, actor, MANAGING, None, act.at)
        key = connections.key_of(door.kind, name)
        if connections.shared_with(door.kind, name) is None:
            raise _unconnected(key)
        secret = connections.renew(door, name)
        _renewed(act, key)
    return secret


def disconnect_webhook(ledger: Ledger, actor: str, key: str) -> Done:
    """Forget a secret: deliveries are refused within a minute. Raises Refusal, MayNot."""
    with acting(ledger, actor) as act:
        require_permission(ledger, actor, MANAGING, None, act.at)
        if not connections.disconnect(key):
            raise _unconnected(key)
        return _disconnected(act, DELIVERED, key)


def _connected(
    act: Act,
    road: Road,
    connection: str,
    kind: str,
    options: Mapping[str, str],
    address: str | None = None,
) -> None:
    stated = json.dumps(dict(options), ensure_ascii=False, sort_keys=True) if options else None
    event = SourceConnected(
        **act.header,
        road=road,
        connection=connection,
        kind=kind,
        address=address,
        options=act.keep("options", stated),
    )
    act.record("", event, name=connection)


def _renewed(act: Act, key: str) -> None:
    event = SourceSecretRenewed(**act.header, road=DELIVERED, connection=key)
    act.record("", event, name=key)


def _disconnected(act: Act, road: Road, connection: str) -> Done:
    event = SourceDisconnected(**act.header, road=road, connection=connection)
    return act.record("", event, name=connection)


def _unconnected(key: str) -> Refusal:
    return Refusal(
        "Nothing was done.",
        where=key[:60],
        why="nothing is connected under this name",
        cure="Choose one of the list.",
    )
