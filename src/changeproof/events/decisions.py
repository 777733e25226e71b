"""What people add to their decisions: words, and the taking back of what they said."""

from typing import Literal

from changeproof.events.event import Digest, Event, Identifier


class ChangeCommented(Event):
    """The actor said something about a change; it decides nothing."""

    type: Literal["ChangeCommented"] = "ChangeCommented"
    change: Identifier
    text: Digest


class DecisionWithdrawn(Event):
    """The actor took back all that they had said so far, of one kind, on a change.

    `approval` is their yes and their no to its content, `authorization` that work may begin. What
    went live before stays judged by what was said then.
    """

    type: Literal["DecisionWithdrawn"] = "DecisionWithdrawn"
    change: Identifier
    decision: Literal["authorization", "approval"]
    reason: Digest
