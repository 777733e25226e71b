"""Cases: the list, one of them, what is done with it, and the rules that remember."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.verifier.tabular import csv_bytes, utc
from changeproof.web.counting import thousands
from changeproof.web.directory import directory_of
from changeproof.web.pages.cases_page import CAUSES, EXTENTS, OUTCOMES, CasesPage, RulesPage
from changeproof.web.readings.cases_reading import (
    find_visible,
    read_case,
    read_cases,
    read_rules,
)
from changeproof.web.said import heard, say, say_named
from changeproof.web.views.case_filter import asked_cases
from changeproof.web.views.days import end_of_day
from changeproof.web.views.desk import status_of
from changeproof.web.visibility import signed_in
from changeproof.workflow.casework import (
    AwaitRevert,
    CommentCase,
    ExplainDeviation,
    SearchLike,
    TakeCase,
    await_revert,
    comment_case,
    explain_deviation,
    search_like,
    take_case,
)
from changeproof.workflow.closing import ResolveCase, resolve_case
from changeproof.workflow.recording import Done
from changeproof.workflow.remembering import (
    AnswerRule,
    EndRule,
    RequestRule,
    answer_rule,
    end_rule,
    request_rule,
)

MOST_IN_FILE = 100_000
_COLUMNS = (
    *("case", "check", "severity", "subject", "title", "further"),
    *("system", "state", "owner", "due", "opened"),
)
_REFUSED = gettext_noop("Nothing was recorded.")
Posted = Mapping[str, str]


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def cases(request: HttpRequest) -> HttpResponse:
    """The cases that the viewer may see, the last opened first; also as a file."""
    asked, held, caller = asked_cases(request.GET), ledger(), signed_in(request)
    systems = caller.systems(Permission.CHANGE_READ)
    with held.database.view():
        if request.GET.get("format") == "csv":
            return _file(read_cases(held, asked, systems, None, now(), MOST_IN_FILE))
        page = read_cases(held, asked, systems, _before(request), now())
    page = replace(page, may_give=caller.may_somewhere(Permission.CHANGE_AUTHORIZE))
    directory_of(request).expect([*(row.owner for row in page.rows), *page.owners])
    return render(request, "cases.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def case(request: HttpRequest, case: str) -> HttpResponse:
    """One case, and what is done with it."""
    held, caller = ledger(), signed_in(request)
    found = find_visible(held, case, caller.systems(Permission.CHANGE_READ))
    if found is None:
        raise Http404
    typed = {name: request.POST[name] for name in request.POST}
    act, refusal, wrong = typed.get("act", ""), None, {}
    if request.method == "POST":
        try:
            done = _performed(held, caller.account, found.name, act, typed)
        except Refusal as refused:
            refusal = refused
            field = _field_of(act, refused.where, typed)
            wrong = {field: f"{refused.why[:1].upper()}{refused.why[1:]}."} if field else {}
        else:
            say(
                request,
                (
                    gettext("It is entry %(entry)s of the log. %(note)s")
                    % {"entry": thousands(done.entry), "note": done.note}
                ).strip(),
                done.entry,
            )
            return redirect("case", found.name)
    page = read_case(held, found, caller, now(), typed, wrong)
    if refusal is not None:
        page = page.refused(refusal, act, next(iter(wrong), ""))
    return render(
        request, "case.html", {"page": page, "said": heard(request)}, status=status_of(refusal)
    )


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def case_rules(request: HttpRequest) -> HttpResponse:
    """The rules that remember, with all that each excluded."""
    page = read_rules(ledger(), signed_in(request), now())
    return _rules(request, page)


@require_POST
@permission_required(Permission.WAIVER_GRANT, somewhere=True)
def case_rule_answer(request: HttpRequest) -> HttpResponse:
    """Approve, refuse or end one rule."""
    held, caller = ledger(), signed_in(request)
    name, reason = request.POST.get("rule", ""), request.POST.get("reason", "")
    answer = request.POST.get("answer", "")
    try:
        if answer == "end":
            done = end_rule(held, caller.account, EndRule(name))
        else:
            chosen = _chosen("answer", answer, ("approved", "refused"))
            command = AnswerRule(name, cast(Any, chosen), reason or None)
            done = answer_rule(held, caller.account, command)
    except Refusal as refusal:
        page = read_rules(held, caller, now()).refused(refusal)
        return _rules(request, page, status_of(refusal))
    say_named(request, done)
    return redirect("case_rules")


def _rules(request: HttpRequest, page: RulesPage, status: int = 200) -> HttpResponse:
    people = [who for row in page.rows for who in (row.owner, row.requested_by, row.answered_by)]
    directory_of(request).expect(people, [row.may_not for row in page.rows])
    said = heard(request)
    return render(request, "case_rules.html", {"page": page, "said": said}, status=status)


def _performed(held: Ledger, actor: str, case: str, act: str, typed: Posted) -> Done:
    """Do what the form asks. Raises Refusal, also for a button that there is none of."""
    chosen = _chosen("act", act, tuple(_ACTS))
    return _ACTS[chosen](held, actor, case, typed)


def _take(held: Ledger, actor: str, case: str, _typed: Posted) -> Done:
    return take_case(held, actor, TakeCase(case))


def _revert(held: Ledger, actor: str, case: str, typed: Posted) -> Done:
    return await_revert(held, actor, AwaitRevert(case, typed.get("revert_reason", "")))


def _resolve(held: Ledger, actor: str, case: str, typed: Posted) -> Done:
    outcome = _chosen("outcome", typed.get("outcome", ""), tuple(name for name, _ in OUTCOMES))
    linked = typed.get("linked", "").strip() or None
    command = ResolveCase(case, cast(Any, outcome), typed.get("reason", ""), linked)
    return resolve_case(held, actor, command)


def _search(held: Ledger, actor: str, case: str, _typed: Posted) -> Done:
    return search_like(held, actor, SearchLike(case))


def _explain(held: Ledger, actor: str, case: str, typed: Posted) -> Done:
    cause = _chosen("cause", typed.get("cause", ""), tuple(name for name, _ in CAUSES))
    extent = _chosen("extent", typed.get("extent", ""), tuple(name for name, _ in EXTENTS))
    optional = ("exposure", "effect", "control", "control_test", "response")
    said = [typed.get(name, "").strip() or None for name in optional]
    because = typed.get("because", "")
    command = ExplainDeviation(case, cast(Any, cause), cast(Any, extent), because, *said)
    return explain_deviation(held, actor, command)


def _comment(held: Ledger, actor: str, case: str, typed: Posted) -> Done:
    return comment_case(held, actor, CommentCase(case, typed.get("text", "")))


def _remember(held: Ledger, actor: str, case: str, typed: Posted) -> Done:
    command = RequestRule(
        case,
        typed.get("check", ""),
        end_of_day("end", typed.get("end", ""), gettext(_REFUSED)),
        typed.get("rule_reason", ""),
        typed.get("system", "").strip() or None,
        typed.get("path", "").strip() or None,
        typed.get("account", "").strip() or None,
    )
    return request_rule(held, actor, command)


_ACTS: Mapping[str, Callable[[Ledger, str, str, Posted], Done]] = {
    "take": _take,
    "revert": _revert,
    "resolve": _resolve,
    "search": _search,
    "explain": _explain,
    "comment": _comment,
    "remember": _remember,
}


def _field_of(act: str, where: str, typed: Posted) -> str:
    # Several forms stand on one page: each field has a name of its own.
    name = {("remember", "reason"): "rule_reason", ("revert", "reason"): "revert_reason"}.get(
        (act, where), where
    )
    return name if name in typed else ""


def _chosen(field: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        why = (
            gettext("nothing was chosen")
            if not value
            else gettext("“%(value)s” is none of the choices") % {"value": value[:40]}
        )
        raise Refusal(
            gettext(_REFUSED), where=field, why=why, cure=gettext("Choose one of the list.")
        )
    return value


def _before(request: HttpRequest) -> tuple[int, str] | None:
    at, _, name = request.GET.get("before", "").partition(" ")
    return (int(at), name) if at.isascii() and at.isdigit() and len(at) < 18 else None


def _file(page: CasesPage) -> HttpResponse:
    rows = [
        {
            "case": row.name,
            "check": row.title,
            "severity": row.severity,
            "subject": row.subject,
            "title": row.about,
            "further": row.more,
            "system": row.system,
            "state": row.state.text,
            "owner": row.owner,
            "due": utc(row.due_at),
            "opened": utc(row.opened_at),
        }
        for row in page.rows
    ]
    response = HttpResponse(csv_bytes(_COLUMNS, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="cases.csv"'
    return response
