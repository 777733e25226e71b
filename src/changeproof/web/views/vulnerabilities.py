"""Known vulnerabilities: the list, and one of them with what people say of it."""

from typing import cast, get_args

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from changeproof.accounts.callers import Caller, permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.ledger.vulnerabilities_read import SEVERITIES, Show
from changeproof.verifier.tabular import csv_bytes
from changeproof.web.counting import thousands
from changeproof.web.directory import directory_of
from changeproof.web.pages.vulnerabilities_page import VulnerabilityPage
from changeproof.web.readings.vulnerabilities_reading import (
    COLUMNS,
    csv_rows,
    read_vulnerabilities_page,
    read_vulnerability_page,
)
from changeproof.web.said import heard, say
from changeproof.web.views.desk import status_of
from changeproof.web.visibility import signed_in
from changeproof.workflow.recording import Done
from changeproof.workflow.weaknesses import (
    LinkVulnerability,
    RuledOut,
    RuleOutVulnerability,
    link_vulnerability,
    rule_out,
)


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def vulnerabilities(request: HttpRequest) -> HttpResponse:
    """What is open, what falls due and how old it is; the list as CSV."""
    held, caller, moment = ledger(), signed_in(request), now()
    asked = request.GET.get("show", "open")
    show = cast("Show", asked) if asked in get_args(Show) else "open"
    severity = request.GET.get("severity", "")
    severity = severity if severity in SEVERITIES else ""
    system = request.GET.get("system", "")[:500]
    with held.database.view():
        if request.GET.get("format") == "csv":
            rows = csv_rows(held, caller, moment, show, severity, system)
            reply = HttpResponse(csv_bytes(COLUMNS, rows), content_type="text/csv; charset=utf-8")
            reply["Content-Disposition"] = 'attachment; filename="vulnerabilities.csv"'
            return reply
        after = request.GET.get("after", "")[:500]
        page = read_vulnerabilities_page(held, caller, moment, show, severity, system, after)
    return render(request, "vulnerabilities.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def vulnerability(request: HttpRequest) -> HttpResponse:
    """One vulnerability, named in the query; what is said of it comes back here."""
    caller = signed_in(request)
    name = request.GET.get("name", "")[:500]
    typed = {key: request.POST.get(key, "") for key in ("change", "reason")}
    refusal: Refusal | None = None
    if request.method == "POST":
        _page(caller, name, {})  # whoever may not see it is not told that it is there
        try:
            done = _done(request, caller, name)
            say(
                request,
                gettext("It is entry %(entry)s of the log. %(note)s")
                % {"entry": thousands(done.entry), "note": done.note},
                done.entry,
            )
            return redirect(f"{reverse('vulnerability')}?{urlencode({'name': name})}")
        except Refusal as refused:
            refusal = refused
    said = heard(request)
    page = _page(caller, name, typed, said.text, said.entry)
    texts = [page.reason, page.why, page.cure]
    if refusal is not None:
        page = page.refused(refusal)
        texts += [refusal.where, refusal.why, refusal.cure]
    row = page.vulnerability
    people = [each.account for each in row.patches]
    people += [each.account for each in page.rulings]
    directory_of(request).expect(people, texts)
    return render(request, "vulnerability.html", {"page": page}, status=status_of(refusal))


def _done(request: HttpRequest, caller: Caller, name: str) -> Done:
    held, actor, act = ledger(), caller.account, request.POST.get("act", "")
    if act == "link":
        change = request.POST.get("change", "")
        return link_vulnerability(held, actor, LinkVulnerability(name, change))
    if act in get_args(RuledOut):
        reason = request.POST.get("reason", "")
        ruling = RuleOutVulnerability(name, cast("RuledOut", act), reason)
        return rule_out(held, actor, ruling)
    raise Refusal(
        gettext("Nothing was recorded."),
        where=name[:100],
        why=gettext("no answer was chosen"),
        cure=gettext("Press one of the buttons."),
    )


def _page(
    caller: Caller,
    name: str,
    typed: dict[str, str],
    done: str = "",
    done_entry: int | None = None,
) -> VulnerabilityPage:
    held = ledger()
    with held.database.view():
        page = read_vulnerability_page(held, caller, now(), name, typed, done, done_entry)
    if page is None:
        raise Http404
    return page
