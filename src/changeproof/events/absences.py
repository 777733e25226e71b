"""Who is away, from when until when, and who decides in their place meanwhile."""

from typing import Literal

from changeproof.events.event import AccountId, Digest, Event, Identifier, Microseconds


class AbsenceStated(Event):
    """The actor is away; `deputy` decides for them, as far as they could themselves.

    The first statement under a name stands. Nobody is their own deputy, and a deputy passes nothing
    on: what they decide for the actor names the actor (`on_behalf_of`).
    """

    type: Literal["AbsenceStated"] = "AbsenceStated"
    absence: Identifier
    begins_at: Microseconds
    ends_at: Microseconds
    deputy: AccountId | None = None
    reason: Digest | None = None


class AbsenceEnded(Event):
    """The actor is back before the end that they had stated."""

    type: Literal["AbsenceEnded"] = "AbsenceEnded"
    absence: Identifier
