"""The log and one entry of it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.service import ledger
from changeproof.web.directory import directory_of
from changeproof.web.numbers_asked import LARGEST, number_asked
from changeproof.web.readings.log_reading import read_entry_page, read_log_page
from changeproof.web.visibility import signed_in


@require_safe
@permission_required(Permission.LOG_READ, somewhere=True)
def log(request: HttpRequest) -> HttpResponse:
    """Size, root, signed checkpoint and the entries, newest first; `?before=` goes back."""
    page = read_log_page(ledger(), number_asked(request.GET.get("before", "")))
    directory_of(request).expect(row.actor for row in page.entries)
    return render(request, "log.html", {"page": page})


@require_safe
@permission_required(Permission.LOG_READ, somewhere=True)
def entry(request: HttpRequest, entry: int) -> HttpResponse:
    """The bytes of one entry, and what proves that they are in the log."""
    if entry > LARGEST:
        raise Http404
    page = read_entry_page(ledger(), entry, signed_in(request).systems(Permission.CHANGE_READ))
    if page is None:
        raise Http404
    directory_of(request).expect([page.actor])
    return render(request, "entry.html", {"page": page})
