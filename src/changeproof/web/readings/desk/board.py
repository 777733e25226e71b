"""The advisory board read for its pages."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from django.utils.translation import gettext

from changeproof.accounts.callers import Caller
from changeproof.accounts.names import names_of
from changeproof.accounts.vocabulary import Permission
from changeproof.alerts.needed import waiting_for_board
from changeproof.ledger.joined import Change
from changeproof.ledger.policy_read import rules_at
from changeproof.ledger.service import Ledger
from changeproof.web.pages.board_page import (
    BoardPage,
    DueRow,
    ItemRow,
    MeetingPage,
    MeetingRow,
    VoteRow,
    meeting_fields,
)
from changeproof.web.pages.fields import Typed
from changeproof.web.readings.changes_reading import title_of
from changeproof.web.readings.desk.reading import may_not
from changeproof.web.readings.entries import Links, linked, read_links
from changeproof.web.states import State
from changeproof.web.visibility import sees
from changeproof.workflow.board_meetings import (
    AgendaItem,
    Meeting,
    quorum_at,
    read_meeting,
    read_meetings,
)
from changeproof.workflow.boards import may_conclude, may_sit
from changeproof.workflow.minutes import FORMS, OUTCOMES

_MOST_DUE = 100
_SHOWN = 100
_VOTES = {"for": "For", "against": "Against", "abstain": "Abstained"}
_STATES = {"granted": "met", "refused": "not_applicable", "not_decided": "pending"}


def read_board(
    held: Ledger, caller: Caller, moment: int, *, typed: Typed, wrong: Typed
) -> BoardPage:
    """What waits for a meeting, the meetings, and the form that calls one."""
    store = held.store
    meetings = read_meetings(store, moment)[:_SHOWN]
    rows = [_row(each, caller, moment) for each in meetings]
    on_agenda = {item.change for each in meetings if not each.concluded for item in each.items}
    due = [name for name in waiting_for_board(held, _MOST_DUE) if name not in on_agenda]
    known = _visible(held, caller, due)
    seats = may_sit(store, moment)
    names = names_of(seats)
    fields = meeting_fields(
        [(row.change, f"{row.change}: {row.title}") for row in known.values()],
        sorted(((each, names[each]) for each in seats), key=lambda one: one[1]),
        typed,
        wrong,
        fresh=not typed,
    )
    what = gettext("You may not call a meeting.")
    return BoardPage(
        due=tuple(known[name] for name in due if name in known),
        open=tuple(row for row, each in zip(rows, meetings, strict=True) if not each.concluded),
        past=tuple(row for row, each in zip(rows, meetings, strict=True) if each.concluded),
        is_asked=bool(rules_at(store, moment, "board")),
        quorum=quorum_at(store, moment),
        fields=fields,
        may_not=may_not(caller, Permission.CHANGE_AUTHORIZE, what),
    )


def read_meeting_page(
    held: Ledger, caller: Caller, name: str, moment: int, *, typed: Typed, wrong: str = ""
) -> MeetingPage | None:
    """One meeting with its agenda; None where nobody called it."""
    meeting = read_meeting(held.store, name, moment)
    if meeting is None:
        return None
    known = _visible(held, caller, [item.change for item in meeting.items])
    votes = [vote for item in meeting.items for vote in item.votes]
    links = read_links(held, {meeting.event, *(vote.event for vote in votes)})
    texts = held.texts({vote.reason for vote in votes if vote.reason})
    items = []
    for number, item in enumerate((each for each in meeting.items if each.change in known), 1):
        row = _item(number, item, known[item.change], meeting, caller, moment, links, texts)
        if typed.get("change") == item.change:
            row = _typed(row, typed, wrong)
        items.append(row)
    chairs = not meeting.concluded and may_conclude(held, caller.account, meeting, moment)
    return MeetingPage(
        name=meeting.name,
        chair=meeting.chair,
        form=FORMS[meeting.form],
        begins_at=meeting.begins_at,
        ends_at=meeting.ends_at,
        members=meeting.members,
        items=tuple(items),
        hidden=len(meeting.items) - len(items),
        state=_state(meeting, moment),
        may_conclude=chairs and not _not_yet(meeting, moment),
        why_not_yet=_not_yet(meeting, moment) if chairs else "",
        quorum=quorum_at(held.store, moment),
        entry=next(iter(linked(links, [meeting.event])), None),
    )


def visible_titles(held: Ledger, caller: Caller, names: Collection[str]) -> dict[str, str]:
    """The titles of those changes that the viewer may see."""
    return {name: row.title for name, row in _visible(held, caller, names).items()}


def _visible(held: Ledger, caller: Caller, names: Collection[str]) -> dict[str, DueRow]:
    systems = caller.systems(Permission.CHANGE_READ)
    rows = [row for row in held.store.by(Change, "change_id", names) if sees(systems, row.system)]
    texts = held.texts({row.title for row in rows if row.title})
    return {
        row.change_id: DueRow(
            row.change_id, title_of(texts.get(row.title or ""), row.change_id), row.system
        )
        for row in rows
    }


def _row(meeting: Meeting, caller: Caller, moment: int) -> MeetingRow:
    return MeetingRow(
        meeting.name,
        meeting.chair,
        FORMS[meeting.form],
        meeting.begins_at,
        meeting.ends_at,
        len(meeting.items),
        _state(meeting, moment),
        len(meeting.waits_for(caller.account)) if meeting.takes_votes(moment) else 0,
    )


def _state(meeting: Meeting, moment: int) -> State:
    if meeting.concluded:
        return State("met", gettext("Concluded"))
    if meeting.takes_votes(moment):
        return State("pending", gettext("Takes votes"))
    return State(
        "pending", gettext("To come") if moment < meeting.begins_at else gettext("To be concluded")
    )


def _not_yet(meeting: Meeting, moment: int) -> str:
    if moment < meeting.begins_at:
        return gettext("It can be concluded once it has begun.")
    if meeting.form == "by_page" and moment < meeting.ends_at and not meeting.all_voted:
        return gettext("It can be concluded at its end, or once all have voted.")
    return ""


def _item(
    number: int,
    item: AgendaItem,
    known: DueRow,
    meeting: Meeting,
    caller: Caller,
    moment: int,
    links: Links,
    texts: Mapping[str, str],
) -> ItemRow:
    tally = item.tally
    own = next((vote for vote in item.votes if vote.account == caller.account), None)
    told = item.decision.outcome if item.decision else ""
    barred = caller.account in item.barred
    sits = caller.account in meeting.members
    return ItemRow(
        number=number,
        change=item.change,
        title=known.title,
        system=known.system,
        tally=gettext(
            "%(in_favour)s for, %(opposed)s against, %(abstained)s abstained; quorum %(quorum)s"
        )
        % {
            "in_favour": tally.in_favour,
            "opposed": tally.opposed,
            "abstained": tally.abstained,
            "quorum": tally.quorum,
        },
        state=State(_STATES[told], OUTCOMES[told]) if told else State("pending", gettext("Open")),
        votes=tuple(
            VoteRow(
                vote.account or "",
                _VOTES[vote.vote],
                texts.get(vote.reason or "", ""),
                vote.voted_at,
                next(iter(linked(links, [vote.event])), None),
            )
            for vote in item.votes
        ),
        barred=tuple(sorted(item.barred)),
        may_vote=sits and not barred and meeting.takes_votes(moment),
        may_not=gettext("It is your own change: you may not vote on it.") if barred else "",
        own_vote=own.vote if own else "",
        own_reason=texts.get(own.reason or "", "") if own else "",
    )


def _typed(row: ItemRow, typed: Typed, wrong: str) -> ItemRow:
    vote, reason = typed.get("vote", ""), typed.get("reason", "")
    return replace(row, own_vote=vote, own_reason=reason, wrong=wrong)
