"""The sources, and what can be done about a delivery that could not be read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.intake.files import FileTaken
from changeproof.intake.replay import replay as replay_delivery
from changeproof.intake.writer import wake
from changeproof.ledger.receipts import QuarantinedDelivery
from changeproof.ledger.service import ledger, now
from changeproof.web.counting import thousands
from changeproof.web.pages.connecting import SecretShown
from changeproof.web.readings.connecting_reading import read_connecting
from changeproof.web.readings.sources_reading import read_sources_page
from changeproof.web.said import heard, say
from changeproof.web.visibility import signed_in


@require_safe
@permission_required(Permission.SOURCE_READ, somewhere=True)
def sources(request: HttpRequest) -> HttpResponse:
    """What we see with, since when, and what came but could not be read."""
    return shown(request, done=heard(request).text)


@require_POST
@permission_required(Permission.QUARANTINE_REPLAY)
def replay(request: HttpRequest) -> HttpResponse:
    """Read one quarantined delivery again."""
    kind, delivery = request.POST.get("kind", ""), request.POST.get("delivery", "")
    try:
        taken = replay_delivery(ledger(), kind, delivery)
    except Refusal as refusal:
        return shown(request, refusal=refusal)
    wake()
    say(
        request,
        ngettext(
            "It was read: %(number)s new entry.",
            "It was read: %(number)s new entries.",
            taken.events,
        )
        % {"number": thousands(taken.events)},
    )
    return redirect("sources")


@require_safe
@permission_required(Permission.SOURCE_READ)
def payload(request: HttpRequest, digest: str) -> HttpResponse:  # noqa: ARG001
    """The body of a quarantined delivery, as it came; of no other payload."""
    held = ledger()
    body = (
        held.log.content(digest)
        if held.store.by(QuarantinedDelivery, "payload", [digest])
        else None
    )
    if body is None:
        raise Http404
    return HttpResponse(
        body,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{digest[:12]}.bin"'},
    )


def server_of(request: HttpRequest) -> str:
    """The address under which the reader reaches us."""
    return f"{request.scheme}://{request.get_host()}"


def shown(
    request: HttpRequest,
    *,
    done: str = "",
    refusal: Refusal | None = None,
    typed: Mapping[str, str] | None = None,
    secret: SecretShown | None = None,
    uploads: Sequence[FileTaken] = (),
) -> HttpResponse:
    """The page, after whatever was just done or refused."""
    caller = signed_in(request)
    may_connect = caller.may(Permission.SOURCE_MANAGE)
    server = server_of(request)
    page = read_sources_page(
        ledger(),
        now(),
        server,
        may_connect=may_connect,
        may_replay=caller.may(Permission.QUARANTINE_REPLAY),
    )
    connecting = (
        read_connecting(server, typed or {}, shown=secret, uploads=uploads) if may_connect else None
    )
    told = replace(page, done=done, refusal=refusal, connecting=connecting)
    status = 200 if refusal is None else 422
    return render(request, "sources.html", {"page": told}, status=status)
