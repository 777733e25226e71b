"""The company's policy: read, put forward by one, adopted by another."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.policy.reading import policy_refusals, read_policy
from changeproof.web.counting import thousands
from changeproof.web.directory import directory_of
from changeproof.web.pages.policy_page import (
    Line,
    PolicyDraftPage,
    PolicyVersion,
    PolicyVersionPage,
    Replay,
    policy_fields,
)
from changeproof.web.readings.catalogue import checks_by_id
from changeproof.web.readings.desk.reading import may_not
from changeproof.web.readings.policy_reading import (
    next_text,
    read_policy_page,
    read_policy_version,
    read_versions,
    replay,
)
from changeproof.web.readings.text_difference import difference
from changeproof.web.said import heard, say
from changeproof.web.views.days import time_typed
from changeproof.web.views.desk import status_of
from changeproof.web.visibility import signed_in
from changeproof.workflow.oversight import AcknowledgePolicy, acknowledge_policy
from changeproof.workflow.policies import AdoptPolicy, ProposePolicy, adopt_policy, propose_policy

_FILE = "policy.yaml"
_REFUSED = gettext_noop("The policy was not put forward.")
_PLACES = {_FILE: "text", "in force": "in_force"}  # what the acts call a field


@require_safe
@permission_required(Permission.POLICY_READ, somewhere=True)
def policy(request: HttpRequest) -> HttpResponse:
    """What is in force, in plain words, and every version."""
    said = heard(request)
    page = read_policy_page(
        ledger(), signed_in(request), now(), done=said.text, done_entry=said.entry
    )
    _expect(request, page.versions)
    if page.acknowledged is not None:
        directory_of(request).expect(page.acknowledged.missing)
    return render(request, "policy.html", {"page": page})


@require_POST
@permission_required(Permission.POLICY_ACKNOWLEDGE, somewhere=True)
def policy_acknowledge(request: HttpRequest, version: int) -> HttpResponse:
    """The viewer read it, and agrees to work by it."""
    try:
        done = acknowledge_policy(ledger(), signed_in(request).account, AcknowledgePolicy(version))
    except Refusal as refusal:
        say(request, f"{refusal.what} {refusal.why[:1].upper()}{refusal.why[1:]}. {refusal.cure}")
        return redirect("policy")
    say(
        request,
        gettext("You acknowledged %(name)s: entry %(entry)s of the log.")
        % {"name": done.name, "entry": thousands(done.entry)},
        done.entry,
    )
    return redirect("policy")


@require_safe
@permission_required(Permission.POLICY_READ, somewhere=True)
def policy_text(_request: HttpRequest, version: int) -> HttpResponse:
    """The text of one version, as a file."""
    held = ledger()
    found = next((each for each in read_versions(held, now()) if each.version == version), None)
    text = held.text(found.digest) if found is not None else None
    if text is None:
        raise Http404
    return HttpResponse(
        f"{text}\n",
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="policy-{version}.yaml"'},
    )


@require_safe
@permission_required(Permission.POLICY_READ, somewhere=True)
def policy_version(request: HttpRequest, version: int) -> HttpResponse:
    """One version beside the one before it; `?replay=yes` judges the past by it."""
    page = read_policy_version(
        ledger(), signed_in(request), now(), version, wants_replay="replay" in request.GET
    )
    if page is None:
        raise Http404
    return _shown(request, page)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.POLICY_READ, somewhere=True)
def policy_propose(request: HttpRequest) -> HttpResponse:
    """A text, looked at as often as its writer likes, then put forward."""
    held, caller, moment = ledger(), signed_in(request), now()
    barred = may_not(caller, Permission.POLICY_ADOPT, gettext("You may not put a policy forward."))
    if request.method != "POST" or barred is not None:
        fields = policy_fields({"text": next_text(held, moment)}, {})
        page = PolicyDraftPage(fields, may_not=barred, recorded_as=caller.display_name)
        # Who may not is told so before the click, by a page that opens; the click is refused.
        status = 403 if barred is not None and request.method == "POST" else 200
        return render(request, "policy_propose.html", {"page": page}, status=status)
    typed = {name: request.POST.get(name, "") for name in ("text", "in_force")}
    # Browsers send line ends as CR LF; the file that a command proposes has LF.
    typed["text"] = typed["text"].replace("\r\n", "\n")
    if request.POST.get("act") != "propose":
        return _looked_at(request, typed)
    try:
        command = ProposePolicy(
            typed["text"],
            time_typed("in_force", typed["in_force"], gettext(_REFUSED)),
            _FILE,
            tuple(checks_by_id()),
        )
        done = propose_policy(held, caller.account, command)
    except Refusal as refusal:
        return _looked_at(request, typed, refusal)
    say(
        request,
        gettext("%(name)s is entry %(entry)s of the log. A second person adopts it.")
        % {"name": done.name.capitalize(), "entry": thousands(done.entry)},
        done.entry,
    )
    return redirect("policy")


@require_POST
@permission_required(Permission.POLICY_ADOPT)
def policy_adopt(request: HttpRequest, version: int) -> HttpResponse:
    """Adopt what somebody else put forward, as it was shown."""
    held, caller = ledger(), signed_in(request)
    command = AdoptPolicy(version, request.POST.get("seen", ""))
    try:
        done = adopt_policy(held, caller.account, command)
    except Refusal as refusal:
        page = read_policy_version(held, caller, now(), version)
        if page is None:
            raise Http404 from refusal
        return _shown(request, page, refusal)
    say(
        request,
        gettext("%(name)s is adopted: entry %(entry)s of the log.")
        % {"name": done.name.capitalize(), "entry": thousands(done.entry)},
        done.entry,
    )
    return redirect("policy")


def _looked_at(
    request: HttpRequest, typed: dict[str, str], refusal: Refusal | None = None
) -> HttpResponse:
    """The draft with its mistakes or, where it has none, with what it would change."""
    held, moment = ledger(), now()
    mistakes = policy_refusals(typed["text"], _FILE, tuple(checks_by_id()))
    wrong = {}
    if refusal is not None and not mistakes:
        field = _PLACES.get(refusal.where, refusal.where)
        wrong = {field: f"{refusal.why[:1].upper()}{refusal.why[1:]}."}
    before: int | None = None
    lines: tuple[Line, ...] = ()
    told: Replay | None = None
    if not mistakes:
        adopted = [each for each in read_versions(held, moment) if each.standing != "proposed"]
        former = held.text(adopted[0].digest) if adopted else None
        before = adopted[0].version if former is not None else None
        lines = tuple(difference(former or "", typed["text"].strip()))
        if refusal is None:
            told = replay(held, read_policy(typed["text"], _FILE), moment)
    page = PolicyDraftPage(
        policy_fields(typed, wrong),
        mistakes=mistakes,
        is_looked_at=True,
        before=before,
        lines=lines,
        replay=told,
        refusal=None if mistakes else refusal,
        recorded_as=signed_in(request).display_name,
    )
    directory_of(request).expect((), [row.reason for row in told.rows] if told else [])
    status = 422 if mistakes else status_of(refusal)
    return render(request, "policy_propose.html", {"page": page}, status=status)


def _shown(
    request: HttpRequest, page: PolicyVersionPage, refusal: Refusal | None = None
) -> HttpResponse:
    _expect(request, [page.shown])
    told = [page.may_not]
    if page.replay is not None:
        told += [row.reason for row in page.replay.rows]
    if refusal is not None:
        told += [refusal.why, refusal.cure]
    directory_of(request).expect((), told)
    whole = {"page": page, "refusal": refusal}
    return render(request, "policy_version.html", whole, status=status_of(refusal))


def _expect(request: HttpRequest, versions: Sequence[PolicyVersion]) -> None:
    directory_of(request).expect(
        [who for each in versions for who in (each.proposed_by, each.adopted_by) if who]
    )
