"""Several cases given to one person, one rule set aside for several, several waivers granted."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.web.counting import count
from changeproof.web.directory import directory_of
from changeproof.web.pages.desk_page import FormPage
from changeproof.web.pages.several_page import (
    CHOSEN,
    Candidate,
    ask_waivers_form,
    give_cases_form,
    grant_waivers_form,
)
from changeproof.web.pages.together_page import Outcome, Planned, TogetherPage
from changeproof.web.readings.desk.several import (
    cases_to_give,
    possible_owners,
    subjects_that_wait,
    waivers_that_wait,
)
from changeproof.web.readings.desk.waivers import longest_days, waivable
from changeproof.web.readings.subjects import subject_url
from changeproof.web.views.case_filter import asked_cases
from changeproof.web.views.days import end_of_day
from changeproof.web.views.desk_forms import shown_form
from changeproof.web.visibility import signed_in
from changeproof.workflow import several
from changeproof.workflow.casework import TakeCase, take_case
from changeproof.workflow.drafts import new_draft, once
from changeproof.workflow.recording import Done
from changeproof.workflow.requesting import Window
from changeproof.workflow.waiving import (
    GrantWaiver,
    RequestWaiver,
    grant_waiver,
    request_waiver,
)

_REFUSED = gettext_noop("Nothing was recorded.")
Record = Callable[[str], Done]


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_AUTHORIZE, somewhere=True)
def cases_together(request: HttpRequest) -> HttpResponse:
    """Let one person see to several cases."""
    held, caller = ledger(), signed_in(request)
    asked = replace(asked_cases(request.GET), state="open")
    candidates = cases_to_give(held, caller, asked)
    typed = {"owner": request.POST.get("owner", "")}

    def page(wrong: dict[str, str]) -> FormPage:
        named = directory_of(request)
        owners = [(account, named(account)) for account, _ in possible_owners(held, caller)]
        url, form = request.get_full_path(), _form(request)
        return give_cases_form(url, candidates, owners, _chosen(request), typed, wrong, form)

    def give(name: str) -> Done:
        return take_case(held, caller.account, TakeCase(name, typed["owner"]))

    def record() -> Record:
        _needed("owner", typed["owner"], gettext("Choose who sees to them."))
        return give

    return _answer(
        request, "cases", candidates, record, page, lambda name: reverse("case", args=[name])
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.WAIVER_REQUEST, somewhere=True)
def waivers_together(request: HttpRequest) -> HttpResponse:
    """Ask that one rule be set aside for several."""
    held, caller, moment = ledger(), signed_in(request), now()
    check = request.POST.get("check", request.GET.get("check", ""))
    title = dict(waivable(held, moment)).get(check)
    if title is None:
        raise Http404
    candidates = subjects_that_wait(held, caller, check, moment)
    typed = {name: request.POST.get(name, "") for name in ("ends", "reason", "compensation")}

    def page(wrong: dict[str, str]) -> FormPage:
        longest = count(longest_days(held, moment), "day")
        return ask_waivers_form(
            reverse("waivers_together"),
            check,
            title,
            longest,
            candidates,
            _chosen(request),
            typed,
            wrong,
            _form(request),
        )

    def record() -> Record:
        _needed("reason", typed["reason"], gettext("Say why the rule cannot be met."))
        _needed(
            "compensation", typed["compensation"], gettext("Say what lowers the risk meanwhile.")
        )
        window = Window(moment, end_of_day("ends", typed["ends"], gettext(_REFUSED)))
        command = RequestWaiver(check, "", window, typed["reason"], typed["compensation"])
        return lambda name: request_waiver(held, caller.account, replace(command, subject=name))

    return _answer(request, "waivers", candidates, record, page, subject_url)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.WAIVER_GRANT, somewhere=True)
def waivers_granted_together(request: HttpRequest) -> HttpResponse:
    """Grant several waivers as they were asked for."""
    held, caller = ledger(), signed_in(request)
    candidates = waivers_that_wait(held, caller, now())
    typed = {"reason": request.POST.get("reason", "")}

    def page(wrong: dict[str, str]) -> FormPage:
        url, form = reverse("waivers_granted_together"), _form(request)
        return grant_waivers_form(url, candidates, _chosen(request), typed, wrong, form)

    def grant(name: str) -> Done:
        return grant_waiver(held, caller.account, GrantWaiver(name, typed["reason"] or None))

    waivers = reverse("waivers")
    return _answer(request, "grants", candidates, lambda: grant, page, lambda _name: waivers)


def _answer(
    request: HttpRequest,
    kind: str,
    candidates: Sequence[Candidate],
    record: Callable[[], Record],
    page: Callable[[dict[str, str]], FormPage],
    url: Callable[[str], str],
) -> HttpResponse:
    """The preview; or what became of each that was chosen. Those that a first sending of the form
    recorded are told again. What the viewer may not see is not among the candidates or recorded
    before, and so not found."""
    told = [each.detail for each in candidates] + [each.why for each in candidates]
    directory_of(request).expect((), told)
    if request.method != "POST":
        return shown_form(request, page({}), None, None)
    chosen, held, account = _chosen(request), ledger(), signed_in(request).account
    form = _form(request)
    try:
        act = record()
        outcomes = several.each_by_itself(
            chosen,
            lambda name: once(
                held,
                account,
                f"several/{kind}",
                sha256_hex(f"{form} {name}".encode())[:32],
                lambda: _among(candidates, name, act),
            ),
        )
    except Refusal as refusal:
        said = f"{refusal.why[:1].upper()}{refusal.why[1:]}."
        return shown_form(request, page({refusal.where: said}), refusal, None)
    known = {each.name: each for each in candidates}
    shown = [
        Outcome(
            Planned(
                each.change,
                known[each.change].title if each.change in known else each.change,
                "",
                url(each.change),
            ),
            each.done.entry if each.done is not None else None,
            f"{each.why[:1].upper()}{each.why[1:]}",
            each.cure,
        )
        for each in outcomes
    ]
    directory_of(request).expect((), [text for each in shown for text in (each.why, each.cure)])
    result = TogetherPage(
        "", "", "", (), form, reason_is_needed=False, outcomes=tuple(shown), is_of_changes=False
    )
    status = 200 if result.recorded else 422
    return render(request, "together.html", {"page": result}, status=status)


def _among(candidates: Sequence[Candidate], name: str, act: Record) -> Done:
    """Do it to one that the preview showed. Raises Refusal."""
    found = next((each for each in candidates if each.name == name), None)
    if found is None or found.why:
        why = (
            found.why
            if found is not None
            else gettext("it is not among those that can be chosen any more")
        )
        raise Refusal(
            gettext(_REFUSED), where=name[:100], why=why, cure=gettext("Look at the list again.")
        )
    return act(name)


def _needed(field: str, text: str, cure: str) -> None:
    if not text.strip():
        raise Refusal(gettext(_REFUSED), where=field, why=gettext("it is empty"), cure=cure)


def _chosen(request: HttpRequest) -> list[str]:
    return [each for each in dict.fromkeys(request.POST.getlist(CHOSEN)) if each.strip()]


def _form(request: HttpRequest) -> str:
    return request.POST.get("form", "") or new_draft()
