"""Who may reach production and the tools that change it."""

from typing import ClassVar, Literal

from changeproof.events.event import AccountId, Digest, Event, Identifier, Microseconds, ShortText

Access = Literal[
    "write", "deploy", "administer_pipeline", "administer_protection", "break_glass", "prover"
]


class AccessGranted(Event):
    """`account` may do so on `system`; an environment that is null stands for all.

    The actor granted it. From `effective_at` on, never before `occurred_at`.
    """

    later: ClassVar[tuple[str, ...]] = ("reason",)

    type: Literal["AccessGranted"] = "AccessGranted"
    account: AccountId
    access: Access
    system: ShortText
    environment: ShortText | None = None
    approved_by: AccountId | None = None
    ends_at: Microseconds | None = None
    reason: Digest | None = None


class AccessEnded(Event):
    """`account` may no longer."""

    later: ClassVar[tuple[str, ...]] = ("reason",)

    type: Literal["AccessEnded"] = "AccessEnded"
    account: AccountId
    access: Access
    system: ShortText
    environment: ShortText | None = None
    reason: Digest | None = None


class AccessReviewOpened(Event):
    """Every access to a system that is held then is looked at again, by `due_at`."""

    type: Literal["AccessReviewOpened"] = "AccessReviewOpened"
    review: Identifier
    system: ShortText
    due_at: Microseconds


class AccessReviewed(Event):
    """In a review the actor said of one access whether it stays; what is revoked ends with it."""

    type: Literal["AccessReviewed"] = "AccessReviewed"
    review: Identifier
    account: AccountId
    access: Access
    system: ShortText
    environment: ShortText | None = None
    outcome: Literal["keep", "revoke"]
    reason: Digest | None = None


class PersonReturned(Event):
    """A person who had left is back from then on; nothing of what they held returns with them.

    What they did in between stays what it was.
    """

    type: Literal["PersonReturned"] = "PersonReturned"
    person: Identifier


class PersonLeft(Event):
    """A person, or all that an account stands for, left at `effective_at` or `occurred_at`."""

    type: Literal["PersonLeft"] = "PersonLeft"
    person: Identifier
