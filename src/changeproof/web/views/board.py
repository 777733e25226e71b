"""The advisory board: its list, one meeting, votes, the conclusion, the minutes as text."""

from dataclasses import replace
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.names import names_of
from changeproof.accounts.vocabulary import Permission
from changeproof.events.boards import MeetingForm, Vote
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.web.counting import thousands
from changeproof.web.directory import directory_of
from changeproof.web.readings.desk.board import read_board, read_meeting_page, visible_titles
from changeproof.web.said import heard, say, say_named
from changeproof.web.views.days import time_typed
from changeproof.web.views.desk import status_of
from changeproof.web.visibility import signed_in
from changeproof.workflow.board_meetings import read_meeting
from changeproof.workflow.boards import (
    CallMeeting,
    CastVote,
    ConcludeMeeting,
    call_meeting,
    cast_vote,
    conclude_meeting,
)
from changeproof.workflow.minutes import minutes, texts_of
from changeproof.workflow.requesting import Window

_LISTS = ("agenda", "members")
_FIELDS = ("form", "begins", "until", "more")
_NOT_CALLED = gettext_noop("The meeting was not called.")
_WORDS = ("for", "against", "abstain")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def board(request: HttpRequest) -> HttpResponse:
    """What waits for the board and its meetings; a POST calls one."""
    held, caller, moment = ledger(), signed_in(request), now()
    typed: dict[str, str] = {}
    refusal: Refusal | None = None
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in _FIELDS}
        typed |= {name: "\n".join(request.POST.getlist(name)) for name in _LISTS}
        try:
            done = call_meeting(held, caller.account, _called(typed, moment))
        except Refusal as refused:
            refusal = refused
        else:
            say_named(request, done)
            return redirect("board_meeting", meeting=done.name)
    wrong = {}
    if refusal is not None and refusal.where in (*_FIELDS, *_LISTS):
        wrong = {refusal.where: f"{refusal.why[:1].upper()}{refusal.why[1:]}."}
    page = read_board(held, caller, moment, typed=typed, wrong=wrong)
    texts = []
    if refusal is not None:
        page = page.refused(refusal)
        texts = [refusal.where, refusal.why, refusal.cure]
    chairs = {row.chair for row in (*page.open, *page.past)}
    directory_of(request).expect(chairs, texts)
    return render(request, "board.html", {"page": page}, status=status_of(refusal))


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def board_meeting(request: HttpRequest, meeting: str) -> HttpResponse:
    """Agenda, votes and minutes of one meeting."""
    return _shown(request, meeting, None)


@require_POST
@permission_required(Permission.CHANGE_COMMENT, somewhere=True)
def board_vote(request: HttpRequest, meeting: str) -> HttpResponse:
    """The viewer's vote on one change."""
    held, caller = ledger(), signed_in(request)
    try:
        word = request.POST.get("vote", "")
        if word not in _WORDS:
            raise Refusal(
                gettext("The vote was not recorded."),
                where=request.POST.get("change", ""),
                why=gettext("no vote was chosen"),
                cure=gettext("Choose for, against or abstain."),
            )
        command = CastVote(
            meeting,
            request.POST.get("change", ""),
            cast(Vote, word),
            request.POST.get("reason", "") or None,
        )
        done = cast_vote(held, caller.account, command)
    except Refusal as refusal:
        return _shown(request, meeting, refusal)
    say(
        request,
        gettext("Your vote is entry %(entry)s of the log. %(note)s")
        % {"entry": thousands(done.entry), "note": done.note},
        done.entry,
    )
    return redirect("board_meeting", meeting=meeting)


@require_POST
@permission_required(Permission.CHANGE_AUTHORIZE, somewhere=True)
def board_conclude(request: HttpRequest, meeting: str) -> HttpResponse:
    """The chair concludes it."""
    try:
        done = conclude_meeting(ledger(), signed_in(request).account, ConcludeMeeting(meeting))
    except Refusal as refusal:
        return _shown(request, meeting, refusal)
    say(
        request,
        gettext("Concluded, entry %(entry)s of the log. %(note)s")
        % {"entry": thousands(done.entry), "note": done.note},
        done.entry,
    )
    return redirect("board_meeting", meeting=meeting)


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def board_minutes(request: HttpRequest, meeting: str) -> HttpResponse:
    """The minutes as text, of the changes that the viewer may see."""
    held = ledger()
    found = read_meeting(held.store, meeting, now())
    if found is None:
        raise Http404
    titles = visible_titles(held, signed_in(request), [item.change for item in found.items])
    _, reasons = texts_of(held, found)
    names = names_of({*found.members, found.chair})
    text = minutes(found, titles, reasons, lambda account: names.get(account, account))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _called(typed: dict[str, str], moment: int) -> CallMeeting:
    named = [*typed["agenda"].split("\n"), *typed["more"].split(",")]
    begins = (
        time_typed("begins", typed["begins"], gettext(_NOT_CALLED)) if typed["begins"] else moment
    )
    form: MeetingForm = "seated" if typed["form"] == "seated" else "by_page"
    return CallMeeting(
        Window(begins, time_typed("until", typed["until"], gettext(_NOT_CALLED))),
        tuple(name.strip() for name in named if name.strip()),
        form,
        tuple(name for name in typed["members"].split("\n") if name),
    )


def _shown(request: HttpRequest, meeting: str, refusal: Refusal | None) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in ("change", "vote", "reason")}
    wrong = ""
    if refusal is not None and refusal.where == "reason":
        wrong = f"{refusal.why[:1].upper()}{refusal.why[1:]}. {refusal.cure}"
    said = heard(request) if refusal is None else None
    caller = signed_in(request)
    page = read_meeting_page(ledger(), caller, meeting, now(), typed=typed, wrong=wrong)
    if page is None:
        raise Http404
    page = replace(
        page,
        refusal=refusal,
        refusal_field=f"reason-{typed['change']}" if wrong else "agenda",
        done=said.text if said else "",
        done_entry=said.entry if said else None,
    )
    people = {page.chair, *page.members}
    people |= {vote.account for item in page.items for vote in item.votes}
    texts = [refusal.where, refusal.why, refusal.cure] if refusal else [page.done]
    directory_of(request).expect(people, texts)
    return render(request, "board_meeting.html", {"page": page}, status=status_of(refusal))
