"""What waits for the viewer, by what is asked: the list at the left of the desk."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from changeproof.accounts.callers import Caller
from changeproof.alerts.needed import (
    APPROVE,
    AUTHORIZE,
    DECIDE,
    NEEDS,
    RESOLVE,
    REVIEW,
    Needed,
    Waiting,
    read_needed,
    read_waiting,
)
from changeproof.ledger.joined import Change
from changeproof.ledger.service import Ledger, now
from changeproof.web.pages.desk_page import InboxGroup, InboxItem
from changeproof.web.readings.changes_reading import title_of
from changeproof.web.readings.desk.asked_roles import read_asked_roles
from changeproof.web.readings.desk.open_cases import number_of_open_cases, read_open_cases
from changeproof.web.readings.desk.votes import read_votes
from changeproof.web.readings.reasons import due_of, parted
from changeproof.web.readings.remembered import Remembered
from changeproof.web.states import State, state

_SHOWN = 25  # of each group
_READ = 100  # of each kind; some of them are no matter of the viewer's
_WAITING: Remembered[Waiting] = Remembered(16)
_HEADINGS = {
    DECIDE: gettext_noop("Go on, or back out"),
    RESOLVE: gettext_noop("Resolve"),
    REVIEW: gettext_noop("Review afterwards"),
    AUTHORIZE: gettext_noop("Authorize"),
    APPROVE: gettext_noop("Approve"),
}


@dataclass(frozen=True)
class Candidate:
    """A change that waits for one kind of act."""

    act: str
    change: str
    words: str
    state: State


def read_candidates(held: Ledger, caller: Caller) -> list[tuple[str, list[Candidate]]]:
    """(heading, candidates) in the order of the page, of what the viewer's roles could do."""
    acts = frozenset(act for act, permission in NEEDS.items() if caller.may_somewhere(permission))
    # The number beside "Desk" is on every page; what waits changes with the record alone.
    waiting = _WAITING.get(held, acts, lambda: read_waiting(held, read_needed(held, acts, _READ)))
    known = waiting.at(now())
    return [
        (
            gettext(_HEADINGS[act]),
            [
                Candidate(act, each.change, parted(each.reason).what, _state(each))
                for each in group
                if known.is_for(each, caller.person, caller.may)
            ][:_SHOWN],
        )
        for act, group in waiting.needed.items()
    ]


def candidates_of(held: Ledger, caller: Caller) -> set[str]:
    """The changes that the list names."""
    return {each.change for _, group in read_candidates(held, caller) for each in group}


def read_inbox(held: Ledger, caller: Caller, current: str = "") -> tuple[InboxGroup, ...]:
    """The list at the left."""
    groups = read_candidates(held, caller)
    changes = {
        row.change_id: row
        for row in held.store.by(
            Change, "change_id", {each.change for _, group in groups for each in group}
        )
    }
    texts = held.texts({row.title for row in changes.values() if row.title})
    decisions = tuple(
        InboxGroup(
            heading,
            tuple(
                InboxItem(
                    url=_url(each),
                    title=title_of(texts.get(changes[each.change].title or ""), each.change),
                    system=changes[each.change].system,
                    content=each.words,
                    state=each.state,
                    is_current=each.change == current,
                )
                for each in group
            ),
            reverse("together", args=[group[0].act])
            if len(group) > 1 and group[0].act in (APPROVE, AUTHORIZE, RESOLVE)
            else "",
        )
        for heading, group in groups
        if group
    )
    return (*decisions, *_beside(held, caller))


def waiting_for(held: Ledger, caller: Caller) -> int:
    """How many things wait for the viewer: the number beside "Desk"."""
    moment = now()
    others = (*read_votes(held, caller, moment), *read_asked_roles(held, caller, moment))
    beside = number_of_open_cases(held, caller) + sum(len(group.items) for group in others)
    if not any(caller.may_somewhere(permission) for permission in NEEDS.values()):
        return beside
    return beside + sum(len(group) for _, group in read_candidates(held, caller))


def _beside(held: Ledger, caller: Caller) -> tuple[InboxGroup, ...]:
    """What waits and is no decision about a change."""
    moment = now()
    return (
        *read_open_cases(held, caller),
        *read_votes(held, caller, moment),
        *read_asked_roles(held, caller, moment),
    )


def _url(each: Candidate) -> str:
    if each.act == DECIDE:
        return reverse("steps", args=[each.change])
    return f"{reverse('desk_item', args=[each.change])}?act={each.act}"


def _state(each: Needed) -> State:
    if each.act == DECIDE:
        return State("deviation", gettext("Failed"))
    if each.act == RESOLVE:
        return State("deviation", gettext("Open case"))
    return (
        State("deviation", gettext("Late"))
        if each.is_late
        else state("pending", due=due_of(each.reason, each.due_at))
    )
