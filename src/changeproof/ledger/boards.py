"""An advisory board's meetings, seats, votes and decisions: rows and projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.boards import BoardDecided, BoardMeetingCalled, BoardVoteCast
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("board_meeting", key=("meeting",), rule="earliest", seen="stated_at")
@dataclass(frozen=True, slots=True)
class BoardMeeting(Row):
    """A meeting that `account` chairs: `seated`, or `by_page` from its beginning to its end."""

    meeting: str
    account: str | None
    form: str
    begins_at: int
    ends_at: int
    stated_at: int
    event: str


@table("board_seat", key=("change_name", "account", "event"))
@dataclass(frozen=True, slots=True)
class BoardSeat(Row):
    """Whom the meeting's `event` called to decide on which change of its agenda; `position` is
    the change's place on that."""

    meeting: str
    change_name: str
    account: str
    position: int
    event: str


@table("board_vote", key=("change_name", "event"), seen="voted_at")
@dataclass(frozen=True, slots=True)
class BoardVote(Row):
    """How somebody voted on a change in a meeting: `for`, `against` or `abstain`."""

    meeting: str
    change_name: str
    account: str | None
    vote: str
    reason: str | None
    voted_at: int | None
    stated_at: int
    event: str


@table("board_decision", key=("change_name", "event"), seen="decided_at")
@dataclass(frozen=True, slots=True)
class BoardDecision(Row):
    """What the chair told of a change: `granted`, `refused` or `not_decided`."""

    meeting: str
    change_name: str
    account: str | None
    outcome: str
    decided_at: int | None
    stated_at: int
    event: str


@projects(BoardMeetingCalled)
def meeting_rows(event: BoardMeetingCalled, event_id: str) -> Iterator[Row]:
    yield BoardMeeting(
        event.meeting,
        event.actor,
        event.form,
        event.begins_at,
        event.ends_at,
        moment(event),
        event_id,
    )
    for position, change in enumerate(dict.fromkeys(event.agenda)):
        for account in dict.fromkeys(event.members):
            yield BoardSeat(event.meeting, change, account, position, event_id)


@projects(BoardVoteCast)
def vote_row(event: BoardVoteCast, event_id: str) -> Iterator[Row]:
    yield BoardVote(
        event.meeting,
        event.change,
        event.actor,
        event.vote,
        event.reason,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(BoardDecided)
def decision_row(event: BoardDecided, event_id: str) -> Iterator[Row]:
    yield BoardDecision(
        event.meeting,
        event.change,
        event.actor,
        event.outcome,
        event.occurred_at,
        moment(event),
        event_id,
    )
