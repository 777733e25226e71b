"""Configuration items: the list by system, one item, and the two acts on it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.web.counting import thousands
from changeproof.web.directory import directory_of
from changeproof.web.pages.baselines_page import ItemPage
from changeproof.web.readings.baselines_reading import read_baselines, read_item
from changeproof.web.said import heard, say
from changeproof.web.views.desk import status_of
from changeproof.web.visibility import signed_in
from changeproof.workflow.baselines import (
    ApproveBaseline,
    ProposeBaseline,
    approve_baseline,
    propose_baseline,
)


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def baselines(request: HttpRequest) -> HttpResponse:
    """Items by system: approved, observed, since when differing."""
    held, caller, asked = ledger(), signed_in(request), request.GET
    said = heard(request)
    with held.database.view():
        page = read_baselines(
            held,
            caller,
            asked.get("system", "")[:500],
            asked.get("verdict", ""),
            asked.get("after", "")[:1500],
            said,
        )
    directory_of(request).expect(
        (row.approved_by for row in page.rows), (row.reason for row in page.rows)
    )
    return render(request, "baselines.html", {"page": page})


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def baseline(request: HttpRequest, item: str) -> HttpResponse:
    """One item: its versions, what it was seen with, what is proposed."""
    held, caller = ledger(), signed_in(request)
    said = heard(request)
    with held.database.view():
        page = read_item(held, caller, item, now(), said)
    if page is None:
        raise Http404
    return _shown(request, page)


@require_POST
@permission_required(Permission.CHANGE_READ, somewhere=True)
def baseline_answer(request: HttpRequest) -> HttpResponse:
    """Propose what was seen, or approve what is proposed."""
    held, caller, typed = ledger(), signed_in(request), request.POST
    item, digest = typed.get("item", ""), typed.get("digest", "")
    try:
        if typed.get("answer") == "approve":
            done = approve_baseline(held, caller.account, ApproveBaseline(item, digest))
            sentence = gettext("The baseline is approved")
        else:
            command = ProposeBaseline(item, digest, typed.get("reason") or None)
            done = propose_baseline(held, caller.account, command)
            sentence = gettext("The baseline is proposed")
    except Refusal as refusal:
        page = read_item(held, caller, item, now(), heard(request))
        if page is None:
            raise Http404 from refusal
        return _shown(request, page.refused(refusal), status_of(refusal))
    say(
        request,
        gettext("%(sentence)s: entry %(entry)s of the log. %(note)s")
        % {"sentence": sentence, "entry": thousands(done.entry), "note": done.note},
        done.entry,
    )
    return redirect("baseline", item=done.name)


def _shown(request: HttpRequest, page: ItemPage, status: int = 200) -> HttpResponse:
    people = [row.approved_by for row in page.versions]
    people += [row.proposed_by for row in page.versions]
    people += [row.account for row in page.turns]
    told = [page.row.reason]
    if page.proposal is not None:
        people.append(page.proposal.proposed_by)
        told.append(page.proposal.may_not)
    if page.refusal is not None:
        told += [page.refusal.why, page.refusal.cure]
    directory_of(request).expect([who for who in people if who], told)
    return render(request, "baseline.html", {"page": page}, status=status)
