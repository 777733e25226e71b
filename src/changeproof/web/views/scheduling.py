"""What is said of a request after it was made: when it is to go live, and which work is its."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from changeproof.accounts.callers import Caller, permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.joined import Change
from changeproof.ledger.service import Ledger, ledger
from changeproof.web.pages.desk_page import FormPage, MayNot
from changeproof.web.pages.fields import Typed, text_field
from changeproof.web.readings.changes_reading import title_of
from changeproof.web.readings.desk.calendar import window_typed
from changeproof.web.said import say_recorded
from changeproof.web.views.assessing import visible_change
from changeproof.web.views.days import time_typed
from changeproof.web.views.desk_forms import shown_form
from changeproof.web.visibility import signed_in
from changeproof.workflow.recording import Done
from changeproof.workflow.requesting import (
    LinkWork,
    ScheduleChange,
    Window,
    link_work,
    schedule,
)

_FORM_KIND = "datetime-local"
_CALLED = {"window": "ends"}  # what the act calls a field, and what the form calls it


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def schedule_change(request: HttpRequest, change: str) -> HttpResponse:
    """Set or move the window in which a change is to go live."""
    held, caller = ledger(), signed_in(request)
    found = visible_change(request, held, change)
    typed = {name: request.POST.get(name, "") for name in ("begins", "ends")}
    if request.method != "POST":
        typed = window_typed(held, found.change_id)
    what = gettext("The window was not set.")

    def act() -> Done:
        window = Window(
            time_typed("begins", typed["begins"], what), time_typed("ends", typed["ends"], what)
        )
        return schedule(held, caller.account, ScheduleChange(found.change_id, window))

    refusal = None
    if request.method == "POST":
        refusal, answer = _tried(request, found.change_id, act)
        if answer is not None:
            return answer
    wrong = _wrong(refusal, typed)
    page = FormPage(
        title=gettext("When it goes live: %(title)s") % {"title": _title(held, found)},
        sentence=gettext(
            "The window in which it is to be deployed. Moving it is on record; a "
            "window that is over is not met by moving it afterwards."
        ),
        url=reverse("schedule", args=[found.change_id]),
        fields=(
            text_field("begins", gettext("From"), "UTC.", typed, wrong, kind=_FORM_KIND),
            text_field("ends", gettext("Until"), "UTC.", typed, wrong, kind=_FORM_KIND),
        ),
        button=gettext("Set the window"),
        promise=gettext(
            "Recorded as %(display_name)s. What it meets in the calendar stands on "
            "the change's page at once."
        )
        % {"display_name": caller.display_name},
    )
    return shown_form(request, page, refusal, _barred(caller, found))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def join_work(request: HttpRequest, change: str) -> HttpResponse:
    """Say that a pull request, revision or deployment belongs to a request."""
    held, caller = ledger(), signed_in(request)
    found = visible_change(request, held, change)
    typed = {"work": request.POST.get("work", "").strip()}

    def act() -> Done:
        if not typed["work"]:
            raise Refusal(
                gettext("No work was joined."),
                where="work",
                why=gettext("none is named"),
                cure=gettext("Name one."),
            )
        return link_work(held, caller.account, LinkWork(found.change_id, typed["work"]))

    refusal = None
    if request.method == "POST":
        refusal, answer = _tried(request, found.change_id, act)
        if answer is not None:
            return answer
    wrong = _wrong(refusal, typed)
    page = FormPage(
        title=gettext("Join work to it: %(title)s") % {"title": _title(held, found)},
        sentence=gettext(
            "Work whose title, branch or trailer names the request joins by itself. "
            "This is for what does not."
        ),
        url=reverse("join_work", args=[found.change_id]),
        fields=(
            text_field(
                "work",
                gettext("Work"),
                gettext("A pull request such as acme/pay#4, a revision, or a deployment."),
                typed,
                wrong,
            ),
        ),
        button=gettext("Join it"),
        promise=gettext("Recorded as %(display_name)s. The change is judged again with it.")
        % {"display_name": caller.display_name},
    )
    return shown_form(request, page, refusal, _barred(caller, found))


def _tried(
    request: HttpRequest, change: str, act: Callable[[], Done]
) -> tuple[Refusal | None, HttpResponse | None]:
    """What was refused; or where to go now."""
    try:
        done = act()
    except Refusal as refusal:
        return refusal, None
    say_recorded(request, done)
    return None, redirect("desk_item", change)


def _title(held: Ledger, change: Change) -> str:
    return title_of(held.text(change.title), change.change_id)


def _wrong(refusal: Refusal | None, typed: Typed) -> dict[str, str]:
    if refusal is None:
        return {}
    field = _CALLED.get(refusal.where, refusal.where)
    field = field if field in typed else next(iter(typed))
    return {field: f"{refusal.why[:1].upper()}{refusal.why[1:]}."}


def _barred(caller: Caller, change: Change) -> MayNot | None:
    if change.origin != "requested":
        return MayNot(
            gettext("This change has no request."),
            gettext("It was found, not asked for: what is planned is said of a request."),
            gettext("Request a change and name this work in it."),
        )
    if caller.may(Permission.CHANGE_REQUEST, change.system):
        return None
    return MayNot(
        gettext("You may not change this request."),
        gettext("None of your roles holds %(permission)s on %(system)s.")
        % {"permission": Permission.CHANGE_REQUEST.value, "system": change.system},
        gettext("Ask a requester or change manager."),
    )
