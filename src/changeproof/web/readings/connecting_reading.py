"""Sources as they come to us: asked, delivering, and the forms to connect more."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext

from changeproof.intake.clients.registry import CLIENTS
from changeproof.intake.files import FileTaken
from changeproof.intake.models import AskedSource, Connection
from changeproof.intake.webhooks.connections import address_of
from changeproof.intake.webhooks.doors import door_of, doors
from changeproof.ledger.service import now
from changeproof.sources.guards import LARGEST_PAYLOAD
from changeproof.sources.kinds import Family
from changeproof.sources.translate import KINDS, kind_named
from changeproof.web.counting import count
from changeproof.web.pages.connecting import (
    AskedRow,
    Connecting,
    DeliveringRow,
    SecretShown,
    Steps,
    UploadRow,
)
from changeproof.web.pages.connecting_forms import ask_fields, upload_fields, webhook_fields
from changeproof.web.times import duration

SECOND = 1_000_000
ABANDONED = 3_600 * SECOND
"""After that a turn whose process is gone is no longer called one."""


def read_asked() -> tuple[AskedRow, ...]:
    """Every source that we ask, by name, with how its last turn went."""
    return tuple(_asked(source) for source in AskedSource.objects.order_by("name"))


def read_connecting(
    server: str,
    typed: Mapping[str, str],
    *,
    shown: SecretShown | None = None,
    uploads: Sequence[FileTaken] = (),
) -> Connecting:
    """What somebody who manages sources sees; `typed` is kept where a form was refused."""
    return Connecting(
        asked=read_asked(),
        delivering=tuple(_delivering(each, server) for each in Connection.objects.order_by("pk")),
        uploads=tuple(_upload(each) for each in uploads),
        shown=shown,
        webhook_fields=webhook_fields([(d.kind, title_of(d.kind)) for d in doors()], typed),
        ask_fields=ask_fields(
            [(client.kind, client.title) for _, client in sorted(CLIENTS.items())], typed
        ),
        ask_steps=tuple(
            Steps(client.title, client.steps)
            for _, client in sorted(CLIENTS.items())
            if client.steps
        ),
        upload_fields=upload_fields([(name, title_of(name)) for name in sorted(KINDS)], typed),
        largest=gettext("%(largest_payload)s MiB")
        % {"largest_payload": LARGEST_PAYLOAD // 1024 // 1024},
    )


def title_of(kind: str) -> str:
    """What people call a kind, and its own name behind it where that differs."""
    found = kind_named(kind)
    title = kind if found is None else found.title
    return title if title.lower() == kind and not isinstance(found, Family) else f"{title} ({kind})"


def _asked(source: AskedSource) -> AskedRow:
    told = source.told
    return AskedRow(
        name=source.name,
        kind=source.kind,
        address=source.address,
        every=duration(source.every_seconds * SECOND),
        finished_at=source.finished_at,
        is_being_asked=source.begun_at is not None and now() - source.begun_at < ABANDONED,
        trouble=source.trouble,
        lists=int(told.get("lists", 0)),
        rows=int(told.get("rows", 0)),
        events=int(told.get("events", 0)),
        quarantined=int(told.get("quarantined", 0)),
    )


def _delivering(connection: Connection, server: str) -> DeliveringRow:
    kind, _, name = connection.source.partition("/")
    door = door_of(kind)
    said = "" if door is None else door.authentication
    address = "" if door is None else address_of(door, name or None, server, "SECRET")
    connected_at = int(connection.connected_at.timestamp() * SECOND)
    return DeliveringRow(connection.source, title_of(kind), address, said, connected_at)


def _upload(taken: FileTaken) -> UploadRow:
    said = taken.reason or count(taken.events, "new event")
    return UploadRow(taken.name, taken.kind or "", taken.outcome, said)
