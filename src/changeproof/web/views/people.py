"""Who takes part: the list; adding, giving and taking roles, leaving."""

from dataclasses import replace
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.people import user_named
from changeproof.accounts.vocabulary import Permission
from changeproof.events.people import Role
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.web.directory import directory_of
from changeproof.web.pages.people_page import PeoplePage, add_form, give_form, leave_form
from changeproof.web.readings.people_reading import read_people, systems_of_roles, who_confirms
from changeproof.web.said import heard, recorded_entry, say_recorded
from changeproof.web.views.days import end_of_day
from changeproof.web.views.desk import status_of
from changeproof.web.views.desk_forms import shown_form
from changeproof.web.visibility import signed_in
from changeproof.workflow.account_claims import SettleAccount, settle_account
from changeproof.workflow.asked_roles import ConfirmRole, RefuseRole, confirm_role, refuse_role
from changeproof.workflow.first_visits import MakeLink, make_link
from changeproof.workflow.membership import (
    AddPerson,
    GiveRole,
    RecordDeparture,
    TakeRole,
    add_person,
    give_role,
    record_departure,
    take_role,
)
from changeproof.workflow.recording import Done

_LONGEST_SEARCH = 200


@require_safe
@permission_required(Permission.ACCOUNT_READ, somewhere=True)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who may sign in, with their roles."""
    said = heard(request)
    page = read_people(
        ledger(), signed_in(request), request.GET.get("text", "")[:_LONGEST_SEARCH].strip(), now()
    )
    return _listed(request, replace(page, done=said.text, done_entry=said.entry))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.ACCOUNT_MANAGE)
def person_add(request: HttpRequest) -> HttpResponse:
    """Add somebody; the answer alone shows the link for their first visit."""
    held, caller = ledger(), signed_in(request)
    typed = {name: request.POST.get(name, "") for name in ("email", "name", "system", "reason")}
    typed["roles"] = "\n".join(request.POST.getlist("roles"))
    refusal: Refusal | None = None
    if request.method == "POST":
        roles = cast(tuple[Role, ...], tuple(typed["roles"].split("\n") if typed["roles"] else ()))
        command = AddPerson(
            typed["email"], typed["name"], roles, typed["system"] or None, typed["reason"] or None
        )
        try:
            done = add_person(held, caller.account, command)
        except Refusal as refused:
            refusal = refused
        else:
            shown = read_people(held, caller, "", now())
            told = replace(shown, done=recorded_entry(done), done_entry=done.entry)
            return _with_link(request, told, done.name)
    page = add_form(
        reverse("person_add"),
        systems_of_roles(held),
        typed,
        _wrong(refusal),
        caller.display_name,
        waits=who_confirms(held, caller.account),
    )
    return shown_form(request, page, refusal, None)


@never_cache
@require_POST
@permission_required(Permission.ACCOUNT_MANAGE)
def person_link(request: HttpRequest) -> HttpResponse:
    """Another link for a first visit, where the first was lost or ran out; sent to them, or shown
    in this answer alone. For nobody who was here already: they sign in by what they set then."""
    page = read_people(ledger(), signed_in(request), "", now())
    return _with_link(request, page, request.POST.get("person", ""))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.ACCOUNT_MANAGE)
def role_give(request: HttpRequest) -> HttpResponse:
    """Give somebody a role."""
    held, caller = ledger(), signed_in(request)
    person = request.POST.get("person", request.GET.get("person", ""))
    typed = {name: request.POST.get(name, "") for name in ("role", "system", "reason")}
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            command = GiveRole(
                person,
                cast(Role, typed["role"]),
                typed["system"] or None,
                typed["reason"] or None,
            )
            return _recorded(request, give_role(held, caller.account, command))
        except Refusal as refused:
            refusal = refused
    page = give_form(
        reverse("role_give"),
        person,
        _called(request, person),
        systems_of_roles(held),
        typed,
        _wrong(refusal, roles="role"),
        caller.display_name,
        waits=who_confirms(held, caller.account),
    )
    return shown_form(request, page, refusal, None)


@require_POST
@permission_required(Permission.ACCOUNT_MANAGE)
def role_answer(request: HttpRequest) -> HttpResponse:
    """The second person's yes to a role, or a no."""
    held, caller, asked = ledger(), signed_in(request), request.POST.get("asked", "")
    try:
        if request.POST.get("act") == "confirm":
            return _recorded(request, confirm_role(held, caller.account, ConfirmRole(asked)))
        return _recorded(request, refuse_role(held, caller.account, RefuseRole(asked)))
    except Refusal as refusal:
        page = read_people(held, caller, "", now())
        return _listed(request, replace(page, refusal=refusal))


