"""Reviews and controls that come back: the list, and the forms that record one."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.web.directory import directory_of
from changeproof.web.pages.desk_page import FormPage
from changeproof.web.pages.fields import Named, Typed
from changeproof.web.pages.oversight_page import control_form, review_form
from changeproof.web.readings.desk.reading import may_not, may_systems
from changeproof.web.readings.oversight_reading import read_oversight
from changeproof.web.said import heard, say_recorded
from changeproof.web.views.desk_forms import shown_form
from changeproof.web.visibility import signed_in
from changeproof.workflow.oversight import (
    Activity,
    HoldReview,
    Outcome,
    PerformControl,
    Result,
    Topic,
    hold_review,
    perform_control,
)
from changeproof.workflow.recording import Done

Form = Callable[[str, Named, Typed, Typed, str], FormPage]


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def oversight(request: HttpRequest) -> HttpResponse:
    """What comes back, when it was done last, and by when it is owed again."""
    said = heard(request)
    page = read_oversight(
        ledger(), signed_in(request), now(), done=said.text, done_entry=said.entry
    )
    rows = (*page.reviews, *page.controls)
    directory_of(request).expect({row.by for row in rows if row.by})
    return render(request, "oversight.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def review_held(request: HttpRequest) -> HttpResponse:
    """Record that a topic was looked at again."""

    def act(typed: Typed) -> Done:
        command = HoldReview(
            cast("Topic", typed["topic"]),
            cast("Outcome", typed["outcome"]),
            typed["reason"],
            typed["system"] or None,
        )
        return hold_review(ledger(), signed_in(request).account, command)

    fields = ("topic", "outcome", "reason", "system")
    return _form(request, "hold_review", fields, review_form, act)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def control_performed(request: HttpRequest) -> HttpResponse:
    """Record that a control was performed."""

    def act(typed: Typed) -> Done:
        command = PerformControl(
            cast("Activity", typed["activity"]),
            cast("Result", typed["outcome"]),
            typed["system"] or None,
            typed["found"] or None,
        )
        return perform_control(ledger(), signed_in(request).account, command)

    fields = ("activity", "outcome", "found", "system")
    return _form(request, "perform", fields, control_form, act)


def _form(
    request: HttpRequest,
    name: str,
    fields: tuple[str, ...],
    form: Form,
    act: Callable[[Typed], Done],
) -> HttpResponse:
    """A form that may come half filled in from the list; recorded once it is whole."""
    caller = signed_in(request)
    given = request.POST if request.method == "POST" else request.GET
    typed = {field: given.get(field, "").strip() for field in fields}
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            done = act(typed)
        except Refusal as refused:
            refusal = refused
        else:
            say_recorded(request, done)
            return redirect("oversight")
    wrong = {}
    if refusal is not None and refusal.where in fields:
        wrong = {refusal.where: f"{refusal.why[:1].upper()}{refusal.why[1:]}."}
    systems = [(each, each) for each in may_systems(ledger(), caller, Permission.REVIEW_HOLD)]
    page = form(reverse(name), systems, typed, wrong, caller.display_name)
    barred = may_not(caller, Permission.REVIEW_HOLD, gettext("You may not record this."))
    return shown_form(request, page, refusal, barred)
