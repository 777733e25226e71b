"""Seats of auditors: who may read what of which period, for how long."""

from typing import Literal

from changeproof.events.event import AccountId, Digest, Event, Identifier, Microseconds, ShortText


class AuditorSeatGiven(Event):
    """`account` may read the changes of a period, with their findings and packs, until `ends_at`.

    The actor gave it, for a named engagement. `systems` empty stands for all; `period_until` is
    excluded. It lets nobody decide anything.
    """

    type: Literal["AuditorSeatGiven"] = "AuditorSeatGiven"
    seat: Identifier
    account: AccountId
    engagement: ShortText
    period_from: Microseconds
    period_until: Microseconds
    systems: tuple[ShortText, ...] = ()
    ends_at: Microseconds
    reason: Digest | None = None


class AuditorSeatEnded(Event):
    """The actor ended a seat before the end that it had."""

    type: Literal["AuditorSeatEnded"] = "AuditorSeatEnded"
    seat: Identifier
    reason: Digest | None = None
