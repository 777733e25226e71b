"""The advisory board: call a meeting, vote, conclude it. Its decision authorizes what policy
leaves to it, and nobody votes on their own change."""

from collections.abc import Collection
from dataclasses import dataclass

from changeproof.accounts.models import User
from changeproof.accounts.permissions import (
    accounts_of_users,
    holdings_of,
    may_somewhere,
    person_of,
    persons_of,
)
from changeproof.accounts.vocabulary import Permission
from changeproof.events.boards import (
    MOST_ITEMS,
    MOST_MEMBERS,
    BoardDecided,
    BoardMeetingCalled,
    BoardVoteCast,
    MeetingForm,
    Vote,
)
from changeproof.events.event import Event
from changeproof.events.refusal import Refusal
from changeproof.events.requests import ChangeAuthorized
from changeproof.ledger.boards import BoardMeeting
from changeproof.ledger.policy_read import policy_at
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store
from changeproof.workflow.board_meetings import (
    Meeting,
    open_meetings,
    quorum_at,
    read_meeting,
)
from changeproof.workflow.closed import closure_of
from changeproof.workflow.decisions import authorized_items
from changeproof.workflow.naming import UnknownName, find_change, next_name
from changeproof.workflow.parts import kind_of_account, parts_in
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import Window, ordered_window, short_name
from changeproof.workflow.rulings import MayNot, may_chair

PREFIX = "CAB-"
DEFAULT_MEMBERS = ("change_manager", "approver")
LONGEST = 31 * 86_400_000_000
"""A month, microseconds: what waits longer is not decided but forgotten."""
_NOT_CALLED = "The meeting was not called."
_NOT_CAST = "The vote was not recorded."
_NOT_CONCLUDED = "The meeting was not concluded."


@dataclass(frozen=True, slots=True)
class CallMeeting:
    """`members` are accounts or roles; empty: everybody whom policy lets sit on the board."""

    window: Window
    agenda: tuple[str, ...]
    form: MeetingForm = "seated"
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CastVote:
    """On one change of the agenda. A vote against, or none of either, needs its reason."""

    meeting: str
    change: str
    vote: Vote
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ConcludeMeeting:
    """The chair tells what was decided, as the votes say."""

    meeting: str


def call_meeting(
    ledger: Ledger, actor: str, command: CallMeeting, *, at: int | None = None
) -> Done:
    """Record a meeting under the next free `CAB-<year>-<number>`. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        if not may_somewhere(actor, Permission.CHANGE_AUTHORIZE):
            raise MayNot(
                "You may not call a meeting.",
                why=f"none of your roles holds {Permission.CHANGE_AUTHORIZE.value}",
                cure="Ask a change manager to call one.",
            )
        window = _window(act, command.window)
        agenda = _agenda(act, command.agenda)
        members = _members(act, command.members)
        name = next_name(ledger.store, f"{PREFIX}{act.year}-", 4, (BoardMeeting, "meeting"))
        called = BoardMeetingCalled(
            **act.header,
            meeting=name,
            form=command.form,
            begins_at=window.begins_at,
            ends_at=window.ends_at,
            members=members,
            agenda=agenda,
        )
        note = "Its members find it on their desks; what is not decided waits for another."
        return act.record("", called, name=name, note=note)


def cast_vote(ledger: Ledger, actor: str, command: CastVote, *, at: int | None = None) -> Done:
    """Record a vote; a later one replaces it. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        meeting = require_meeting(ledger.store, command.meeting, act.at)
        change = find_change(ledger, command.change)
        if change not in {item.change for item in meeting.items}:
            cure = "Vote on what is on its agenda."
            why = f"it is not on the agenda of {meeting.name}"
            raise Refusal(_NOT_CAST, where=change, why=why, cure=cure)
        _require_voter(act, meeting, change)
        if not meeting.takes_votes(act.at):
            why, cure = _closed(meeting, act.at)
            raise Refusal(_NOT_CAST, where=meeting.name, why=why, cure=cure)
        reason = act.keep("reason", command.reason)
        if reason is None and command.vote != "for":
            reason = act.needed("reason", None, "Say why: it stands in the minutes.")
        vote = BoardVoteCast(
            **act.header, meeting=meeting.name, change=change, vote=command.vote, reason=reason
        )
        note = "You can change it until the meeting is concluded."
        return act.record(change, vote, name=meeting.name, note=note)


