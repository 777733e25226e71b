"""The register of systems."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.service import ledger
from changeproof.web.directory import directory_of
from changeproof.web.readings.systems_reading import read_systems_page
from changeproof.web.said import heard
from changeproof.web.visibility import signed_in


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def systems(request: HttpRequest) -> HttpResponse:
    """Whose each system is, where it runs, what it touches and rests on."""
    held, caller = ledger(), signed_in(request)
    with held.database.view():
        page = read_systems_page(held, caller.systems(Permission.CHANGE_READ))
    said = heard(request)
    page = replace(
        page,
        may_describe=caller.may_somewhere(Permission.SYSTEM_DESCRIBE),
        done=said.text,
        done_entry=said.entry,
    )
    people = [row.owner for row in page.described]
    people += [each.account for row in page.map for each in row.deployers]
    directory_of(request).expect([who for who in people if who], ())
    return render(request, "systems.html", {"page": page})
