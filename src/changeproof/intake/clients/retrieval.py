"""Asking one source for everything that changed, and putting on record that we did.

Rows go the way of every delivery: translated, recorded with their neighbours, or kept aside. Each
list that was read to its end is an event with its query, rows and digest; its cursor moves only
then, so that an interrupted retrieval goes on with the list that was not read whole.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec

from changeproof.events.event import sha256_hex
from changeproof.events.retrievals import Ending, ListRetrieved
from changeproof.intake.clients.asking import Asker, NotAnswered, Unreachable
from changeproof.intake.clients.cursors import Cursors, read_whole, remember_whole
from changeproof.intake.clients.hidden_lists import HiddenLists, path_and_query
from changeproof.intake.clients.kept_replies import KeptReplies
from changeproof.intake.clients.listing import Client, Delivered, Listing, Settings, Since
from changeproof.intake.clients.paging import Page, pages
from changeproof.intake.clients.rows import below, is_older, looked, newest, standing
from changeproof.intake.clients.silences import (
    fall_silent,
    fall_silent_unasked,
    last_read,
    recover,
    span,
)
from changeproof.intake.clients.tips import Tips
from changeproof.intake.deliveries import Taken, take
from changeproof.ledger.service import Ledger, Submission, now
from changeproof.sources.delivery import Delivery
from changeproof.sources.translate import is_confidential

GROUP = 200
MOST_MISSING = 50
"""That a turn names; each list that we may not read is on record besides."""

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
    before, since = last_read(ledger, scope), read_whole(ledger, settings.name)
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


def lists_of(client: Client, settings: Settings, since: Since) -> Iterator[Listing]:
    """What a source is asked for. Raises NotAnswered where that is nothing."""
    lists = iter(client.listings(settings, since))
    first = next(lists, None)
    if first is None:
        cure = "Name it among its options: changeproof connect source."
        raise NotAnswered(0, settings.name, "nothing is named that it is asked about", cure)
    yield first
    yield from lists


class _Retrieval:
    def __init__(
        self, ledger: Ledger, client: Client, settings: Settings, asker: Asker, told: Told | None
    ) -> None:
        self._ledger, self._client, self._settings = ledger, client, settings
        self._asker, self._told = asker, told
        self._found = Retrieved()
        self._cursors = Cursors(settings.name)
        self._kept = KeptReplies(ledger, settings.name)
        self._hidden = HiddenLists(ledger, settings)
        self._tips = Tips(ledger, settings.name)
        self._ended: dict[str, Delivered] = {}
        self.kept: timedelta | None = None
        """How far back the most forgetful of its lists goes."""

    def run(self) -> Retrieved:
        for listing in lists_of(self._client, self._settings, self._cursors.since):
            self._read(listing)
        self._kept.forget_others()
        self._hidden.remember()
        if self._cursors.newest is not None:
            remember_whole(self._ledger, self._settings.name, self._cursors.newest)
        self._found.asked = self._asker.asked
        return self._found

    def _read(self, listing: Listing) -> None:
        if listing.kept is not None:
            self.kept = min(listing.kept, self.kept or listing.kept)
        known = f"once:{self._settings.name}:{listing.once[0]}" if listing.once else ""
        if listing.once and self._ledger.state(known) == listing.once[1]:
            return
        read = _Read(now())
        since = self._cursors.since(listing.cursor)
        self._tips.begin(listing, was_read=since is not None)
        turning = pages(
            self._asker,
            listing.path,
            listing.query,
            listing.paging,
            self._kept,
            may_redirect=listing.may_redirect,
        )
        while True:
            try:
                page = next(turning, None)
            except NotAnswered as refused:
                self._refused(listing, refused)
                return
            if page is None:
                return
            read.count(page)
            self._deliver(listing, page)
            read.standing |= standing(listing, page.rows)
            read.newest = newest(listing, page.rows, read.newest)
            fresh = [row for row in page.rows if not is_older(listing, row, since)]
            for each in (one for row in fresh for one in looked(listing, below(listing), row)):
                self._read(each)
            if self._told is not None:
                self._told(listing.items, read.rows)
            seen = listing.until_seen and bool(page.rows) and not fresh
            if page.ending is None and not (seen and self._tips.are_known_below(listing)):
                continue
            self._record(listing, read, page.ending or read.ended_early)
            if page.ending is not None:
                self._take(listing.told_at_end())
                self._end(listing, read.standing)
                self._take(self._tips.rewritten(listing))
            if listing.once:
                self._ledger.set_state(known, listing.once[1])
            self._cursors.move(listing.cursor, read.newest, read.begun)
            self._tips.remember(listing)
            return

    def _refused(self, listing: Listing, refused: NotAnswered) -> None:
        """Raises it again where the list has to be there."""
        if refused.status in listing.absent:
            self._take(listing.absent[refused.status])
        elif refused.status in listing.optional:
            if len(self._found.missing) < MOST_MISSING:
                self._found.missing.append(f"{listing.items} of {listing.scope}: {refused.why}")
            if _is_hidden(listing, refused.status):
                self._hidden.refused(listing, refused)
        else:
            raise refused

    def _deliver(self, listing: Listing, page: Page) -> None:
        told = [each for row in page.rows for each in looked(listing, listing.deliver, row)]
        may_be_kept = listing.copied and not any(
            is_confidential(self._delivery(each)) for each in told
        )
        if may_be_kept:
            self._ledger.log.put_contents([page.reply.body])
        self._take(told)
        self._ended |= {each.stands: each.ended for each in told if each.ended is not None}
        self._found.rows += len(page.rows)
        if may_be_kept:
            self._kept.keep(page.asked, page.reply)

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
        for key in before.keys() - standing:
            self._ledger.set_state(f"once:{self._settings.name}:{key}", "")
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

    def _record(self, listing: Listing, read: "_Read", ending: Ending) -> None:
        self._found.lists += 1
        listed = "\n".join(read.digests).encode()
        event = ListRetrieved(
            source=self._client.kind,
            delivery=secrets.token_hex(16),
            occurred_at=read.begun,
            scope=listing.scope,
            items=listing.items,
            query=path_and_query(listing),
            pages=len(read.digests),
            rows=read.rows,
            stated_total=read.total,
            ending=ending,
            reply=sha256_hex(listed),
        )
        self._ledger.record([Submission((event,), (listed,), f"client:{self._settings.name}")])


@dataclass
class _Read:
    """What was read of one list so far. `begun` in UTC microseconds."""

    begun: int
    digests: list[str] = field(default_factory=list)
    rows: int = 0
    total: int | None = None
    standing: set[str] = field(default_factory=set)
    newest: str | None = None
    changed: bool = False

    def count(self, page: Page) -> None:
        self.digests.append(sha256_hex(page.reply.body))
        self.rows += len(page.rows)
        self.total = page.total
        self.changed |= not page.reply.unchanged

    @property
    def ended_early(self) -> Ending:
        """How we know that it was all, where what follows was read by an earlier turn."""
        return "said to be the last" if self.changed else "unchanged"


def _is_hidden(listing: Listing, status: int) -> bool:
    """Whether it may be there unseen: 404 hides what one may not read where 403 could be said."""
    return status in (302, 401, 403) or (status == 404 and 403 in listing.optional)
