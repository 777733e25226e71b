"""How a configuration item is meant to be."""

from typing import Literal

from changeproof.events.event import AccountId, Digest, Event, ShortText


class BaselineApproved(Event):
    """The actor approved an item's content, by its digest (CC8.1, point 12)."""

    type: Literal["BaselineApproved"] = "BaselineApproved"
    system: ShortText
    environment: ShortText
    item: ShortText
    digest: Digest
    proposed_by: AccountId | None = None
