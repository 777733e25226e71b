"""How a configuration item is meant to be."""

from typing import Literal

from changeproof.events.event import AccountId, Digest, Event, ShortText


class BaselineProposed(Event):
    """The actor proposes that an item be as it was observed; until somebody else approves it,
    nothing is held against it."""

    type: Literal["BaselineProposed"] = "BaselineProposed"
    system: ShortText
    environment: ShortText
    item: ShortText
    digest: Digest
    reason: Digest | None = None


class BaselineApproved(Event):
    """The actor approved an item's content, by its digest (CC8.1, point 12)."""

    type: Literal["BaselineApproved"] = "BaselineApproved"
    system: ShortText
    environment: ShortText
    item: ShortText
    digest: Digest
    proposed_by: AccountId | None = None
