"""The desk: one item opened and decided, by plain forms that work without a script."""

from collections.abc import Callable
from typing import Literal, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from changeproof.accounts.callers import Caller, permission_required
from changeproof.accounts.people import user_named
from changeproof.accounts.second_factor import factor_by_code, recent_factor, spend_factor
from changeproof.accounts.vocabulary import Permission
from changeproof.alerts.needed import APPROVE, AUTHORIZE, RESOLVE, REVIEW
from changeproof.events.refusal import Refusal
from changeproof.events.requests import Achieved, BackOut
from changeproof.ledger.joined import Change
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.web.directory import directory_of
from changeproof.web.pages.desk_page import DeskPage, OpenItem
from changeproof.web.pages.fields import Named
from changeproof.web.pages.review_fields import ACHIEVED, BACK_OUT, wrong_at
from changeproof.web.readings.change.reading import find
from changeproof.web.readings.desk.ahead import ask_for_item
from changeproof.web.readings.desk.inbox import candidates_of
from changeproof.web.readings.desk.item import (
    CLOSE,
    COMMENT,
    WITHDRAW,
    possible_acts,
    read_item,
)
from changeproof.web.readings.desk.reading import read_desk
from changeproof.web.said import Said, heard, say_recorded
from changeproof.web.visibility import sees, signed_in
from changeproof.workflow.closing import CloseChange, ResolveCase, close, resolve_case
from changeproof.workflow.contents_shown import ContentMoved
from changeproof.workflow.decisions import (
    ApproveChange,
    AuthorizeChange,
    DeclineChange,
    approve,
    authorize,
    decline,
)
from changeproof.workflow.recording import Done
from changeproof.workflow.reviewing import HoldPostReview, hold_post_review
from changeproof.workflow.rulings import MayNot
from changeproof.workflow.withdrawing import (
    WITHDRAWABLE,
    CommentChange,
    Withdrawable,
    WithdrawDecision,
    comment,
    withdraw,
)


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for the viewer."""
    return shown_desk(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def desk_item(request: HttpRequest, item: str) -> HttpResponse:
    """One change on the desk; a POST decides, and is refused with its reason and cure."""
    held, caller = ledger(), signed_in(request)
    if request.method != "POST":
        ask_for_item(held, caller, item, candidates_of(held, caller))
    name = find(held, item)
    changes = held.store.by(Change, "change_id", [name]) if name else []
    if not changes or not sees(caller.systems(Permission.CHANGE_READ), changes[0].system):
        raise Http404
    change = changes[0]
    act = request.GET.get("act", "")
    if request.method != "POST":
        shown = recent_factor(request) or ""
        opened = read_item(held, caller, change.change_id, act, shown_factor=shown)
        return shown_desk(request, opened)
    if act not in _ACTS:
        possible = possible_acts(held, change)
        act = possible[0] if possible else APPROVE
    reason = request.POST.get("reason", "")
    try:
        done = _ACTS[act](held, caller, change, request)
    except Refusal as refusal:
        opened = read_item(
            held,
            caller,
            change.change_id,
            act,
            reason=reason,
            typed=request.POST.dict(),
            wrong=wrong_at(refusal),
            former_digest=request.POST.get("content_digest", "")
            if isinstance(refusal, ContentMoved)
            else "",
            shown_factor=recent_factor(request) or "",
        )
        return shown_desk(request, opened, refusal)
    say_recorded(request, done)
    return redirect("desk")


def shown_desk(
    request: HttpRequest,
    item: OpenItem | None,
    refusal: Refusal | None = None,
    status: int | None = None,
) -> HttpResponse:
    """The desk with an item opened, and what was refused; `status` where that says another."""
    said = Said() if refusal is not None else heard(request)
    page = read_desk(
        ledger(),
        signed_in(request),
        now(),
        item=item,
        refusal=refusal,
        done=said.text,
        done_entry=said.entry,
    )
    directory_of(request).expect((), _texts(page))
    return render(request, "desk.html", {"page": page}, status=status or status_of(refusal))


def status_of(refusal: Refusal | None) -> int:
    """What a refused form answers with."""
    if refusal is None:
        return 200
    if isinstance(refusal, ContentMoved):
        return 409
    return 403 if isinstance(refusal, MayNot) else 422


def _texts(page: DeskPage) -> list[str]:
    texts = [item.content for group in page.groups for item in group.items]
    if page.item is not None:
        texts += [page.item.sentence, *(line.text for line in page.item.known)]
        if page.item.form is not None:
            texts += [*page.item.form.lapsed, page.item.form.promise]
        if page.item.may_not is not None:
            texts += [page.item.may_not.why, page.item.may_not.cure]
    return [*texts, page.emergency_lock]


# -- the acts ------------------------------------------------------------------------------

_OBJECTIONS = ("changes", "declined")
_Act = Callable[[Ledger, Caller, Change, HttpRequest], Done]


def _approve(held: Ledger, caller: Caller, change: Change, request: HttpRequest) -> Done:
    reason = request.POST.get("reason", "")
    if request.POST.get("verdict") in _OBJECTIONS:
        return _object(held, caller, change, request)
    _chosen(request, ("approved",))
    code = request.POST.get("code", "").strip()
    factor = factor_by_code(user_named(caller.account), code) if code else recent_factor(request)
    command = ApproveChange(
        change.change_id,
        seen=request.POST.get("content_digest", ""),
        reason=reason or None,
        factor=factor,
    )
    done = approve(held, caller.account, command)
    spend_factor(request)
    return done


def _authorize(held: Ledger, caller: Caller, change: Change, request: HttpRequest) -> Done:
    reason = request.POST.get("reason", "")
    if request.POST.get("verdict") in _OBJECTIONS:
        return _object(held, caller, change, request)
    _chosen(request, ("authorized",))
    seen = request.POST.get("content_digest", "")
    return authorize(held, caller.account, AuthorizeChange(change.change_id, reason or None, seen))


def _object(held: Ledger, caller: Caller, change: Change, request: HttpRequest) -> Done:
    """A no, or not until something is changed."""
    asks: Literal["changes"] | None = "changes" if request.POST["verdict"] == "changes" else None
    command = DeclineChange(change.change_id, request.POST.get("reason", ""), asks=asks)
    return decline(held, caller.account, command)


def _withdraw(held: Ledger, caller: Caller, change: Change, request: HttpRequest) -> Done:
    kind = cast(Withdrawable, _chosen(request, WITHDRAWABLE))
    command = WithdrawDecision(change.change_id, kind, request.POST.get("reason", ""))
    return withdraw(held, caller.account, command)


def _comment(held: Ledger, caller: Caller, change: Change, request: HttpRequest) -> Done:
    _chosen(request, ("comment",))
    command = CommentChange(change.change_id, request.POST.get("reason", ""))
    return comment(held, caller.account, command)


def _review(held: Ledger, caller: Caller, change: Change, request: HttpRequest) -> Done:
    outcome = cast(Literal["accepted", "follow_up"], _chosen(request, ("accepted", "follow_up")))
    command = HoldPostReview(
        change.change_id,
        outcome,
        request.POST.get("reason", ""),
        achieved=cast(Achieved | None, _answer(request, "achieved", ACHIEVED)),
        back_out=cast(BackOut | None, _answer(request, "back_out", BACK_OUT)),
        incidents=_listed(request, "incidents"),
        lessons=request.POST.get("lessons") or None,
        follow_ups=_listed(request, "follow_ups"),
    )
    return hold_post_review(held, caller.account, command)


def _resolve(held: Ledger, caller: Caller, change: Change, request: HttpRequest) -> Done:
    outcome = cast(
        Literal["linked", "adopted_late", "reverted", "false_alarm"],
        _chosen(request, ("linked", "adopted_late", "reverted", "false_alarm")),
    )
    linked = request.POST.get("linked", "").strip() or None
    command = ResolveCase(change.change_id, outcome, request.POST.get("reason", ""), linked)
    return resolve_case(held, caller.account, command)


def _close(held: Ledger, caller: Caller, change: Change, request: HttpRequest) -> Done:
    outcome = cast(
        Literal["implemented", "cancelled", "rejected"],
        _chosen(request, ("implemented", "cancelled", "rejected")),
    )
    return close(held, caller.account, CloseChange(change.change_id, outcome))


def _answer(request: HttpRequest, field: str, known: Named) -> str | None:
    """The choice of a select; None where none was made. Raises Refusal for another word."""
    value = request.POST.get(field, "")
    if value in {"", *(name for name, _ in known)}:
        return value or None
    raise Refusal(
        gettext("Nothing was recorded."),
        where=field,
        why=gettext("“%(value)s” is none of the answers") % {"value": value[:40]},
        cure=gettext("Choose one of the list."),
    )


def _listed(request: HttpRequest, field: str) -> tuple[str, ...]:
    """Names with commas between."""
    said = request.POST.get(field, "")
    return tuple(each.strip() for each in said.split(",") if each.strip())


def _chosen(request: HttpRequest, known: tuple[str, ...]) -> str:
    """The button that was pressed. Raises Refusal for none: silence decides nothing."""
    verdict = request.POST.get("verdict", "")
    if verdict in known:
        return verdict
    raise Refusal(
        gettext("Nothing was recorded."),
        where="content",
        why=gettext("no decision was chosen; an empty answer is never a verdict"),
        cure=gettext("Choose one of the buttons."),
    )


_ACTS: dict[str, _Act] = {
    APPROVE: _approve,
    AUTHORIZE: _authorize,
    REVIEW: _review,
    RESOLVE: _resolve,
    CLOSE: _close,
    WITHDRAW: _withdraw,
    COMMENT: _comment,
}
