"""How a meeting of the board stands: its members, its agenda, who voted how, what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass

from changeproof.accounts.permissions import persons_of
from changeproof.events.boards import MeetingForm, Outcome
from changeproof.ledger.boards import (
    BoardDecision,
    BoardMeeting,
    BoardSeat,
    BoardVote,
)
from changeproof.ledger.policy_read import policy_at
from changeproof.ledger.store import Store
from changeproof.workflow.parts import parts_in

DEFAULT_QUORUM = 3
"""What checks take where a policy says nothing (`checks/views/board_tally.sql`)."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes that count."""

    in_favour: int
    opposed: int
    abstained: int
    quorum: int

    @property
    def votes(self) -> int:
        return self.in_favour + self.opposed + self.abstained

    @property
    def outcome(self) -> Outcome:
        """With enough votes, more for it than against it grant it."""
        if self.votes < self.quorum:
            return "not_decided"
        return "granted" if self.in_favour > self.opposed else "refused"


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One change: the last vote of each member, who may not vote on it, and its decision."""

    change: str
    votes: tuple[BoardVote, ...]
    barred: frozenset[str]  # members whose own change it is
    tally: Tally
    decision: BoardDecision | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting; `members` in the order of their accounts. Times are UTC microseconds."""

    name: str
    chair: str
    form: MeetingForm
    begins_at: int
    ends_at: int
    members: tuple[str, ...]
    items: tuple[AgendaItem, ...]
    event: str

    @property
    def concluded(self) -> bool:
        return any(item.decision is not None for item in self.items)

    def takes_votes(self, at: int) -> bool:
        """From its beginning until its chair concludes it, or, by page, until its end."""
        over = self.concluded or (self.form == "by_page" and at >= self.ends_at)
        return self.begins_at <= at and not over

    @property
    def all_voted(self) -> bool:
        """Whether everybody who may has voted on every change."""
        return all(
            {vote.account for vote in item.votes} >= set(self.members) - item.barred
            for item in self.items
        )

    def waits_for(self, account: str) -> tuple[str, ...]:
        """The changes on which this account has not voted, and may."""
        if account not in self.members:
            return ()
        return tuple(
            item.change
            for item in self.items
            if account not in item.barred and account not in {vote.account for vote in item.votes}
        )


def quorum_at(store: Store, at: int) -> int:
    """How many must have voted, by the policy in force."""
    stated = policy_at(store, at).get("board.quorum")
    return int(stated[0]) if stated else DEFAULT_QUORUM


def read_meeting(store: Store, name: str, at: int) -> Meeting | None:
    """One meeting; None where nobody called it."""
    rows = store.by(BoardMeeting, "meeting", [name])
    return _meeting(store, rows[0], at) if rows else None


def read_meetings(store: Store, at: int) -> list[Meeting]:
    """All meetings, the latest first."""
    rows = sorted(store.all(BoardMeeting), key=lambda row: (-row.begins_at, row.meeting))
    return [_meeting(store, row, at) for row in rows]


def open_meetings(store: Store, at: int) -> list[Meeting]:
    """Those whose chair has told nothing yet, the next first."""
    done = {row.meeting for row in store.all(BoardDecision)}
    rows = [row for row in store.all(BoardMeeting) if row.meeting not in done]
    ordered = sorted(rows, key=lambda row: (row.begins_at, row.meeting))
    return [_meeting(store, row, at) for row in ordered]


def _meeting(store: Store, row: BoardMeeting, at: int) -> Meeting:
    seats = [
        each for each in store.by(BoardSeat, "meeting", [row.meeting]) if each.event == row.event
    ]
    members = tuple(sorted({each.account for each in seats}))
    placed = {each.position: each.change_name for each in seats}
    decisions = store.by(BoardDecision, "meeting", [row.meeting])
    decided_at = min((each.decided_at or at for each in decisions), default=at)
    persons = persons_of(members, decided_at)
    votes = store.by(BoardVote, "meeting", [row.meeting])
    quorum = quorum_at(store, decided_at)
    items = []
    for _, change in sorted(placed.items()):
        own = parts_in(store, change, decided_at).persons
        barred = frozenset(each for each in members if persons[each] in own)
        told = [each for each in decisions if each.change_name == change]
        counted = _last_words(
            [each for each in votes if each.change_name == change],
            {each: person for each, person in persons.items() if each not in barred},
        )
        items.append(
            AgendaItem(
                change,
                counted,
                barred,
                _tally(counted, quorum),
                min(told, key=lambda each: (each.stated_at, each.event), default=None),
            )
        )
    form: MeetingForm = "by_page" if row.form == "by_page" else "seated"
    return Meeting(
        row.meeting,
        row.account or "",
        form,
        row.begins_at,
        row.ends_at,
        members,
        tuple(items),
        row.event,
    )


def _last_words(votes: Sequence[BoardVote], persons: dict[str, str]) -> tuple[BoardVote, ...]:
    """The last vote of each person who may vote."""
    last: dict[str, BoardVote] = {}
    for vote in sorted(votes, key=lambda each: (each.voted_at or 0, each.event)):
        if vote.account in persons:
            last[persons[vote.account]] = vote
    return tuple(sorted(last.values(), key=lambda each: (each.voted_at or 0, each.event)))


def _tally(votes: Sequence[BoardVote], quorum: int) -> Tally:
    said = [vote.vote for vote in votes]
    return Tally(said.count("for"), said.count("against"), said.count("abstain"), quorum)
