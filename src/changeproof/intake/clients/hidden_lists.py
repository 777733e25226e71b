"""Lists that we were not let read: on record once, until they are read after all."""

import secrets

import msgspec

from changeproof.events.retrievals import ListRefused
from changeproof.intake.clients.asking import NotAnswered
from changeproof.intake.clients.listing import Listing, Settings
from changeproof.ledger.service import Ledger, Submission, now


class HiddenLists:
    """The lists of one source that a turn was refused, and those that the last one was."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self._ledger, self._settings = ledger, settings
        self._name = f"refused:{settings.name}"
        held = ledger.state(self._name)
        self._before = msgspec.json.decode(held, type=dict[str, int]) if held else {}
        self._now: dict[str, int] = {}

    def refused(self, listing: Listing, refused: NotAnswered) -> None:
        """Put it on record, unless that was told and nothing changed since."""
        key = f"{listing.scope} {listing.items}"
        known = self._now.get(key, self._before.get(key))
        self._now[key] = refused.status
        if known == refused.status:
            return
        event = ListRefused(
            source=self._settings.kind,
            delivery=secrets.token_hex(16),
            occurred_at=now(),
            scope=listing.scope,
            items=listing.items,
            query=path_and_query(listing),
            status=refused.status,
            reason=refused.why[:500],
            cure=(listing.cure or refused.cure)[:500],
        )
        self._ledger.record([Submission((event,), (), f"client:{self._settings.name}")])
        self._ledger.set_state(
            self._name, msgspec.json.encode({**self._before, **self._now}).decode()
        )

    def remember(self) -> None:
        """After a whole turn: what it was not refused is told again the next time it is."""
        if self._now != self._before:
            self._ledger.set_state(self._name, msgspec.json.encode(self._now).decode())


def path_and_query(listing: Listing) -> str:
    """What was asked, as the record says it; no secret stands in it."""
    query = "&".join(f"{name}={value}" for name, value in sorted(listing.query.items()))
    return f"{listing.path}{f'?{query}' if query else ''}"[:500]
