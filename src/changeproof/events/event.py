"""What every event has in common, and the bytes that are hashed.

An event's bytes are RFC 8785 canonical JSON. msgspec's sorted encoder writes the same bytes as
long as an event holds no float, no integer of 2^53 or more and only ASCII keys, which the types
below see to; a property test compares it with an independent implementation.
"""

import hashlib
from typing import Annotated, ClassVar, Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from changeproof.events.refusal import Refusal

LARGEST_EVENT = 60_000
"""Bytes; entry bundles carry 16-bit lengths (C2SP tlog-tiles), and the receipt needs room."""

LARGEST_INTEGER = 2**53 - 1

Microseconds = Annotated[int, Field(ge=-LARGEST_INTEGER, le=LARGEST_INTEGER)]
"""UTC, since 1970."""

Count = Annotated[int, Field(ge=0, le=LARGEST_INTEGER)]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=500)]
AccountId = Identifier
"""`github:user/583231`, `git:` and a pseudonym, `local:user/7`."""
Revision = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")]
Abbreviated = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12,63}$")]
"""The beginning of a commit hash, long enough to name one commit of a repository."""
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 in hexadecimal: the address of a text or payload in the contents."""
ShortText = Annotated[str, StringConstraints(max_length=500)]
AccountKind = Literal["bot", "agent", "service"]
"""An account that is not listed is a human's."""

_encoder = msgspec.json.Encoder(order="sorted")


class Event(BaseModel):
    """One fact, frozen. Its id is the SHA-256 of its canonical bytes.

    `delivery` is the sender's own id (for a file, the SHA-256 of its bytes). Where the payload
    has no time for the act, `occurred_at` is the latest time it states for its subject
    (`time_basis` "bound") or null ("none"). `claimed_at` is a time that somebody wrote down and
    that the receipt's time replaced. `account_kinds` names the accounts in this event that
    present themselves as something other than a human.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    later: ClassVar[tuple[str, ...]] = ()
    """Fields that the type got after it was first logged: where empty they are not written, so
    that what stands in older logs keeps its bytes."""

    type: str
    version: Literal[1] = 1
    source: Identifier
    delivery: Identifier
    occurred_at: Microseconds | None
    time_basis: Literal["stated", "bound", "none"] = "stated"
    effective_at: Microseconds | None = None
    claimed_at: Microseconds | None = None
    actor: AccountId | None = None
    account_kinds: dict[AccountId, AccountKind] = {}
    payload_digest: Digest | None = None


def canonical(value: object) -> bytes:
    """RFC 8785 bytes of plain data without floats, large integers or non-ASCII keys."""
    return _encoder.encode(value)


def canonical_event(event: Event) -> bytes:
    """The bytes that are hashed. Raises Refusal over LARGEST_EVENT or for lone surrogates."""
    stated = event.__dict__
    unsaid = [name for name in event.later if _is_unsaid(stated[name])]
    if unsaid:
        stated = stated.copy()
        for name in unsaid:
            del stated[name]
    try:
        encoded = _encoder.encode(stated)
    except UnicodeEncodeError as error:
        raise Refusal(
            f"A {event.type} was not taken.",
            why="a text in it is no valid Unicode (a lone surrogate)",
            cure="Send the text as UTF-8.",
            where=f"delivery {event.delivery}",
        ) from error
    if len(encoded) > LARGEST_EVENT:
        raise Refusal(
            f"A {event.type} was not taken.",
            why=f"it has {len(encoded):,} bytes; an event may have {LARGEST_EVENT:,}",
            cure="Move long lists and texts to contents; keep their digest and count.",
            where=f"delivery {event.delivery}",
        )
    return encoded


def _is_unsaid(value: object) -> bool:
    """Whether a later field says nothing: no, null and empty; the number 0 says something."""
    return value is False or (not value and value != 0)


def sha256_hex(data: bytes) -> str:
    """The digest by which contents, events and files are named."""
    return hashlib.sha256(data).hexdigest()
