"""Decide on several changes with one click: each is ruled on, recorded and refused by itself."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from changeproof.accounts.callers import Caller, permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.alerts.needed import APPROVE, AUTHORIZE
from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.ledger.joined import Change
from changeproof.ledger.service import Ledger, ledger
from changeproof.web.directory import directory_of
from changeproof.web.pages.together_page import Outcome, Planned, TogetherPage
from changeproof.web.readings.desk.together import TOGETHER, plan_of, read_together
from changeproof.web.views.desk import status_of
from changeproof.web.visibility import sees, signed_in
from changeproof.workflow.closing import ResolveCase, resolve_case
from changeproof.workflow.contents_shown import ContentMoved
from changeproof.workflow.decisions import ApproveChange, AuthorizeChange, approve, authorize
from changeproof.workflow.drafts import new_draft, once
from changeproof.workflow.recording import Done
from changeproof.workflow.together import refuse_choice


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def together(request: HttpRequest, act: str) -> HttpResponse:
    """The preview; a POST does what was chosen in it, and says what became of each."""
    if act not in TOGETHER:
        raise Http404
    held, caller = ledger(), signed_in(request)
    if request.method != "POST":
        return _shown(request, read_together(held, caller, act, new_draft()))
    chosen = dict.fromkeys(request.POST.getlist("change"))
    reason, form = request.POST.get("reason", ""), request.POST.get("form", "")
    refusal = _refused(act, len(chosen), reason)
    if refusal is not None:
        page = read_together(held, caller, act, form, chosen)
        return _shown(request, page, reason, refusal)
    each = [_one(request, held, caller, act, change) for change in chosen]
    outcomes = tuple(outcome for outcome in each if outcome is not None)
    if not outcomes:
        raise Http404
    page = TogetherPage(act, "", "", (), form, reason_is_needed=False, outcomes=outcomes)
    return _shown(request, page)


def _one(
    request: HttpRequest, held: Ledger, caller: Caller, act: str, change: str
) -> Outcome | None:
    """Do it to one, unless this form did so before."""
    found = held.store.by(Change, "change_id", [change])
    if not found or not sees(caller.systems(Permission.CHANGE_READ), found[0].system):
        return None
    seen = request.POST.get(f"seen:{change}", "")
    number = sha256_hex(f"{request.POST.get('form', '')} {act} {change}".encode())[:32]
    planned = Planned(change, change, found[0].system, "")

    def record() -> Done:
        nonlocal planned
        planned = plan_of(held, caller, act, change) or planned
        if planned.why:
            raise Refusal(
                gettext("It was not recorded."), where=change, why=planned.why, cure=planned.cure
            )
        if planned.seen != seen:
            raise ContentMoved(
                gettext("It was not recorded."),
                where=change,
                why=gettext("it is another content than the one that you were shown"),
                cure=gettext("Read what stands now, and decide on that."),
            )
        return _record(held, caller, act, planned, request.POST.get("reason", ""))

    try:
        done = once(held, caller.account, f"together/{act}", number, record)
    except Refusal as refusal:
        why = f"{refusal.why[:1].upper()}{refusal.why[1:]}"
        return Outcome(planned, why=why, cure=refusal.cure)
    return Outcome(planned, done.entry)


def _record(held: Ledger, caller: Caller, act: str, planned: Planned, reason: str) -> Done:
    change, account = planned.change, caller.account
    if act == APPROVE:
        command = ApproveChange(change, seen=planned.seen, reason=reason or None)
        return approve(held, account, command)
    if act == AUTHORIZE:
        return authorize(held, account, AuthorizeChange(change, reason or None, planned.seen))
    return resolve_case(held, account, ResolveCase(change, "adopted_late", reason))


def _refused(act: str, count: int, reason: str) -> Refusal | None:
    try:
        refuse_choice(act, count, reason, where="chosen")
    except Refusal as refusal:
        return refusal
    return None


def _shown(
    request: HttpRequest, page: TogetherPage, reason: str = "", refusal: Refusal | None = None
) -> HttpResponse:
    texts = [text for each in page.planned for text in (each.why, each.cure, each.promise)]
    texts += [text for each in page.outcomes for text in (each.why, each.cure)]
    directory_of(request).expect((), texts)
    shown = {"page": page, "reason": reason, "refusal": refusal}
    status = status_of(refusal)
    if page.outcomes and not page.recorded:
        status = 422
    return render(request, "together.html", shown, status=status)
