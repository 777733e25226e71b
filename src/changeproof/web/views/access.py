"""Who may reach production: the list, the forms that grant and end, the reviews."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.access_read import held_access
from changeproof.ledger.service import ledger, now
from changeproof.web.directory import directory_of
from changeproof.web.pages.access_page import (
    KINDS,
    AccessReviewPage,
    end_form,
    grant_form,
    review_form,
)
from changeproof.web.readings.desk.access import read_access, read_review, systems_with_access
from changeproof.web.readings.desk.reading import may_not, may_systems
from changeproof.web.said import heard, say_named, say_recorded
from changeproof.web.views.days import end_of_day
from changeproof.web.views.desk import status_of
from changeproof.web.views.desk_forms import shown_form
from changeproof.web.visibility import sees, signed_in
from changeproof.workflow.access import (
    EndAccess,
    GrantAccess,
    Kind,
    end_access,
    grant_access,
    named_by,
)
from changeproof.workflow.access_reviews import (
    DecideAccess,
    OpenAccessReview,
    Outcome,
    decide_access,
    open_access_review,
)
from changeproof.workflow.recording import Done

_GRANT_FIELDS = ("account", "kind", "system", "environment", "ends", "reason")
_REVIEW_FIELDS = ("system", "due")
_CALLED = {"end": "ends"}  # what the acts call a field, and what the form calls it
_DECISION = "decision-"


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def access(request: HttpRequest) -> HttpResponse:
    """What is held, and the reviews of it."""
    said = heard(request)
    page = read_access(ledger(), signed_in(request), now(), done=said.text, done_entry=said.entry)
    directory_of(request).expect(
        {who for row in page.rows for who in (row.account, row.granted_by)}
    )
    return render(request, "access.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def access_grant(request: HttpRequest) -> HttpResponse:
    """Let an account reach a system."""
    held, caller = ledger(), signed_in(request)
    typed = {name: request.POST.get(name, "") for name in _GRANT_FIELDS}
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            if typed["kind"] not in dict(KINDS):
                raise _unchosen("kind", "what it lets them do was not chosen")
            command = GrantAccess(
                account=typed["account"],
                access=cast(Kind, typed["kind"]),
                system=typed["system"],
                ends_at=end_of_day("ends", typed["ends"], gettext("The access was not granted.")),
                reason=typed["reason"],
                environment=typed["environment"].strip() or None,
            )
            return _recorded(request, grant_access(held, caller.account, command))
        except Refusal as refused:
            refusal = refused
    page = grant_form(
        reverse("access_grant"),
        may_systems(held, caller, Permission.ACCESS_GRANT),
        typed,
        _wrong(refusal, typed),
        caller.display_name,
    )
    barred = may_not(caller, Permission.ACCESS_GRANT, gettext("You may not grant access."))
    return shown_form(request, page, refusal, barred)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def access_end(request: HttpRequest) -> HttpResponse:
    """Take an access back."""
    held, caller = ledger(), signed_in(request)
    grant = request.POST.get("grant", request.GET.get("grant", ""))
    typed = {"reason": request.POST.get("reason", "")}
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            command = EndAccess(grant, typed["reason"])
            return _recorded(request, end_access(held, caller.account, command))
        except Refusal as refused:
            refusal = refused
    page = end_form(
        reverse("access_end"),
        grant,
        _words_of(request, grant),
        typed,
        _wrong(refusal, typed),
        caller.display_name,
    )
    barred = may_not(caller, Permission.ACCESS_GRANT, gettext("You may not end access."))
    return shown_form(request, page, refusal, barred)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def access_review_new(request: HttpRequest) -> HttpResponse:
    """Open a review of one system's access."""
    held, caller = ledger(), signed_in(request)
    typed = {name: request.POST.get(name, request.GET.get(name, "")) for name in _REVIEW_FIELDS}
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            due = typed["due"]
            day = end_of_day("due", due, gettext("The review was not opened.")) if due else None
            done = open_access_review(held, caller.account, OpenAccessReview(typed["system"], day))
            say_named(request, done)
            return redirect("access_review", review=done.name)
        except Refusal as refused:
            refusal = refused
    page = review_form(
        reverse("access_review_new"),
        systems_with_access(held, caller, now()),
        typed,
        _wrong(refusal, typed),
        caller.display_name,
    )
    barred = may_not(caller, Permission.ACCESS_REVIEW, gettext("You may not review access."))
    return shown_form(request, page, refusal, barred)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def access_review(request: HttpRequest, review: str) -> HttpResponse:
    """One review: keep or revoke each access in it."""
    held, caller = ledger(), signed_in(request)
    page = read_review(held, caller, review, now())
    if page is None:
        raise Http404
    if request.method != "POST":
        return _shown(request, page)
    decisions = {
        name.removeprefix(_DECISION): str(value)
        for name, value in request.POST.items()
        if name.startswith(_DECISION) and value
    }
    reason = request.POST.get("reason", "")
    try:
        if not set(decisions.values()) <= {"keep", "revoke"}:
            raise _unchosen("decisions", "one of the answers is neither keep nor revoke")
        command = DecideAccess(review, cast(dict[str, Outcome], decisions), reason or None)
        return _recorded(request, decide_access(held, caller.account, command))
    except Refusal as refusal:
        chosen = [f"{name} {value}" for name, value in decisions.items()]
        return _shown(request, page.refused(refusal, chosen, reason), status_of(refusal))


def _words_of(request: HttpRequest, grant: str) -> str:
    """Which access it is and whose, where it is held and the viewer may see it."""
    held, visible = ledger(), signed_in(request).systems(Permission.CHANGE_READ)
    found = named_by(held_access(held.store, now()), grant)
    if found is None or not sees(visible, found.system):
        return gettext("No access of this name is held.")
    may = dict(KINDS).get(found.access, found.access)
    return gettext("%(may)s to %(system)s, held by %(account)s.") % {
        "may": may,
        "system": found.system,
        "account": directory_of(request)(found.account),
    }


def _unchosen(field: str, why: str) -> Refusal:
    return Refusal(
        gettext("Nothing was recorded."),
        where=field,
        why=why,
        cure=gettext("Choose one of the list."),
    )


def _wrong(refusal: Refusal | None, typed: dict[str, Any]) -> dict[str, str]:
    """The field that a refusal names, with what is wrong with it."""
    if refusal is None:
        return {}
    field = _CALLED.get(refusal.where, refusal.where)
    return {field: f"{refusal.why[:1].upper()}{refusal.why[1:]}."} if field in typed else {}


def _recorded(request: HttpRequest, done: Done) -> HttpResponse:
    say_recorded(request, done)
    return redirect("access")


def _shown(request: HttpRequest, page: AccessReviewPage, status: int = 200) -> HttpResponse:
    people = {row.account for row in page.waiting} | {row.granted_by for row in page.waiting}
    people |= {who for row in page.decided for who in (row.account, row.decided_by)}
    told = [row.may_not for row in page.waiting]
    if page.refusal is not None:
        told += [page.refusal.why, page.refusal.cure]
    directory_of(request).expect(people - {""}, told)
    said = heard(request)
    context = {"page": page, "done": said.text, "done_entry": said.entry}
    return render(request, "access_review.html", context, status=status)
