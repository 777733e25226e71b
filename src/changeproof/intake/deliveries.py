"""A delivery's way in: translated first, then recorded with its neighbours, or kept aside.

Translation happens before the transaction, so that no bad payload fails its neighbours.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from changeproof.checks.loader import load_checks
from changeproof.events.event import Event
from changeproof.events.receipts import DeliveryQuarantined, DeliveryReplayed
from changeproof.events.refusal import Refusal
from changeproof.events.waivers import WaiverGranted
from changeproof.intake.counts import count_in
from changeproof.intake.unread import repository_told
from changeproof.ledger.evidence import GenericDelivery
from changeproof.ledger.receipts import QuarantinedDelivery, SeenDelivery
from changeproof.ledger.service import Ledger, Recorded, Submission
from changeproof.sources.claims import CLAIMED
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.translate import is_confidential, translate

logger = logging.getLogger(__name__)

GENERIC = "events"
Outcome = Literal["translated", "ignored", "refused", "quarantined"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one delivery. `events` counts those that the log did not hold before."""

    outcome: Outcome
    events: int
    reason: str | None = None


def take(ledger: Ledger, deliveries: Sequence[Delivery], collector: str = "file") -> list[Taken]:
    """Take deliveries in, in one transaction; what was refused leaves one line and no trace.

    Raises what the database raises; then none was taken.
    """
    pseudonyms = Pseudonyms(ledger.instance.pseudonym_key)
    read = [_read(delivery, pseudonyms) for delivery in deliveries]
    if not any(_is_claimed(delivery) for delivery in deliveries):
        return _recorded(ledger, deliveries, read, collector)
    with ledger.writing():  # whether one came before is asked where nobody else can write
        read = list(_first_receipts(ledger, deliveries, read))
        return _recorded(ledger, deliveries, read, collector)


def _recorded(
    ledger: Ledger,
    deliveries: Sequence[Delivery],
    read: Sequence[tuple[Taken, Translation]],
    collector: str,
) -> list[Taken]:
    submissions = [
        _submission(ledger, delivery, translation.events, translation.contents, collector)
        for delivery, (_, translation) in zip(deliveries, read, strict=True)
    ]
    late = [
        _submission(ledger, delivery, [event], (), collector)
        for delivery, event in _read_at_last(ledger, deliveries, read)
    ]

    def count(recorded: Recorded) -> None:
        new = zip(deliveries, read, recorded.brought, strict=False)
        count_in(ledger, [(each.kind, taken.outcome) for each, (taken, _), number in new if number])

    brought = ledger.record([*submissions, *late], beside=count).brought
    return [_counted(taken, number) for (taken, _), number in zip(read, brought, strict=False)]


def _submission(
    ledger: Ledger,
    delivery: Delivery,
    events: Sequence[Event],
    contents: Sequence[bytes],
    collector: str,
) -> Submission:
    """In a demonstration a delivery was received when its story says so."""
    received_at = delivery.received_at if ledger.instance.demonstration else None
    return Submission(events, contents, collector, received_at)


def _read_at_last(
    ledger: Ledger, deliveries: Sequence[Delivery], read: Sequence[tuple[Taken, Translation]]
) -> Iterator[tuple[Delivery, DeliveryReplayed]]:
    """What stands in quarantine without its body, and was sent again and could be read."""
    held = ledger.store.by(QuarantinedDelivery, "delivery", [each.id for each in deliveries])
    names = {(row.kind, row.delivery) for row in held}
    if not names:
        return
    again = {
        (delivery.kind, delivery.id): (delivery, len(translation.events))
        for delivery, (taken, translation) in zip(deliveries, read, strict=True)
        if taken.outcome in ("translated", "ignored")
        and (delivery.kind, delivery.id) in names
        and is_confidential(delivery)
    }
    for key, (delivery, events) in again.items():
        yield delivery, replayed(*key, events)


def replayed(kind: str, delivery: str, events: int, actor: str | None = None) -> DeliveryReplayed:
    """That a delivery in quarantine was read after all."""
    return DeliveryReplayed(
        source="intake",
        delivery=f"replay:{kind}:{delivery}"[:500],
        occurred_at=None,
        time_basis="none",
        actor=actor,
        kind=kind,
        replayed=delivery,
        events=events,
    )


