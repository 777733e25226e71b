"""Votes that the viewer owes the advisory board: a group of the list at the left of the desk."""

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from changeproof.accounts.callers import Caller
from changeproof.ledger.boards import BoardSeat
from changeproof.ledger.service import Ledger
from changeproof.web.counting import thousands
from changeproof.web.pages.desk_page import InboxGroup, InboxItem
from changeproof.web.states import state
from changeproof.web.times import minute
from changeproof.workflow.board_meetings import open_meetings


def read_votes(held: Ledger, caller: Caller, moment: int) -> tuple[InboxGroup, ...]:
    """One item a meeting that takes votes now; no group where none waits."""
    if not held.store.by(BoardSeat, "account", [caller.account]):
        return ()
    items = []
    for meeting in open_meetings(held.store, moment):
        waits = meeting.waits_for(caller.account) if meeting.takes_votes(moment) else ()
        if waits:
            items.append(
                InboxItem(
                    url=reverse("board_meeting", args=[meeting.name]),
                    title=meeting.name,
                    system=gettext("advisory board"),
                    content=ngettext(
                        "Your vote on %(number)s change, until %(ends_at)s",
                        "Your vote on %(number)s changes, until %(ends_at)s",
                        len(waits),
                    )
                    % {"number": thousands(len(waits)), "ends_at": minute(meeting.ends_at)},
                    state=state("pending", due=meeting.ends_at),
                )
            )
    return (InboxGroup(gettext("Vote"), tuple(items)),) if items else ()
