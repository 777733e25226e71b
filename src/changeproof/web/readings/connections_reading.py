"""Who connected, changed and let go which source, newest first."""

from django.utils.translation import gettext

from changeproof.ledger.connections import ConnectionAct
from changeproof.ledger.service import Ledger
from changeproof.web.pages.sources_page import ConnectionRow
from changeproof.web.readings.entries import linked, read_links

_SHOWN = 20
_ROADS = {"asked": "asked", "delivered": "by webhook"}


def read_connection_acts(held: Ledger) -> tuple[tuple[ConnectionRow, ...], int]:
    """The newest acts, and how many there are."""
    acts = sorted(held.store.all(ConnectionAct), key=lambda row: (-row.acted_at, row.event))
    rows = acts[:_SHOWN]
    links = read_links(held, {row.event for row in rows})
    found = []
    for row in rows:
        entries = linked(links, [row.event])
        entry = entries[0] if entries else None
        found.append(
            ConnectionRow(
                acted_at=row.acted_at,
                connection=row.connection,
                road=_ROADS.get(row.road, row.road),
                said=_said(row),
                about=held.text(row.options) or "" if row.options else "",
                entry=entry,
            )
        )
    return tuple(found), len(acts)


def _said(row: ConnectionAct) -> str:
    who = f"{{{row.account}}}" if row.account else gettext("Nobody known")
    if row.act == "connected":
        return f"{who} connected it{f', at {row.address}' if row.address else ''}."
    if row.act == "disconnected":
        return gettext("%(who)s let it go.") % {"who": who}
    return gettext("%(who)s gave it a new secret.") % {"who": who}
