"""Try a payload: what stands in it on the left, what would come of it on the right."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.sources.translate import described
from changeproof.sources.trying import LARGEST, Tried, tried
from changeproof.web.counting import thousands
from changeproof.web.pages.trying_page import KindChoice, TryingPage


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.SOURCE_MANAGE)
def try_payload(request: HttpRequest) -> HttpResponse:
    """Nothing is recorded, and nothing that was typed is kept."""
    kind = request.POST.get("kind", request.GET.get("kind", ""))[:60]
    payload, name = request.POST.get("payload", ""), request.POST.get("event", "")[:200].strip()
    found: Tried | None = None
    refusal: Refusal | None = None
    kinds: tuple[KindChoice, ...] = ()
    try:
        kinds = tuple(KindChoice(row["kind"], row["title"]) for row in described())
    except Refusal as unreadable:  # a mapping of the company's own
        refusal = unreadable
    if request.method == "POST":
        try:
            found = _tried(kind, payload, name)
        except Refusal as refused:
            refusal = refused
    page = TryingPage(
        kinds=kinds,
        kind=kind,
        event=name,
        payload=payload,
        outcome=found.outcome if found else "",
        reason=found.reason if found else "",
        events=tuple(
            (str(event["type"]), json.dumps(event, indent=2, sort_keys=True, ensure_ascii=False))
            for event in (found.events if found else ())
        ),
        refusal=refusal,
    )
    return render(request, "trying.html", {"page": page}, status=422 if refusal else 200)


def _tried(kind: str, payload: str, name: str) -> Tried:
    body = payload.encode("utf-8", "surrogateescape")
    if not body.strip():
        raise Refusal(
            gettext("Nothing was tried."),
            where="Payload",
            why=gettext("it is empty"),
            cure=gettext("Paste a payload as the system sends it."),
        )
    if len(body) > LARGEST:
        raise Refusal(
            gettext("Nothing was tried."),
            where="Payload",
            why=gettext("it has %(body)s bytes; this page takes %(largest)s")
            % {"body": thousands(len(body)), "largest": thousands(LARGEST)},
            cure=gettext("Try it on the command line: changeproof mapping try KIND FILE"),
        )
    return tried(kind, body, name)