def _first_receipts(
    ledger: Ledger,
    deliveries: Sequence[Delivery],
    read: Sequence[tuple[Taken, Translation]],
) -> Iterator[tuple[Taken, Translation]]:
    """Leave out claims that came before, or earlier in this group.

    There the first receipt's time counts, so a repetition would state another time for the same
    fact. What could not be read states nothing, and may be sent again.
    """
    own = [delivery.digest for delivery in deliveries if _is_claimed(delivery)]
    unread = {row.event for row in ledger.store.by(QuarantinedDelivery, "payload", own)}
    unread |= {row.event for row in ledger.store.by(SeenDelivery, "delivery", own)}
    stated = ledger.store.by(GenericDelivery, "payload", own)
    known = {row.payload for row in stated if row.event not in unread}
    for delivery, (taken, translation) in zip(deliveries, read, strict=True):
        if not _is_claimed(delivery) or taken.outcome != "translated":
            yield taken, translation
        elif delivery.digest in known:
            yield Taken("translated", 0, "received before"), Translation(())
        else:
            known.add(delivery.digest)
            yield taken, translation


def _is_claimed(delivery: Delivery) -> bool:
    """Whether the receipt's time counts: of our own events, and of what a person brings."""
    return delivery.claims or delivery.kind == GENERIC


def read_delivery(ledger: Ledger, delivery: Delivery) -> tuple[Taken, Translation]:
    """Translate one delivery; what cannot be read says so in its outcome."""
    return _read(delivery, Pseudonyms(ledger.instance.pseudonym_key))


def _read(delivery: Delivery, pseudonyms: Pseudonyms) -> tuple[Taken, Translation]:
    try:
        translation = translate(delivery, pseudonyms)
        _guard_waivers(translation)
    except MalformedPayload as malformed:
        return _quarantined(delivery, malformed)
    except Refusal as refusal:
        logger.warning("refused a %s delivery: %s", delivery.kind, refusal.why)
        return Taken("refused", 0, refusal.why), Translation(())
    outcome: Outcome = "translated" if translation.ignored is None else "ignored"
    return Taken(outcome, len(translation.events), translation.ignored), translation


def _guard_waivers(translation: Translation) -> None:
    """A waiver of a check that is not there covers nothing, and nobody would ever be told so."""
    granted = [each for each in translation.events if isinstance(each, WaiverGranted)]
    if not granted:
        return
    known = [check.id for check in load_checks().checks]
    for event in granted:
        if event.check not in known:
            near = get_close_matches(event.check, known, n=1)
            meant = f"; did you mean {near[0]}?" if near else "; changeproof checks lists them"
            why = f"there is no check {event.check!r}, so the waiver would cover nothing{meant}"
            raise MalformedPayload(why, where="WaiverGranted.check")


def _quarantined(delivery: Delivery, malformed: MalformedPayload) -> tuple[Taken, Translation]:
    where = f" ({malformed.where})" if malformed.where else ""
    event = DeliveryQuarantined(
        source=f"{CLAIMED}:{delivery.kind}" if delivery.claims else delivery.kind,
        delivery=delivery.id,
        occurred_at=None,
        time_basis="none",
        payload_digest=delivery.digest,
        kind=delivery.kind,
        name=_short(delivery.name) if delivery.name else None,
        repository=repository_told(delivery),
        reason=_short(f"{malformed.why}{where}"),
        size=len(delivery.body),
    )
    kept = () if is_confidential(delivery) else (delivery.body,)
    return Taken("quarantined", 0, event.reason), Translation((event,), kept)


def _short(text: str) -> str:
    """Fit for an event: at most 500 characters, valid Unicode."""
    return text[:500].encode("utf-8", "replace").decode()


def _counted(taken: Taken, held: int) -> Taken:
    if taken.outcome in ("refused", "quarantined"):
        return taken
    return Taken(taken.outcome, held, taken.reason)
