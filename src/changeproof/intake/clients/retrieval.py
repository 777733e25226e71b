"""Asking one source for everything that changed, and putting on record that we did.

Rows go the way of every delivery: translated, recorded with their neighbours, or kept aside. Each
list that was read to its end is an event with its query, rows and digest; the cursor moves only
then, so that an interrupted retrieval is asked for again from where the last whole one stopped.
A source that cannot be asked is silent from its last whole retrieval on; the next one fills that.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from changeproof.events.event import sha256_hex
from changeproof.events.retrievals import Ending, ListRetrieved
from changeproof.intake.clients.asking import Asker, NotAnswered, Unreachable
from changeproof.intake.clients.listing import Client, Delivered, Listing, Settings
from changeproof.intake.clients.paging import pages
from changeproof.intake.clients.silences import (
    fall_silent,
    fall_silent_unasked,
    last_read,
    recover,
    span,
)
from changeproof.intake.deliveries import Taken, take
from changeproof.ledger.service import Ledger, Submission, now
from changeproof.sources.delivery import Delivery
from changeproof.sources.translate import is_confidential

GROUP = 200

Seen = TypeVar("Seen")
Told = Callable[[str, int], None]
"""Told of a list's name and how many rows of it were read so far."""


@dataclass
class Retrieved:
    """What one retrieval gave. `quarantined` rows are kept aside and can be replayed."""

    lists: int = 0
    rows: int = 0
    events: int = 0
    ignored: int = 0
    quarantined: int = 0
    asked: int = 0
    missing: list[str] = field(default_factory=list)

    def count(self, taken: Iterable[Taken]) -> None:
        for each in taken:
            self.events += each.events
            self.ignored += each.outcome == "ignored"
            self.quarantined += each.outcome in ("quarantined", "refused")


def retrieve(
    ledger: Ledger, client: Client, settings: Settings, asker: Asker, told: Told | None = None
) -> Retrieved:
    """Ask for all that changed since the last whole retrieval.

    Raises Unreachable or NotAnswered once the silence is on record; what was read until then
    stands.
    """
    scope = client.scope(settings)
    begun = now()
    before, since = last_read(ledger, scope), read_cursor(ledger, settings.name)
    try:
        retrieval = _Retrieval(ledger, client, settings, asker, told)
        found = retrieval.run()
    except (Unreachable, NotAnswered) as trouble:
        fall_silent(ledger, settings, scope, since, trouble)
        raise
    if retrieval.kept is not None and before is not None:
        fall_silent_unasked(ledger, settings, scope, before, begun - span(retrieval.kept))
    recover(ledger, settings, scope, begun, retrieval.kept)
    return found


