"""Read a quarantined delivery again, after the sender or the translator was mended."""

from changeproof.events.entry import Entry, parse_entry
from changeproof.events.refusal import Refusal
from changeproof.intake.deliveries import Taken, read_delivery, replayed
from changeproof.ledger.receipts import QuarantinedDelivery
from changeproof.ledger.service import Ledger, Submission
from changeproof.sources.claims import is_claim
from changeproof.sources.delivery import Delivery


def replay(ledger: Ledger, kind: str, delivery_id: str, actor: str | None = None) -> Taken:
    """Translate it anew and record what comes of it. Raises Refusal when it still cannot be
    read, or its body is not kept; then it stays where it is."""
    held = [
        row
        for row in ledger.store.by(QuarantinedDelivery, "delivery", [delivery_id])
        if row.kind == kind
    ]
    body = ledger.log.content(held[0].payload) if held and held[0].payload else None
    if not held or body is None:
        raise Refusal(
            "The delivery was not replayed.",
            where=f"{kind}, {delivery_id}",
            why="it is not in quarantine" if not held else "its body is not kept",
            cure="Ask the sender to deliver it again.",
        )
    kept = _kept(ledger, ledger.log.position_of(held[0].event))
    received = kept.received_at  # a later look at it changes no time
    delivery = Delivery(
        kind,
        delivery_id,
        body,
        received,
        name=held[0].name,
        claims=is_claim(kept.event.source),
    )
    taken, translation = read_delivery(ledger, delivery)
    if taken.outcome in ("quarantined", "refused"):
        raise Refusal(
            "The delivery was not replayed.",
            where=f"{kind}, {delivery_id}",
            why=taken.reason or "it still cannot be read",
            cure="Mend the translator, or ask the sender to deliver it again.",
        )
    read_again = replayed(kind, delivery_id, len(translation.events), actor)
    events = (*translation.events, read_again)
    recorded = ledger.record([Submission(events, translation.contents, "replay", received)])
    return Taken(taken.outcome, len(recorded.entries), taken.reason)


def _kept(ledger: Ledger, position: int | None) -> Entry:
    """The entry that says it was kept aside, and when it came."""
    entry = None if position is None else ledger.log.entry(position)
    if entry is None:
        raise Refusal(
            "The delivery was not replayed.",
            where="the log",
            why="the log has no entry for it",
            cure="Run: changeproof verify",
        )
    return parse_entry(entry.entry)
