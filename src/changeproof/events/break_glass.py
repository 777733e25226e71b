"""The administrator for when nobody can sign in: each use, and that somebody else looked at it."""

from typing import Literal

from changeproof.events.event import AccountId, Digest, Event, Identifier, Microseconds


class BreakGlassUsed(Event):
    """The actor, on the host, made `account` an administrator until `ends_at`, and said why."""

    type: Literal["BreakGlassUsed"] = "BreakGlassUsed"
    use: Identifier
    account: AccountId
    ends_at: Microseconds
    reason: Digest


class BreakGlassReviewed(Event):
    """The actor, who neither used it nor was it, looked at what was done."""

    type: Literal["BreakGlassReviewed"] = "BreakGlassReviewed"
    use: Identifier
    outcome: Literal["justified", "not_justified"]
    reason: Digest