class _Retrieval:
    def __init__(
        self, ledger: Ledger, client: Client, settings: Settings, asker: Asker, told: Told | None
    ) -> None:
        self._ledger, self._client, self._settings = ledger, client, settings
        self._asker, self._told = asker, told
        self._found = Retrieved()
        self._newest: str | None = None
        self._ended: dict[str, Delivered] = {}
        self.kept: timedelta | None = None
        """How far back the most forgetful of its lists goes."""

    def run(self) -> Retrieved:
        since = read_cursor(self._ledger, self._settings.name)
        for listing in self._client.listings(self._settings, since):
            self._read(listing, since)
        if self._newest is not None:
            self._ledger.set_state(
                _cursor(self._settings.name), max(self._newest, since or self._newest)
            )
        self._found.asked = self._asker.asked
        return self._found

    def _read(self, listing: Listing, since: str | None) -> None:
        digests: list[str] = []
        standing: set[str] = set()
        rows = 0
        begun = now()
        if listing.kept is not None:
            self.kept = min(listing.kept, self.kept or listing.kept)
        try:
            for page in pages(self._asker, listing.path, listing.query, listing.paging):
                digests.append(sha256_hex(page.reply.body))
                rows += len(page.rows)
                self._deliver(listing, page.rows, page.reply.body)
                standing |= _standing(listing, page.rows)
                fresh = [row for row in page.rows if not _is_older(listing, row, since)]
                for each in (
                    one for row in fresh for one in _looked(listing, _below(listing), row)
                ):
                    self._read(each, since)
                if self._told is not None:
                    self._told(listing.items, rows)
                if page.ending is not None:
                    self._record(listing, digests, rows, page.total, page.ending, begun)
                    self._end(listing, standing)
                elif listing.until_seen and page.rows and not fresh:
                    self._record(listing, digests, rows, page.total, "said to be the last", begun)
                    return
        except NotAnswered as refused:
            if refused.status in listing.absent:
                self._take(listing.absent[refused.status])
            elif refused.status in listing.optional:
                self._found.missing.append(f"{listing.items} of {listing.scope}: {refused.why}")
            else:
                raise

    def _deliver(self, listing: Listing, rows: list[object], body: bytes) -> None:
        told = [each for row in rows for each in _looked(listing, listing.deliver, row)]
        if not any(is_confidential(self._delivery(each)) for each in told):
            self._ledger.log.put_contents([body])
        self._take(told)
        self._ended |= {each.stands: each.ended for each in told if each.ended is not None}
        self._found.rows += len(rows)
        if listing.changed_at is not None:
            for row in rows:
                at = _changed_at(listing, row)
                if at is not None and (self._newest is None or at > self._newest):
                    self._newest = at

    def _end(self, listing: Listing, standing: set[str]) -> None:
        """Deliver the end of what the last whole list held and this one does not.

        The list is on record before, as was the last one: between the two it ended.
        """
        if listing.standing is None:
            return
        name = f"standing:{self._settings.name}:{listing.scope}:{listing.items}"
        held = self._ledger.state(name)
        before = msgspec.json.decode(held, type=dict[str, Delivered]) if held else {}
        self._take([ended for key, ended in before.items() if key not in standing])
        known = {key: each for key, each in (before | self._ended).items() if key in standing}
        if known != before:
            self._ledger.set_state(name, msgspec.json.encode(known).decode())

    def _take(self, told: Sequence[Delivered]) -> None:
        """Deliver what is new; of what stands, what is other than at the last look."""
        looks: dict[str, str] = {}
        deliveries = []
        for each in told:
            delivery = self._delivery(each)
            if each.key:
                name = f"looked:{self._settings.name}:{each.key}"
                if self._ledger.state(name) == delivery.id:
                    continue
                looks[name] = delivery.id
            deliveries.append(delivery)
        for start in range(0, len(deliveries), GROUP):
            group = deliveries[start : start + GROUP]
            self._found.count(take(self._ledger, group, f"client:{self._settings.name}"))
        for name, digest in looks.items():
            self._ledger.set_state(name, digest)

    def _delivery(self, each: Delivered) -> Delivery:
        body = msgspec.json.encode(each.body)
        return Delivery(
            kind=each.kind,
            id=sha256_hex(body),
            body=body,
            received_at=now(),
            name=each.name,
            options=tuple(sorted((*self._settings.fields, *each.options))),
        )

    def _record(
        self,
        listing: Listing,
        digests: list[str],
        rows: int,
        total: int | None,
        ending: Ending,
        begun: int,
    ) -> None:
        self._found.lists += 1
        listed = "\n".join(digests).encode()
        query = "&".join(f"{name}={value}" for name, value in sorted(listing.query.items()))
        event = ListRetrieved(
            source=self._client.kind,
            delivery=secrets.token_hex(16),
            occurred_at=begun,
            scope=listing.scope,
            items=listing.items,
            query=f"{listing.path}{f'?{query}' if query else ''}"[:500],
            pages=len(digests),
            rows=rows,
            stated_total=total,
            ending=ending,
            reply=sha256_hex(listed),
        )
        self._ledger.record([Submission((event,), (listed,), f"client:{self._settings.name}")])


def _looked(listing: Listing, look: Callable[[Any], Seen], row: object) -> Seen:
    """What a row shows. Raises NotAnswered for one that the interface would not list."""
    try:
        return look(row)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise NotAnswered(
            0,
            listing.path,
            f"a row of its {listing.items} is not of the shape that we know",
            "See whether the address is the interface's own, and of a version that we read.",
        ) from error


def _standing(listing: Listing, rows: Iterable[object]) -> set[str]:
    """What these rows say stands, by name."""
    look = listing.standing
    if look is None:
        return set()
    named = (_looked(listing, look, row) for row in rows)
    return {name for name in named if name is not None}


def _below(listing: Listing) -> Callable[[Any], list[Listing]]:
    return lambda row: list(listing.below(row))


def _changed_at(listing: Listing, row: object) -> str | None:
    look = listing.changed_at
    return None if look is None else _looked(listing, lambda each: _utc(look(each)), row)


def _is_older(listing: Listing, row: object, since: str | None) -> bool:
    """Whether a row was read by an earlier turn: only lists that begin with the newest tell."""
    if since is None or not listing.until_seen or listing.changed_at is None:
        return False
    at = _changed_at(listing, row)
    bound = datetime.fromisoformat(since) - listing.seen_before
    return at is not None and datetime.fromisoformat(at) < bound


def read_cursor(ledger: Ledger, name: str) -> str | None:
    """Up to when a source was read whole (RFC 3339, UTC); None if it never was."""
    return ledger.state(_cursor(name)) or None


def forget_cursor(ledger: Ledger, name: str) -> None:
    """Ask for everything again at the next turn; what is known already says nothing new."""
    ledger.set_state(_cursor(name), "")


def _cursor(name: str) -> str:
    return f"retrieved:{name}"


def _utc(text: str | None) -> str | None:
    """One spelling, so that times compare as texts."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return at.astimezone(UTC).isoformat(timespec="seconds") if at.tzinfo is not None else None
