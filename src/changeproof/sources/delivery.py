"""What comes in, what a translator makes of it, and how it says no."""

import hashlib
import hmac
from dataclasses import dataclass
from functools import cached_property

from changeproof.events.event import Event, sha256_hex
from changeproof.events.refusal import Refusal


@dataclass(frozen=True)
class Delivery:
    """One payload. `id` is the sender's own; for a file, the SHA-256 of its bytes.

    `name` is the event's name where the sender states it beside the body (a header).
    `received_at` is for sources whose claimed times do not count (DESIGN.md section 4, rule 3);
    `options` are what an operator stated beside the file (a revision for a test report).
    `claims`: a person brought it, so that its times are what they claim (the same rule).
    `reported_at`: when its sender says that it was first reported, where it waited on a disk
    since; it stands in for the receipt's time only where policy trusts that sender's spool.
    """

    kind: str
    id: str
    body: bytes
    received_at: int
    name: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    trust_claimed_times: bool = False
    claims: bool = False
    reported_at: int | None = None
    reported_at_counts: bool = False

    @property
    def counted_at(self) -> int:
        """The time that counts for what states none of its own that would."""
        if self.reported_at is not None and self.reported_at_counts:
            return self.reported_at
        return self.received_at

    @cached_property
    def digest(self) -> str:
        return sha256_hex(self.body)


@dataclass(frozen=True)
class Translation:
    """Events, and the texts they address by digest. `ignored` says why nothing was read."""

    events: tuple[Event, ...]
    contents: tuple[bytes, ...] = ()
    ignored: str | None = None


class MalformedPayload(Refusal):
    """Authentic or local, but unreadable: it goes to quarantine, never to the bin."""

    def __init__(self, why: str, *, where: str = "") -> None:
        super().__init__(
            "The payload cannot be read.",
            where=where,
            why=why,
            cure="It stays in quarantine; replay it when the sender or the translator is mended.",
        )


@dataclass(frozen=True)
class Pseudonyms:
    """Turns a git author's address into an account that only this instance can compute."""

    key: bytes

    def account(self, address: str) -> str:
        """`git:` and the HMAC-SHA-256 of the lower-cased address."""
        return f"git:{self.of(address.strip().lower().encode())}"

    def of(self, secret: bytes) -> str:
        """HMAC-SHA-256 in hexadecimal: the same name or value, the same digest, told to nobody."""
        return hmac.new(self.key, secret, hashlib.sha256).hexdigest()

    def login(self, name: str) -> str:
        """A login that may be a person's name or address, as the last part of an account's key."""
        return self.of(name.strip().lower().encode("utf-8", "replace"))