def conclude_meeting(
    ledger: Ledger, actor: str, command: ConcludeMeeting, *, at: int | None = None
) -> Done:
    """Record what was decided of each change, and authorize what was granted.

    By its chair; once its time is over by anybody else who may decide on all of it, or what it
    held would wait for ever for a chair who left. Raises Refusal, MayNot.
    """
    with acting(ledger, actor, at) as act:
        meeting = require_meeting(ledger.store, command.meeting, act.at)
        _require_chair(act, meeting)
        if meeting.concluded:
            cure = "Call another meeting for what was not decided."
            raise Refusal(
                _NOT_CONCLUDED, where=meeting.name, why="it is concluded already", cure=cure
            )
        _require_over(act, meeting)
        events: list[Event] = []
        granted = 0
        for item in meeting.items:
            able = may_chair(ledger, actor, item.change, act.at).allowed
            outcome = item.tally.outcome if able else "not_decided"
            said = {**act.header, "change": item.change, "meeting": meeting.name}
            events.append(BoardDecided(**said, outcome=outcome))
            if outcome == "granted":
                granted += 1
                events += [ChangeAuthorized(**said), *authorized_items(act, item.change)]
        note = f"{granted} of {len(meeting.items)} granted; the minutes are on its page."
        return act.record("", *events, name=meeting.name, note=note)


def may_sit(store: Store, at: int) -> list[str]:
    """The accounts that policy lets sit on the board, of those who may sign in, sorted."""
    allowed = policy_at(store, at).get("board.member") or DEFAULT_MEMBERS
    accounts = accounts_of_users()
    holdings = holdings_of(accounts, at)
    return sorted(
        each
        for each in accounts
        if (each in allowed or {held.role for held in holdings[each]} & set(allowed))
        and kind_of_account(store, each) == "human"
    )


def _window(act: Act, window: Window) -> Window:
    stated = ordered_window("until", window)
    if stated.ends_at <= act.at:
        why, cure = "it is over already", "Name a time that is to come."
    elif stated.ends_at - max(stated.begins_at, act.at) > LONGEST:
        why, cure = "it takes longer than a month", "Name an earlier end."
    else:
        return stated
    raise Refusal(_NOT_CALLED, where="until", why=why, cure=cure)


def _agenda(act: Act, named: Collection[str]) -> tuple[str, ...]:
    """The changes, each once. Raises Refusal where one is decided on elsewhere, MayNot."""
    changes = tuple(dict.fromkeys(find_change(act.ledger, name) for name in named))
    if not 1 <= len(changes) <= MOST_ITEMS:
        raise Refusal(
            _NOT_CALLED,
            where="agenda",
            why=f"it has {len(changes)} changes; 1 to {MOST_ITEMS} are decided in one meeting",
            cure="Choose what is to be decided.",
        )
    for change in changes:
        may_chair(act.ledger, act.actor, change, act.at).require(change)
    for meeting in open_meetings(act.ledger.store, act.at):
        for item in meeting.items:
            if item.change in changes:
                why = f"{item.change} is on the agenda of {meeting.name}, which is not concluded"
                cure = "Leave it out, or conclude that one."
                raise Refusal(_NOT_CALLED, where="agenda", why=why, cure=cure)
    return changes


