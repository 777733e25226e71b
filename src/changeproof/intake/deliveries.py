"""A delivery's way in: translated first, then recorded with its neighbours, or kept aside.

Translation happens before the transaction, so that no bad payload fails its neighbours.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from changeproof.events.receipts import DeliveryQuarantined
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import Ledger, Submission
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.translate import translate

logger = logging.getLogger(__name__)

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
    submissions = [
        Submission(
            translation.events,
            translation.contents,
            collector,
            delivery.received_at if ledger.instance.demonstration else None,
        )
        for delivery, (_, translation) in zip(deliveries, read, strict=True)
    ]
    fresh = {entry.id for entry in ledger.record(submissions).entries}
    return [_counted(taken, translation, fresh, ledger) for taken, translation in read]


def _read(delivery: Delivery, pseudonyms: Pseudonyms) -> tuple[Taken, Translation]:
    try:
        translation = translate(delivery, pseudonyms)
    except MalformedPayload as malformed:
        return _quarantined(delivery, malformed)
    except Refusal as refusal:
        logger.warning("refused a %s delivery: %s", delivery.kind, refusal.why)
        return Taken("refused", 0, refusal.why), Translation(())
    outcome: Outcome = "translated" if translation.ignored is None else "ignored"
    return Taken(outcome, len(translation.events), translation.ignored), translation


def _quarantined(delivery: Delivery, malformed: MalformedPayload) -> tuple[Taken, Translation]:
    where = f" ({malformed.where})" if malformed.where else ""
    reason = f"{malformed.why}{where}"[:500].encode("utf-8", "replace").decode()
    event = DeliveryQuarantined(
        source=delivery.kind,
        delivery=delivery.id,
        occurred_at=None,
        time_basis="none",
        payload_digest=delivery.digest,
        kind=delivery.kind,
        name=delivery.name,
        reason=reason,
        size=len(delivery.body),
    )
    return Taken("quarantined", 0, reason), Translation((event,), (delivery.body,))


def _counted(
    taken: Taken, translation: Translation, fresh: set[str], ledger: Ledger
) -> Taken:
    if taken.outcome in ("refused", "quarantined"):
        return taken
    held = sum(1 for event_id in ledger.ids(translation.events) if event_id in fresh)
    return Taken(taken.outcome, held, taken.reason)
