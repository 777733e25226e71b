"""How far each list of a source was read: what changed before is not asked for again.

A list has a cursor of its own, so that a repository or project that is found later is read from its
beginning, whatever the others have told.
"""

from datetime import UTC, datetime

from changeproof.intake.models import ListCursor
from changeproof.ledger.service import Ledger

_MICROSECOND = 1_000_000


class Cursors:
    """The cursors of one source, kept from turn to turn. Times are RFC 3339, UTC, whole seconds."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._known = dict(
            ListCursor.objects.filter(source=source).values_list("listing", "read_until")
        )
        self.newest: str | None = None

    def since(self, listing: str) -> str | None:
        """Up to when the list of this name was read whole; None if it never was."""
        return self._known.get(listing)

    def move(self, listing: str, stated: str | None, asked_at: int) -> None:
        """The list was read whole; `stated` is the latest that its rows state.

        It never passes the moment when we asked (UTC microseconds): a time that somebody claims
        may lie ahead, and what comes until then was not seen.
        """
        if stated is None:
            return
        asked = datetime.fromtimestamp(asked_at // _MICROSECOND, UTC).isoformat(timespec="seconds")
        at = min(stated, asked)
        self.newest = max(at, self.newest or at)
        if not listing or at <= self._known.get(listing, ""):
            return
        self._known[listing] = at
        ListCursor.objects.update_or_create(
            source=self._source, listing=listing, defaults={"read_until": at}
        )


def forget_cursors(source: str) -> None:
    """Begin every list again at the next turn."""
    ListCursor.objects.filter(source=source).delete()


def read_whole(ledger: Ledger, source: str) -> str | None:
    """Up to when all of a source was read (RFC 3339, UTC); None if it never was."""
    return ledger.state(_name(source)) or None


def remember_whole(ledger: Ledger, source: str, newest: str) -> None:
    """All lists of a source were read, and the latest that they state is `newest`."""
    ledger.set_state(_name(source), max(newest, read_whole(ledger, source) or newest))


def _name(source: str) -> str:
    return f"retrieved:{source}"
