"""The advisory board: call a meeting, vote, conclude it, read what it decided."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api import commands, shapes
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.asking import DEFAULT_LIMIT, After, Limit, caller, cut
from changeproof.ledger.boards import BoardMeeting
from changeproof.ledger.joined import Change
from changeproof.ledger.service import ledger, now
from changeproof.workflow.board_meetings import AgendaItem, read_meeting
from changeproof.workflow.boards import (
    CallMeeting,
    CastVote,
    ConcludeMeeting,
    call_meeting,
    cast_vote,
    conclude_meeting,
)
from changeproof.workflow.requesting import Window

router = Router(tags=["desk"])


@router.post(
    "/board-meetings",
    response=CREATED,
    auth=api_doors(Permission.CHANGE_AUTHORIZE, somewhere=True),
)
def post_meeting(request: HttpRequest, body: commands.MeetingIn) -> Status[DoneOut]:
    """Call a meeting of the advisory board; the number is given here."""
    window = Window(body.begins_at, body.ends_at)
    command = CallMeeting(window, body.agenda, body.form, body.members)
    return recorded(request, call_meeting, command)


@router.post(
    "/board-votes", response=CREATED, auth=api_doors(Permission.CHANGE_COMMENT, somewhere=True)
)
def post_vote(request: HttpRequest, body: commands.VoteIn) -> Status[DoneOut]:
    """Vote on a change of a meeting's agenda; a later vote replaces it."""
    return recorded(request, cast_vote, CastVote(**body.model_dump()))


@router.post(
    "/board-conclusions",
    response=CREATED,
    auth=api_doors(Permission.CHANGE_AUTHORIZE, somewhere=True),
)
def post_conclusion(request: HttpRequest, body: commands.ConclusionIn) -> Status[DoneOut]:
    """Its chair concludes it; what has the votes is authorized."""
    return recorded(request, conclude_meeting, ConcludeMeeting(body.meeting))


@router.get(
    "/board-meetings",
    response=shapes.MeetingsPage,
    auth=api_doors(Permission.CHANGE_READ, somewhere=True),
)
def list_meetings(
    request: HttpRequest, after: After = "", limit: Limit = DEFAULT_LIMIT
) -> dict[str, Any]:
    """Meetings by name, with the changes on systems that the caller may see."""
    store, moment = ledger().store, now()
    names = sorted(row.meeting for row in store.all(BoardMeeting) if row.meeting > after)
    page, more = cut(names[: limit + 1], limit)
    meetings = [each for name in page if (each := read_meeting(store, name, moment))]
    systems = caller(request).systems(Permission.CHANGE_READ)
    named = {item.change for each in meetings for item in each.items}
    seen = {
        row.change_id
        for row in store.by(Change, "change_id", named)
        if systems is None or row.system in systems
    }
    items = [
        shapes.MeetingOut(
            meeting=each.name,
            form=each.form,
            chair=each.chair,
            begins_at=each.begins_at,
            ends_at=each.ends_at,
            members=list(each.members),
            agenda=[_item(item) for item in each.items if item.change in seen],
        )
        for each in meetings
    ]
    return {"items": items, "next": page[-1] if more else None}


def _item(item: AgendaItem) -> shapes.AgendaItemOut:
    return shapes.AgendaItemOut(
        change=item.change,
        in_favour=item.tally.in_favour,
        opposed=item.tally.opposed,
        abstained=item.tally.abstained,
        quorum=item.tally.quorum,
        outcome=item.decision.outcome if item.decision else None,
    )
