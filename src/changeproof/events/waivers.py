"""Rules set aside for a time, by somebody who may."""

from typing import Literal

from changeproof.events.event import AccountId, Digest, Event, Identifier, Microseconds


class WaiverRequested(Event):
    """The actor asks that a check be set aside for a subject; it changes nothing by itself.

    `control` names what stands in meanwhile, `compensation` says how it does.
    """

    type: Literal["WaiverRequested"] = "WaiverRequested"
    waiver: Identifier
    check: Identifier
    subject: Identifier
    control: Identifier | None = None
    begins_at: Microseconds
    ends_at: Microseconds
    reason: Digest
    compensation: Digest


class WaiverRefused(Event):
    """The actor said no to a request."""

    type: Literal["WaiverRefused"] = "WaiverRefused"
    waiver: Identifier
    reason: Digest


class WaiverGranted(Event):
    """The actor set a check aside for a subject, or a control that stands behind it.

    The first statement under a name stands: a waiver is not widened, another is granted.
    """

    type: Literal["WaiverGranted"] = "WaiverGranted"
    waiver: Identifier
    check: Identifier
    subject: Identifier
    control: Identifier | None = None
    requested_by: AccountId | None = None
    begins_at: Microseconds
    ends_at: Microseconds
    reason: Digest | None = None


class WaiverEnded(Event):
    """The actor took a waiver back before its end."""

    type: Literal["WaiverEnded"] = "WaiverEnded"
    waiver: Identifier
