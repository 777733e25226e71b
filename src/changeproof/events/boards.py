"""What an advisory board does: it is called, its members vote, its chair tells what it decided."""

from typing import Annotated, Literal

from pydantic import Field

from changeproof.events.event import AccountId, Digest, Event, Identifier, Microseconds

Vote = Literal["for", "against", "abstain"]
Outcome = Literal["granted", "refused", "not_decided"]
"""`not_decided`: too few voted; the change waits for another meeting."""
MeetingForm = Literal["seated", "by_page"]
MOST_MEMBERS = 30
MOST_ITEMS = 50


class BoardMeetingCalled(Event):
    """The actor, who chairs it, calls `members` to decide on the changes of its `agenda`.

    `by_page`: nobody comes together, and votes are taken from `begins_at` until `ends_at`. The
    first statement under a name stands.
    """

    type: Literal["BoardMeetingCalled"] = "BoardMeetingCalled"
    meeting: Identifier
    form: MeetingForm
    begins_at: Microseconds
    ends_at: Microseconds
    members: Annotated[tuple[AccountId, ...], Field(min_length=1, max_length=MOST_MEMBERS)]
    agenda: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=MOST_ITEMS)]


class BoardVoteCast(Event):
    """The actor's vote on one change of a meeting's agenda; a later one replaces it.

    `reason` is on record whatever the vote: of whoever is outvoted it is the dissent.
    """

    type: Literal["BoardVoteCast"] = "BoardVoteCast"
    meeting: Identifier
    change: Identifier
    vote: Vote
    reason: Digest | None = None


class BoardDecided(Event):
    """The actor, as its chair, says how the board decided on one change.

    What authorizes the work is the `ChangeAuthorized` that names the meeting, and checks count the
    votes themselves.
    """

    type: Literal["BoardDecided"] = "BoardDecided"
    meeting: Identifier
    change: Identifier
    outcome: Outcome
