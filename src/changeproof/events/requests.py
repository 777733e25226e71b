"""What people ask for and decide, at the desk or in a ticket tool."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from changeproof.events.event import (
    AccountId,
    Digest,
    Event,
    Identifier,
    Microseconds,
    Revision,
    ShortText,
)

Achieved = Literal["achieved", "partly", "not_achieved"]
"""What was expected of a change, held against what came of it."""
BackOut = Literal["not_needed", "used", "failed"]
Factor = Literal["totp", "webauthn", "recovery_codes"]
"""What somebody showed beside being signed in: a code of an authenticator, a passkey, a code from
their list for emergencies."""


class ChangeRequested(Event):
    """Somebody asked for a change. The actor is the requester.

    `template` is the standard change that it claims to be (policy `standard_changes`).
    """

    later: ClassVar[tuple[str, ...]] = ("template",)

    type: Literal["ChangeRequested"] = "ChangeRequested"
    change: Identifier
    system: ShortText | None = None
    kind: Literal["infrastructure", "data", "software", "procedure"] = "software"
    risk: Literal["low", "medium", "high", "critical"] | None = None
    ticket_key: ShortText | None = None
    title: Digest | None = None
    reason: Digest | None = None
    back_out: Digest | None = None
    template: Identifier | None = None


class TemplateClaimed(Event):
    """The actor says that a change is a standard change of this template."""

    type: Literal["TemplateClaimed"] = "TemplateClaimed"
    change: Identifier
    template: Identifier


class ChangeLinked(Event):
    """A request and its work belong together: a pull request, or a revision."""

    type: Literal["ChangeLinked"] = "ChangeLinked"
    change: Identifier
    implementation: Identifier


class ChangeScheduled(Event):
    """A window in which the change is to be deployed; a later one replaces it."""

    type: Literal["ChangeScheduled"] = "ChangeScheduled"
    change: Identifier
    begins_at: Microseconds
    ends_at: Microseconds


class ChangeAuthorized(Event):
    """Somebody allowed work on it to begin (CC8.1, point 2), as deputy of `on_behalf_of` or not;
    with a `meeting`, the board that it names did, and the actor is its chair."""

    later: ClassVar[tuple[str, ...]] = ("on_behalf_of", "meeting")

    type: Literal["ChangeAuthorized"] = "ChangeAuthorized"
    change: Identifier
    reason: Digest | None = None
    on_behalf_of: AccountId | None = None
    meeting: Identifier | None = None


class ChangeApproved(Event):
    """Somebody allowed this very content to go live (CC8.1, point 8), as deputy of
    `on_behalf_of` or not. `factor` is the second one that they showed with it."""

    later: ClassVar[tuple[str, ...]] = ("on_behalf_of", "factor")

    type: Literal["ChangeApproved"] = "ChangeApproved"
    change: Identifier
    revision: Revision | None = None
    artifact: Identifier | None = None
    reason: Digest | None = None
    on_behalf_of: AccountId | None = None
    factor: Factor | None = None


class ChangeDeclined(Event):
    """Somebody said no; or, where they ask for `changes`, not yet.

    Either stands in the way until whoever said it says yes, or takes it back.
    """

    later: ClassVar[tuple[str, ...]] = ("asks",)

    type: Literal["ChangeDeclined"] = "ChangeDeclined"
    change: Identifier
    revision: Revision | None = None
    reason: Digest | None = None
    asks: Literal["changes"] | None = None


class ChangeClosed(Event):
    """It ended: implemented, cancelled or rejected."""

    later: ClassVar[tuple[str, ...]] = ("reason",)

    type: Literal["ChangeClosed"] = "ChangeClosed"
    change: Identifier
    outcome: Literal["implemented", "cancelled", "rejected"]
    reason: Digest | None = None


Relation = Literal["causes", "blocks", "relates", "reverts", "duplicates", "split_from"]


class ChangeRelated(Event):
    """The actor says how `change` stands to `other`. It joins no work and decides nothing."""

    type: Literal["ChangeRelated"] = "ChangeRelated"
    change: Identifier
    other: Identifier
    relation: Relation
    reason: Digest | None = None


class TicketMoved(Event):
    """A ticket went from one status to another; the actor moved it.

    A change that is opened again at the desk moves from its outcome to `reopened`.
    """

    later: ClassVar[tuple[str, ...]] = ("reason",)

    type: Literal["TicketMoved"] = "TicketMoved"
    change: Identifier
    transition: Identifier
    from_status: ShortText | None = None
    to_status: ShortText
    reason: Digest | None = None


class EmergencyDeclared(Event):
    """Somebody declared that a change could not wait (CC8.1, point 13).

    The actor declares. `authorized_by` only says whom the declarer asked to allow it: what allows
    it is that person's (or another's) own `ChangeAuthorized`. It ends at `ends_at`.
    """

    type: Literal["EmergencyDeclared"] = "EmergencyDeclared"
    emergency: Identifier
    change: Identifier
    system: ShortText
    incident: ShortText | None = None
    authorized_by: AccountId | None = None
    ends_at: Microseconds | None = None
    reason: Digest | None = None


class PostReviewHeld(Event):
    """What an emergency or change achieved was looked at afterwards.

    `reason` tells of it, `lessons` what is learned; `achieved` holds it against what was expected.
    What was not said is null. `follow_ups` are changes that were requested because of it.
    """

    later: ClassVar[tuple[str, ...]] = (
        "achieved",
        "back_out",
        "incidents",
        "lessons",
        "follow_ups",
    )

    type: Literal["PostReviewHeld"] = "PostReviewHeld"
    change: Identifier
    outcome: Literal["accepted", "follow_up"]
    reason: Digest | None = None
    achieved: Achieved | None = None
    back_out: BackOut | None = None
    incidents: Annotated[tuple[Identifier, ...], Field(max_length=20)] = ()
    lessons: Digest | None = None
    follow_ups: Annotated[tuple[Identifier, ...], Field(max_length=20)] = ()


class TimeWindowSet(Event):
    """A freeze or a maintenance window, as UTC times; a later statement replaces it."""

    type: Literal["TimeWindowSet"] = "TimeWindowSet"
    window: Identifier
    kind: Literal["freeze", "maintenance"]
    system: ShortText | None = None
    begins_at: Microseconds
    ends_at: Microseconds
    reason: Digest | None = None


class IncidentOpened(Event):
    """Something went wrong in production."""

    later: ClassVar[tuple[str, ...]] = ("severity",)

    type: Literal["IncidentOpened"] = "IncidentOpened"
    incident: Identifier
    system: ShortText | None = None
    environment: ShortText | None = None
    severity: Literal["low", "medium", "high", "critical"] | None = None


class IncidentResolved(Event):
    """It is over."""

    type: Literal["IncidentResolved"] = "IncidentResolved"
    incident: Identifier
