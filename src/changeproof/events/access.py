"""Who may reach production and the tools that change it."""

from typing import Literal

from changeproof.events.event import AccountId, Event, Identifier, Microseconds, ShortText

Access = Literal[
    "write", "deploy", "administer_pipeline", "administer_protection", "break_glass", "prover"
]


class AccessGranted(Event):
    """`account` may do so on `system`; an environment that is null stands for all.

    The actor granted it. From `effective_at` on, never before `occurred_at`.
    """

    type: Literal["AccessGranted"] = "AccessGranted"
    account: AccountId
    access: Access
    system: ShortText
    environment: ShortText | None = None
    approved_by: AccountId | None = None
    ends_at: Microseconds | None = None


class AccessEnded(Event):
    """`account` may no longer."""

    type: Literal["AccessEnded"] = "AccessEnded"
    account: AccountId
    access: Access
    system: ShortText
    environment: ShortText | None = None


class PersonLeft(Event):
    """A person, or all that an account stands for, left at `effective_at` or `occurred_at`."""

    type: Literal["PersonLeft"] = "PersonLeft"
    person: Identifier
