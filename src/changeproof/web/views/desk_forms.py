"""The desk's longer forms: declare an emergency."""

from collections.abc import Mapping
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.web.counting import thousands
from changeproof.web.directory import directory_of
from changeproof.web.pages.desk_forms import emergency_form
from changeproof.web.pages.desk_page import FormPage, MayNot
from changeproof.web.readings.desk.reading import (
    authorizers,
    emergency_lock,
    may_not,
    may_systems,
)
from changeproof.web.said import say_named
from changeproof.web.times import MINUTE
from changeproof.web.views.desk import status_of
from changeproof.web.visibility import signed_in
from changeproof.workflow.emergencies import (
    DeclareEmergency,
    declare_emergency,
    incident_required,
)
from changeproof.workflow.recording import Done

# What the acts call a field, and what the form calls it.
_FIELDS = {"end": "minutes"}
_LONGEST_MINUTES = 7 * 24 * 60
_MOST_DIGITS = 10
_SHOWN = 40


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def emergency(request: HttpRequest) -> HttpResponse:
    """Declare an emergency; what it skips stays owed."""
    held, caller, moment = ledger(), signed_in(request), now()
    typed = {name: request.POST[name] for name in _EMERGENCY_FIELDS if name in request.POST}
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            command = _emergency(typed, moment)
            return _recorded(request, declare_emergency(held, caller.account, command))
        except Refusal as refused:
            refusal = refused
    what = gettext("You may not declare an emergency.")
    barred = may_not(caller, Permission.EMERGENCY_DECLARE, what)
    lock = emergency_lock(held, caller, moment) if barred is None else ""
    page = emergency_form(
        reverse("emergency"),
        may_systems(held, caller, Permission.EMERGENCY_DECLARE),
        authorizers(held, caller, moment),
        typed,
        _wrong(refusal, typed),
        caller.display_name,
        needs_incident=incident_required(held.store, moment),
        needs_change=bool(lock),
    )
    if lock and refusal is None:
        why, _, cure = lock.partition(". ")
        page = replace(page, lock=MayNot(what, f"{why}.", cure))
    return shown_form(request, page, refusal, barred)


_EMERGENCY_FIELDS = ("reason", "incident", "system", "minutes", "authorized_by", "change")


def _emergency(typed: Mapping[str, str], moment: int) -> DeclareEmergency:
    length = typed.get("minutes", "").strip()
    whole = length.isdecimal() and len(length) <= _MOST_DIGITS
    if not whole or not 0 < int(length) <= _LONGEST_MINUTES:
        raise Refusal(
            gettext("The emergency was not declared."),
            where="minutes",
            why=gettext("“%(length)s” is no number of minutes between 1 and %(most)s")
            % {"length": length[:_SHOWN], "most": thousands(_LONGEST_MINUTES)},
            cure=gettext("Say how long it holds; declare again if it takes longer."),
        )
    return DeclareEmergency(
        system=typed.get("system", ""),
        reason=typed.get("reason", ""),
        incident=typed.get("incident") or None,
        change=typed.get("change", "").strip() or None,
        ends_at=moment + int(length) * MINUTE,
        authorized_by=typed.get("authorized_by") or None,
    )


def _wrong(refusal: Refusal | None, typed: Mapping[str, str]) -> dict[str, str]:
    """The field that a refusal names, with what is wrong with it."""
    if refusal is None:
        return {}
    field = _FIELDS.get(refusal.where, refusal.where)
    if field not in _EMERGENCY_FIELDS:
        field = next((name for name, value in typed.items() if value == refusal.where), "")
    return {field: f"{refusal.why[:1].upper()}{refusal.why[1:]}."} if field else {}


def _recorded(request: HttpRequest, done: Done) -> HttpResponse:
    say_named(request, done)
    return redirect("desk")


def shown_form(
    request: HttpRequest, page: FormPage, refusal: Refusal | None, barred: MayNot | None
) -> HttpResponse:
    """A form with what was refused of it, or why it is not for the viewer."""
    told = replace(page, refusal=refusal, may_not=barred)
    if refusal is not None:
        directory_of(request).expect((), (refusal.where, refusal.why, refusal.cure))
    return render(request, "form.html", {"page": told}, status=status_of(refusal))
