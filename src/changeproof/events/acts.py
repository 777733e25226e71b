"""What the product itself did: it goes into the log by the same road."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from changeproof.events.event import (
    AccountId,
    Count,
    Digest,
    Event,
    Identifier,
    Microseconds,
    Revision,
    ShortText,
)


class ChangeJudged(Event):
    """Verdicts that differ from those we had before, and are the same on these subjects.

    An import of 9,000 changes says one thing of most of them: said once, not 9,000 times.
    `verdicts` maps a check to `verdict/basis`. History: what we said, when, by which policy
    and which checks; the evidence itself decides the current findings.
    """

    type: Literal["ChangeJudged"] = "ChangeJudged"
    subjects: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=100)]
    verdicts: dict[Identifier, ShortText]
    policy_version: Count
    checks: Digest
    log_size: Count


class CaseOpened(Event):
    """Something that somebody must resolve."""

    type: Literal["CaseOpened"] = "CaseOpened"
    case: Identifier
    subject: Identifier
    check: Identifier
    deployed_at: Microseconds | None = None


class CaseResolved(Event):
    """A case ended; no verdict changes by it.

    `linked` is the change that explains it. `reverted` is somebody's word; `revert_seen` says that
    the monitor saw it taken out of production, `actor` being who had announced or said it.
    `read_since` ends the case of a silence: what it hid was read afterwards.
    """

    later: ClassVar[tuple[str, ...]] = ("linked",)

    type: Literal["CaseResolved"] = "CaseResolved"
    case: Identifier
    outcome: Literal[
        "linked",
        "adopted_late",
        "reverted",
        "revert_seen",
        "false_alarm",
        "remembered",
        "read_since",
    ]
    reason: Digest | None = None
    linked: Identifier | None = None


class AlertSent(Event):
    """Somebody was told of a case, or could not be.

    One message may tell of many: `also` holds the rest of them, a hundred an event at most.
    `told` is the account of the person whom it went to, where it went to one. `actor` is who
    passed it on by hand.
    """

    later: ClassVar[tuple[str, ...]] = ("also", "told")

    type: Literal["AlertSent"] = "AlertSent"
    case: Identifier
    channel: ShortText
    outcome: Literal["sent", "dead_letter"]
    also: Annotated[tuple[Identifier, ...], Field(max_length=99)] = ()
    told: AccountId | None = None


class AlertAcknowledged(Event):
    """The actor has seen what was told of a case, and of those in `also`."""

    type: Literal["AlertAcknowledged"] = "AlertAcknowledged"
    case: Identifier
    also: Annotated[tuple[Identifier, ...], Field(max_length=99)] = ()


class AlertEscalated(Event):
    """Nobody acknowledged in time what the route told of a case, and of those in `also`.

    `channel` is the name of the one that is told next; None where no further route is named.
    """

    type: Literal["AlertEscalated"] = "AlertEscalated"
    case: Identifier
    also: Annotated[tuple[Identifier, ...], Field(max_length=99)] = ()
    route: ShortText
    channel: ShortText | None = None


class VulnerabilityRecognized(Event):
    """`vulnerability` is the same weakness of the same package on the same system as `same_as`,
    told under another name: that one is judged. The last statement stands."""

    type: Literal["VulnerabilityRecognized"] = "VulnerabilityRecognized"
    vulnerability: Identifier
    same_as: Identifier


class DecisionEscalated(Event):
    """Nobody gave a decision in time: by this step of the policy it is asked of `asked` as well.

    `called` is the role or account that policy names there, `asked_at` when it was asked for.
    """

    type: Literal["DecisionEscalated"] = "DecisionEscalated"
    change: Identifier
    decision: Literal["authorization", "approval"]
    step: Count
    called: ShortText
    asked: Annotated[tuple[AccountId, ...], Field(max_length=50)] = ()
    asked_at: Microseconds


class GateAnswered(Event):
    """What the gate said about a deployment that was asked for."""

    type: Literal["GateAnswered"] = "GateAnswered"
    answer: Literal["allow", "deny"]
    environment: ShortText
    system: ShortText | None = None
    revision: Revision | None = None
    artifact: Identifier | None = None
    changes: tuple[Identifier, ...] = ()
    reasons: Digest | None = None


class PackIssued(Event):
    """An evidence pack was written for a period (UTC microseconds, end excluded)."""

    type: Literal["PackIssued"] = "PackIssued"
    period_from: Microseconds
    period_until: Microseconds
    digest: Digest
    interim: bool
