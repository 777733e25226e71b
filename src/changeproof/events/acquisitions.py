"""Software that somebody else made."""

from typing import Literal

from changeproof.events.event import Event, Identifier, ShortText


class SoftwareAcquired(Event):
    """A change brings in a vendor's release, setting or image; the actor fetched it.

    `digest` is of what was fetched, `pinned_digest` what the vendor stated; `origin` says how
    its origin was verified.
    """

    type: Literal["SoftwareAcquired"] = "SoftwareAcquired"
    change: Identifier
    vendor: ShortText
    product: ShortText
    product_version: ShortText | None = None
    digest: Identifier | None = None
    pinned_digest: Identifier | None = None
    origin: Literal["signature", "digest", "none"] = "none"
