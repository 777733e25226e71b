"""What a person brings is a claim: its receipt's time counts, the stated one stands beside it."""

from dataclasses import replace

from changeproof.events.event import Event
from changeproof.events.receipts import DeliverySeen
from changeproof.sources.delivery import Translation

CLAIMED = "events"
"""The generic source; an event of another system's payload is `events:SYSTEM`, so that no claim
covers a repository as a retrieval would."""


def as_claims(translation: Translation, received_at: int) -> Translation:
    """The same events, stated by whoever brought them (DESIGN.md section 4, rule 3)."""
    events = tuple(_claimed(event, received_at) for event in translation.events)
    return replace(translation, events=events)


def is_claim(source: str) -> bool:
    """Whether an event of this source was claimed."""
    return source.partition(":")[0] == CLAIMED


def _claimed(event: Event, received_at: int) -> Event:
    if is_claim(event.source):
        return event  # our own events are claims whichever way they come
    source = f"{CLAIMED}:{event.source}"
    if isinstance(event, DeliverySeen):  # it states nothing that could have a time
        return event.model_copy(update={"source": source})
    return event.model_copy(
        update={
            "source": source,
            "occurred_at": received_at,
            "claimed_at": event.occurred_at,
            "time_basis": "stated",
        }
    )
