"""Which group of the sign-on gives which role: the list, the form, the second person, the end."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.people import Role
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.web.directory import directory_of
from changeproof.web.readings.group_roles_reading import read_group_roles
from changeproof.web.said import heard, say_named
from changeproof.web.views.desk import status_of
from changeproof.web.visibility import signed_in
from changeproof.workflow.group_roles import (
    AdoptGroupRole,
    EndGroupRole,
    ProposeGroupRole,
    adopt_group_role,
    end_group_role,
    propose_group_role,
)
from changeproof.workflow.recording import Done

_FIELDS = ("provider", "group", "role", "system", "reason")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.ACCOUNT_MANAGE)
def group_roles(request: HttpRequest) -> HttpResponse:
    """All of them; a POST puts one forward."""
    typed = {name: request.POST.get(name, "") for name in _FIELDS}
    if request.method != "POST":
        return _shown(request, typed, None)
    try:
        command = ProposeGroupRole(
            typed["provider"],
            typed["group"],
            cast(Role, typed["role"]),
            typed["system"] or None,
            typed["reason"] or None,
        )
        account = signed_in(request).account
        return _recorded(request, propose_group_role(ledger(), account, command))
    except Refusal as refusal:
        return _shown(request, typed, refusal)


@require_POST
@permission_required(Permission.ACCOUNT_MANAGE)
def group_role_answer(request: HttpRequest) -> HttpResponse:
    """The second person's yes, a no, or the end of one."""
    account, name = signed_in(request).account, request.POST.get("mapping", "")
    try:
        if request.POST.get("act") == "adopt":
            return _recorded(request, adopt_group_role(ledger(), account, AdoptGroupRole(name)))
        return _recorded(request, end_group_role(ledger(), account, EndGroupRole(name)))
    except Refusal as refusal:
        return _shown(request, dict.fromkeys(_FIELDS, ""), refusal)


def _recorded(request: HttpRequest, done: Done) -> HttpResponse:
    say_named(request, done)
    return redirect("group_roles")


def _shown(request: HttpRequest, typed: dict[str, str], refusal: Refusal | None) -> HttpResponse:
    said = heard(request)
    wrong = {}
    if refusal is not None and refusal.where in _FIELDS:
        wrong = {refusal.where: f"{refusal.why[:1].upper()}{refusal.why[1:]}."}
    page = read_group_roles(ledger(), signed_in(request), now(), typed, wrong)
    told = []
    if refusal is not None:
        page = page.refused(refusal)
        told = [refusal.why, refusal.cure]
    people = {who for row in page.rows for who in (row.proposed_by, row.adopted_by, row.ended_by)}
    directory_of(request).expect([*people, page.recorded_as], told)
    context = {"page": page, "done": said.text, "done_entry": said.entry}
    return render(request, "group_roles.html", context, status=status_of(refusal))