def _members(act: Act, named: Collection[str]) -> tuple[str, ...]:
    """The accounts that are called. Raises Refusal where one may not sit, or they are too few."""
    store, able = act.ledger.store, may_sit(act.ledger.store, act.at)
    holdings = holdings_of(able, act.at)
    members: set[str] = set() if named else set(able)
    for name in named:
        word = short_name("members", name)
        sitting = {
            each for each in able if word == each or word in {one.role for one in holdings[each]}
        }
        if not sitting:
            raise Refusal(
                _NOT_CALLED,
                where="members",
                why=f"{_shown(word)} is nobody whom policy lets sit on the board",
                cure="Choose among those it names (policy board.members).",
            )
        members |= sitting
    quorum = quorum_at(store, act.at)
    persons = len(set(persons_of(members, act.at).values()))
    if persons < quorum or len(members) > MOST_MEMBERS:
        raise Refusal(
            _NOT_CALLED,
            where="members",
            why=f"{persons} would sit on it; policy asks for the votes of {quorum}, and"
            f" {MOST_MEMBERS} are the most",
            cure="Call more of those who may sit on it."
            if persons < quorum
            else "Name those who are needed.",
        )
    return tuple(sorted(members))


def _shown(word: str) -> str:
    known = word.startswith("local:user/") and User.objects.filter(
        pk=int(word.removeprefix("local:user/")) if word[11:].isdecimal() else 0
    )
    return f"{{{word}}}" if known else f"“{word}”"


def require_meeting(store: Store, name: str, at: int) -> Meeting:
    """The meeting of this name. Raises UnknownName."""
    meeting = read_meeting(store, short_name("meeting", name), at)
    if meeting is None:
        why = "no meeting of the board has this name"
        raise UnknownName(
            "The meeting was not found.",
            where=name[:200],
            why=why,
            cure="Name one that was called.",
        )
    return meeting


def _require_voter(act: Act, meeting: Meeting, change: str) -> None:
    why, cure = "", ""
    if act.actor not in meeting.members:
        why, cure = "you are no member of this meeting", f"Ask its chair, {{{meeting.chair}}}."
    else:
        own = parts_in(act.ledger.store, change, act.at).of(person_of(act.actor, act.at))
        if own:
            why, cure = f"it is your own: you {own[0]}", "Leave it to the others."
    if why:
        raise MayNot("You may not vote on this.", where=change, why=why, cure=cure)


def may_conclude(ledger: Ledger, actor: str, meeting: Meeting, at: int) -> bool:
    """Whether `actor` is its chair, or may tell what was decided in the chair's place."""
    if person_of(actor, at) == person_of(meeting.chair, at):
        return True
    return at >= meeting.ends_at and all(
        may_chair(ledger, actor, item.change, at).allowed
        for item in meeting.items
        if closure_of(ledger.store, item.change) is None
    )


def _require_chair(act: Act, meeting: Meeting) -> None:
    if may_conclude(act.ledger, act.actor, meeting, act.at):
        return
    over = act.at >= meeting.ends_at
    raise MayNot(
        _NOT_CONCLUDED,
        where=meeting.name,
        why="somebody else chairs it" + (", and you may not decide on all of it" if over else ""),
        cure=f"Ask {{{meeting.chair}}}."
        + (
            " Whoever may decide on all of it may conclude it too."
            if over
            else " Once its time is over, others who may decide on all of it may conclude it too."
        ),
    )


def _closed(meeting: Meeting, at: int) -> tuple[str, str]:
    if meeting.concluded:
        return "it is decided already", "A late vote counts nowhere; call another meeting."
    if at < meeting.begins_at:
        return "the meeting has not begun", "Vote once it has."
    return "its time for votes is over", "Its chair concludes it; ask them for another meeting."


def _require_over(act: Act, meeting: Meeting) -> None:
    """A seated meeting has begun; of one by page the time is over, or all have voted."""
    if act.at < meeting.begins_at:
        why, cure = "it has not begun", "Conclude it once its members have voted."
    elif meeting.form == "by_page" and act.at < meeting.ends_at and not meeting.all_voted:
        why, cure = "its members may still vote", "Wait for its end, or until all have voted."
    else:
        return
    raise Refusal(_NOT_CONCLUDED, where=meeting.name, why=why, cure=cure)