@require_POST
@permission_required(Permission.ACCOUNT_MANAGE)
def account_settle(request: HttpRequest) -> HttpResponse:
    """Say whose an account is that several claim; the other had it until a day, or never."""
    held, caller = ledger(), signed_in(request)
    account, person, until = (request.POST.get(name, "") for name in ("account", "person", "until"))
    try:
        since = end_of_day("until", until, gettext("Nothing was settled.")) if until else None
        command = SettleAccount(account, person, since)
        return _recorded(request, settle_account(held, caller.account, command))
    except Refusal as refusal:
        page = read_people(held, caller, "", now())
        return _listed(request, replace(page, refusal=refusal))


@require_POST
@permission_required(Permission.ACCOUNT_MANAGE)
def role_take(request: HttpRequest) -> HttpResponse:
    """Take a role back, as it was given."""
    held, caller = ledger(), signed_in(request)
    role = cast(Role, request.POST.get("role", ""))
    command = TakeRole(request.POST.get("person", ""), role, request.POST.get("system") or None)
    try:
        return _recorded(request, take_role(held, caller.account, command))
    except Refusal as refusal:
        page = read_people(held, caller, "", now())
        return _listed(request, replace(page, refusal=refusal))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.ACCOUNT_MANAGE)
def person_leave(request: HttpRequest) -> HttpResponse:
    """Say that somebody left."""
    held, caller = ledger(), signed_in(request)
    person = request.POST.get("person", request.GET.get("person", ""))
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            done = record_departure(held, caller.account, RecordDeparture(person))
            return _recorded(request, done)
        except Refusal as refused:
            refusal = refused
    called = _called(request, person)
    page = leave_form(reverse("person_leave"), person, called, caller.display_name)
    return shown_form(request, page, refusal, None)


def _with_link(request: HttpRequest, page: PeoplePage, person: str) -> HttpResponse:
    """The list, with what came of a link for somebody's first visit."""
    caller = signed_in(request)
    server = f"{request.scheme}://{request.get_host()}"
    try:
        made = make_link(ledger(), caller.account, MakeLink(person), server)
    except Refusal as refusal:
        return _listed(request, replace(page, refusal=refusal))
    shown = read_people(ledger(), caller, "", now())
    told = f"{page.done} {made.done.note}".strip()
    entry = made.done.entry if page.done_entry is None else page.done_entry
    return _listed(request, replace(shown, link=made.link, done=told, done_entry=entry))


def _called(request: HttpRequest, person: str) -> str:
    """Their name, where there is such a person."""
    try:
        return directory_of(request)(user_named(person).account)
    except Refusal:
        return person[:100]


def _recorded(request: HttpRequest, done: Done) -> HttpResponse:
    say_recorded(request, done)
    return redirect("people")


def _wrong(refusal: Refusal | None, **called: str) -> dict[str, str]:
    """The field that a refusal names; `called` is what the form calls what the act names so."""
    if refusal is None:
        return {}
    field = called.get(refusal.where, refusal.where)
    return {field: f"{refusal.why[:1].upper()}{refusal.why[1:]}."}


def _listed(request: HttpRequest, page: PeoplePage) -> HttpResponse:
    accounts = {row.account for row in page.rows}
    accounts |= {row.account for row in page.quarrels}
    accounts |= {who for row in page.quarrels for _, who in row.claimants}
    accounts |= {who for row in page.asked for who in (row.account, row.asked_by)}
    accounts |= {each.given_by for row in page.rows for each in row.roles if not each.by_group}
    told = [page.done, *(row.may_not_confirm for row in page.asked)]
    if page.refusal is not None:
        told += [page.refusal.why, page.refusal.cure]
    directory_of(request).expect(accounts, told)
    return render(request, "people.html", {"page": page}, status=status_of(page.refusal))
