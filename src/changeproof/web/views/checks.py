"""The checks with their figures, and one check."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.checks.loader import load_checks
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.web.directory import directory_of
from changeproof.web.numbers_asked import number_asked
from changeproof.web.pages.error_page import ErrorPage
from changeproof.web.readings.catalogue import checks_by_id
from changeproof.web.readings.checks_reading import read_check_page, read_checks_page
from changeproof.web.readings.controls_reading import read_controls_page
from changeproof.web.visibility import signed_in


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def checks(request: HttpRequest) -> HttpResponse:
    """Points, signs and what is around, each with its figures over the period."""
    held, systems = ledger(), signed_in(request).systems(Permission.CHANGE_READ)
    with held.database.view():
        page = read_checks_page(held, now(), systems)
    return render(request, "checks.html", {"page": page})


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def controls(request: HttpRequest) -> HttpResponse:
    """The control matrix in force, or the version asked for: by control, then by check."""
    held, systems = ledger(), signed_in(request).systems(Permission.CHANGE_READ)
    version = number_asked(request.GET.get("version", ""))
    try:
        with held.database.view():
            matrix = read_controls_page(held, now(), systems, version)
    except Refusal as refusal:
        page = ErrorPage(503, refusal.what, refusal.why, refusal.cure, refusal.where)
        return render(request, "error.html", {"page": page}, status=503)
    if matrix is None:
        raise Http404
    directory_of(request).expect(
        account for each in matrix.versions for account in (each.proposed_by, each.adopted_by)
    )
    return render(request, "controls.html", {"page": matrix})


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def check(request: HttpRequest, check: str) -> HttpResponse:
    """One check: plain words, figures, deviations, policy, query, how to do it again."""
    held, systems = ledger(), signed_in(request).systems(Permission.CHANGE_READ)
    with held.database.view():
        page = read_check_page(held, check, now(), systems)
    if page is None:
        raise Http404
    directory_of(request).expect(
        (row.owner for row in page.occurrences),
        [*(row.reason for row in page.occurrences), *(row.reason for row in page.unseen)],
    )
    return render(request, "check.html", {"page": page})


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def check_script(_request: HttpRequest, check: str) -> HttpResponse:
    """The check as a script that the DuckDB shell runs on a snapshot."""
    if check not in checks_by_id():
        raise Http404
    # Loading DuckDB takes a second, which no other page has a use for.
    from changeproof.checks.shell_script import shell_script

    text = shell_script(load_checks(), check, now())
    name = f"{check.rpartition('/')[2]}.duckdb.sql"
    return HttpResponse(
        text,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
