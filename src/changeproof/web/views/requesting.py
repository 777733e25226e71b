"""Request a change: a form that keeps itself as a draft, and is recorded once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.web.directory import directory_of
from changeproof.web.pages.fields import KINDS, NONE, RISKS
from changeproof.web.pages.request_page import (
    DraftLink,
    DraftState,
    RequestPage,
    request_groups,
)
from changeproof.web.readings.desk.reading import may_not
from changeproof.web.readings.desk.requesting import (
    Filled,
    fill_from,
    rating_so_far,
    read_choices,
    works_named,
)
from changeproof.web.said import say_named
from changeproof.web.views.days import time_typed
from changeproof.web.views.desk import status_of
from changeproof.web.visibility import signed_in
from changeproof.workflow.describing import Description, Setting
from changeproof.workflow.drafts import (
    DraftMoved,
    discard_draft,
    draft_named,
    drafts_of,
    new_draft,
    once,
    save_draft,
)
from changeproof.workflow.rating import Risk
from changeproof.workflow.requesting import Kind, RequestChange, Window, request_change

FORM = "request"
_REFUSED = gettext_noop("The change was not requested.")
_FIELDS = (
    *("links", "title", "system", "kind", "reason", "ticket", "template", "impact", "systems"),
    *("objectives", "data_classes", "risk", "risk_reason", "test_plan", "back_out", "begins"),
    *("ends", "environment", "item", "before", "after"),
)
_CALLED = {
    "back-out plan": "back_out",
    "test plan": "test_plan",
    "window": "ends",
    "data": "data_classes",
    "work": "links",
}
"""What the acts call a field, where the form calls it otherwise."""
_MOST_DIGITS = 10


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def request(request: HttpRequest) -> HttpResponse:
    """Request a change; the number it gets is said on the desk."""
    held, caller = ledger(), signed_in(request)
    if request.method != "POST":
        draft = draft_named(caller.account, FORM, request.GET.get("draft", ""))
        if draft is None:
            return _shown(request, {}, DraftState(new_draft()))
        state = DraftState(draft.draft, draft.version, draft.saved_at)
        return _shown(request, draft.said, state)
    typed = _typed(request)
    state = _state(request)
    try:
        if request.POST.get("act") == "fill":
            filled = fill_from(held, caller, works_named(held, typed["links"]))
            fresh = {name: value for name, value in filled.values.items() if not typed.get(name)}
            marks = {name: filled.marks[name] for name in fresh}
            return _shown(request, {**typed, **fresh}, state, filled=Filled(fresh, marks))
        command = _command(typed)
        done = once(
            held,
            caller.account,
            FORM,
            request.POST.get("draft", ""),
            lambda: request_change(held, caller.account, command),
        )
    except Refusal as refusal:
        return _shown(request, typed, state, refusal=refusal)
    say_named(request, done)
    return redirect("desk")


@never_cache
@require_POST
@permission_required(Permission.CHANGE_READ, somewhere=True)
def save(request: HttpRequest) -> HttpResponse:
    """Keep what was typed, for its writer alone; nothing goes into the log."""
    held, caller, typed, state = ledger(), signed_in(request), _typed(request), _state(request)
    rating = rating_so_far(held, typed, now())
    said = {name: value for name, value in typed.items() if value}
    try:
        saved = save_draft(held, caller.account, FORM, state.draft, said, state.version)
    except Refusal as refusal:
        if not _by_script(request):
            return _shown(request, typed, state, refusal=refusal)
        # htmx shows no body of a refused answer; what it says is the answer here.
        told = replace(state, refusal=refusal, rating=rating)
        return render(request, "_draft.html", {"state": told})
    if _by_script(request):
        told = replace(state, version=saved.version, saved_at=saved.saved_at, rating=rating)
        return render(request, "_draft.html", {"state": told})
    return redirect(f"{reverse('request')}?draft={saved.draft}")


@require_POST
@permission_required(Permission.CHANGE_READ, somewhere=True)
def discard(request: HttpRequest) -> HttpResponse:
    """Forget a draft."""
    discard_draft(signed_in(request).account, request.POST.get("draft", ""))
    return redirect("request")


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _typed(request: HttpRequest) -> dict[str, str]:
    """What was typed, field by field; several boxes on lines of their own."""
    return {name: "\n".join(request.POST.getlist(name)) for name in _FIELDS}


def _state(request: HttpRequest) -> DraftState:
    version = request.POST.get("version", "")
    whole = version.isdecimal() and len(version) < _MOST_DIGITS
    return DraftState(request.POST.get("draft", ""), int(version) if whole else 0)


def _command(typed: Mapping[str, str]) -> RequestChange:
    risk = _one_of("risk", typed["risk"], RISKS) if typed["risk"] else None
    return RequestChange(
        title=typed["title"],
        system=typed["system"],
        reason=typed["reason"],
        kind=cast(Kind, _one_of("kind", typed["kind"], KINDS)),
        risk=cast(Risk | None, risk),
        back_out=typed["back_out"] or None,
        ticket_key=typed["ticket"].strip() or None,
        links=tuple(each.strip() for each in typed["links"].split(",") if each.strip()),
        window=_window(typed),
        template=typed["template"].strip() or None,
        description=Description(
            impact=typed["impact"] or None,
            test_plan=typed["test_plan"] or None,
            systems=_listed("systems", typed),
            objectives=_listed("objectives", typed),
            data_classes=_listed("data_classes", typed),
            risk_reason=typed["risk_reason"] or None,
            settings=_settings(typed),
        ),
    )


def _listed(field: str, typed: Mapping[str, str]) -> tuple[str, ...] | None:
    """The boxes ticked or names typed; empty for "none", None where nothing was said."""
    text = typed[field].strip()
    if not text:
        return None
    chosen = tuple(each.strip() for each in text.replace(",", "\n").split("\n") if each.strip())
    none = [each for each in chosen if each == NONE or each.lower() == "none"]
    if none and len(none) < len(chosen):
        why = gettext("it names some, and says that there is none")
        raise _refused(field, why, gettext("Keep one of the two."))
    return () if none else chosen


def _settings(typed: Mapping[str, str]) -> tuple[Setting, ...]:
    if not any(typed[name].strip() for name in ("environment", "item", "before", "after")):
        return ()
    return (
        Setting(
            typed["environment"], typed["item"], typed["before"] or None, typed["after"] or None
        ),
    )


def _window(typed: Mapping[str, str]) -> Window | None:
    begins, ends = typed["begins"].strip(), typed["ends"].strip()
    if not begins and not ends:
        return None
    return Window(
        time_typed("begins", begins, gettext(_REFUSED)), time_typed("ends", ends, gettext(_REFUSED))
    )


def _one_of(field: str, value: str, choices: tuple[tuple[str, str], ...]) -> str:
    if value in {name for name, _ in choices}:
        return value
    why = (
        gettext("no %(field)s was chosen") % {"field": field}
        if not value
        else gettext("“%(value)s” is no %(field)s that we know")
        % {"value": value[:40], "field": field}
    )
    listed = ", ".join(gettext(label) for _, label in choices)
    raise _refused(field, why, gettext("Choose one of: %(choices)s.") % {"choices": listed})


def _refused(field: str, why: str, cure: str) -> Refusal:
    return Refusal(gettext(_REFUSED), where=field, why=why, cure=cure)


def _wrong(refusal: Refusal | None, typed: Mapping[str, str]) -> dict[str, str]:
    """The field that a refusal names, with what is wrong with it."""
    if refusal is None:
        return {}
    field = _CALLED.get(refusal.where, refusal.where)
    if field not in _FIELDS:
        field = next((name for name, value in typed.items() if value == refusal.where), "")
    return {field: f"{refusal.why[:1].upper()}{refusal.why[1:]}."} if field else {}


def _shown(
    request: HttpRequest,
    typed: Mapping[str, str],
    state: DraftState,
    *,
    refusal: Refusal | None = None,
    filled: Filled | None = None,
) -> HttpResponse:
    held, caller, moment = ledger(), signed_in(request), now()
    choices = read_choices(held, caller, moment)
    marks = filled.marks if filled is not None else {}
    others = [each for each in drafts_of(caller.account, FORM) if each.draft != state.draft]
    page = RequestPage(
        groups=request_groups(choices, typed, _wrong(refusal, typed), marks),
        state=replace(state, rating=rating_so_far(held, typed, moment)),
        promise=gettext(
            "Recorded as %(display_name)s. It becomes a log entry at once; somebody "
            "else authorizes and approves it. It cannot be undone; it can be "
            "cancelled."
        )
        % {"display_name": caller.display_name},
        drafts=tuple(DraftLink(o.draft, o.said.get("title", ""), o.saved_at) for o in others),
        refusal=refusal,
        may_not=may_not(
            caller, Permission.CHANGE_REQUEST, gettext("You may not request a change.")
        ),
    )
    texts = [each.detail for each in choices.templates]
    if refusal is not None:
        texts += [refusal.where, refusal.why, refusal.cure]
    directory_of(request).expect((), texts)
    status = 409 if isinstance(refusal, DraftMoved) else status_of(refusal)
    return render(request, "request.html", {"page": page}, status=status)
