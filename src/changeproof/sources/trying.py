"""What a payload would give: the events, for people to look at; nothing is recorded."""

from dataclasses import dataclass
from typing import Any, Literal

from changeproof.events.event import sha256_hex
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms
from changeproof.sources.translate import translate

LARGEST = 1_000_000
"""Bytes of a payload that a page takes."""
_PLAIN = frozenset({"version", "delivery", "payload_digest", "claimed_at", "effective_at"})
_NOBODYS_KEY = Pseudonyms(b"of nobody: pseudonyms tried out are no instance's")


@dataclass(frozen=True, slots=True)
class Tried:
    """`events` without what every event has; `reason` says why there are none, or why not."""

    outcome: Literal["translated", "ignored", "quarantined"]
    events: tuple[dict[str, Any], ...]
    reason: str = ""


def tried(
    kind: str, body: bytes, name: str | None = None, options: tuple[tuple[str, str], ...] = ()
) -> Tried:
    """Raises Refusal for a kind that nobody reads, and OverLimit."""
    delivery = Delivery(kind, sha256_hex(body), body, 0, name or None, options)
    try:
        translation = translate(delivery, _NOBODYS_KEY)
    except MalformedPayload as malformed:
        where = f" ({malformed.where})" if malformed.where else ""
        return Tried("quarantined", (), f"{malformed.why}{where}")
    shown = tuple(
        {
            key: value
            for key, value in event.model_dump(mode="json").items()
            if key not in _PLAIN and value not in (None, {}, [], "")
        }
        for event in translation.events
    )
    if translation.ignored is not None:
        return Tried("ignored", shown, translation.ignored)
    return Tried("translated", shown)
