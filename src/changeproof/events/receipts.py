"""How sources behave: deliveries seen and not read, silence, policy adopted."""

from typing import ClassVar, Literal

from changeproof.events.event import Count, Digest, Event, Identifier, Microseconds, ShortText


class DeliverySeen(Event):
    """A delivery that is no evidence of a change: counted, and why nothing was read from it."""

    type: Literal["DeliverySeen"] = "DeliverySeen"
    name: ShortText
    repository: Identifier | None = None
    reason: ShortText


class DeliveryQuarantined(Event):
    """A delivery, authentic or local, that could not be read; its body stands in contents."""

    type: Literal["DeliveryQuarantined"] = "DeliveryQuarantined"
    kind: Identifier
    name: ShortText | None = None
    repository: Identifier | None = None
    reason: ShortText
    size: Count


class DeliveryReplayed(Event):
    """A quarantined delivery was read after all; `events` came of it."""

    type: Literal["DeliveryReplayed"] = "DeliveryReplayed"
    kind: Identifier
    replayed: Identifier
    events: Count


class SourceSilent(Event):
    """Nothing could be seen from `scope` since `silent_from`."""

    type: Literal["SourceSilent"] = "SourceSilent"
    scope: Identifier
    silent_from: Microseconds
    reason: ShortText | None = None


class SourceRecovered(Event):
    """`scope` can be seen again; `filled` says whether the interval was read afterwards."""

    type: Literal["SourceRecovered"] = "SourceRecovered"
    scope: Identifier
    silent_from: Microseconds
    silent_until: Microseconds
    filled: bool = False


class PolicyAdopted(Event):
    """A policy is in force from `in_force_from` on (null: since always)."""

    type: Literal["PolicyAdopted"] = "PolicyAdopted"
    policy_version: Count
    policy: Digest
    parameters: dict[Identifier, tuple[ShortText, ...]]
    """What checks read of it, flat: a parameter's values as texts."""
    in_force_from: Microseconds | None = None
    approved_by: Identifier | None = None
    proposed_by: Identifier | None = None
    """Whose proposal it was; then `actor` is the second person, who adopted it."""

    later: ClassVar[tuple[str, ...]] = ("proposed_by",)


class PolicyProposed(Event):
    """Somebody puts a policy forward, to judge from `in_force_from` on once another adopts it."""

    type: Literal["PolicyProposed"] = "PolicyProposed"
    policy_version: Count
    policy: Digest
    in_force_from: Microseconds
