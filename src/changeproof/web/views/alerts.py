"""Being told: channels, routes, tests, dead letters; and how each person wants to be told."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.models import User
from changeproof.accounts.vocabulary import Permission
from changeproof.alerts.hours import on_call_of
from changeproof.alerts.links import acknowledging
from changeproof.alerts.persons import choose
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.web.counting import thousands
from changeproof.web.directory import directory_of
from changeproof.web.pages.alerts_page import AcknowledgePage
from changeproof.web.readings.alerts_reading import (
    Typed,
    read_acknowledge_page,
    read_alerts_page,
    read_told_page,
)
from changeproof.web.said import heard, say
from changeproof.web.views.sources import server_of
from changeproof.web.visibility import signed_in
from changeproof.workflow import telling
from changeproof.workflow.acknowledging import AcknowledgeAlert, acknowledge_alert
from changeproof.workflow.telling import AddChannel, SetRoute

_LARGEST_KEY = 2**63 - 1


@require_safe
@permission_required(Permission.SOURCE_READ, somewhere=True)
def alerts(request: HttpRequest) -> HttpResponse:
    """Who is told of what, and whether it arrives."""
    return _shown(request, done=heard(request).text)


@require_POST
@permission_required(Permission.ALERT_MANAGE)
def add_channel(request: HttpRequest) -> HttpResponse:
    """Tell an address; a test follows within a minute."""
    typed = request.POST
    command = AddChannel(
        typed.get("channel_kind", ""),
        typed.get("channel_address", ""),
        typed.get("channel_name", ""),
    )
    return _done(
        request,
        lambda account: (
            gettext("%(name)s is told from now on; a test is on its way.")
            % {"name": telling.connect_channel(ledger(), account, command).name}
        ),
    )


@require_POST
@permission_required(Permission.ALERT_MANAGE)
def remove_channel(request: HttpRequest) -> HttpResponse:
    """Forget a channel, its routes, and what waits for it."""
    name = request.POST.get("name", "")

    def act(account: str) -> str:
        telling.disconnect_channel(ledger(), account, name)
        return gettext("%(name)s is told no more.") % {"name": name}

    return _done(request, act)


@require_POST
@permission_required(Permission.ALERT_MANAGE)
def test_channel(request: HttpRequest) -> HttpResponse:
    """Send a test; whether it arrived stands on the page in a moment."""
    name = request.POST.get("name", "")

    def act(account: str) -> str:
        telling.test_channel(ledger(), account, name)
        return gettext("A test goes to %(name)s; whether it arrives stands here in a moment.") % {
            "name": name
        }

    return _done(request, act)


test_channel.__test__ = False  # type: ignore[attr-defined] # it tests a channel, and is no test


@require_POST
@permission_required(Permission.ALERT_MANAGE)
def set_route(request: HttpRequest) -> HttpResponse:
    """Say what a channel is told."""
    typed = request.POST
    command = SetRoute(
        name=typed.get("route_name", ""),
        channel=typed.get("route_channel", ""),
        rhythm=typed.get("route_rhythm", ""),
        is_default="route_default" in typed,
        systems=_words(typed.get("route_systems", "")),
        checks=_words(typed.get("route_checks", "")),
        severities=tuple(typed.getlist("route_severity")),
        kinds=tuple(typed.getlist("route_kind")),
        otherwise=typed.get("route_otherwise", ""),
        next_route=typed.get("route_next", ""),
    )

    def act(account: str) -> str:
        hours = on_call_of(
            typed.get("route_zone", "").strip(),
            typed.get("route_opens", "").strip(),
            typed.get("route_closes", "").strip(),
            _words(typed.get("route_days", "")),
            _words(typed.get("route_holidays", "")),
        )
        within = _minutes(typed.get("route_within", "").strip())
        whole = replace(command, hours=hours, acknowledge_within=within)
        return gettext("The route %(name)s is set.") % {
            "name": telling.set_route(ledger(), account, whole).name
        }

    return _done(request, act)


@require_POST
@permission_required(Permission.ALERT_ACKNOWLEDGE, somewhere=True)
def acknowledge(request: HttpRequest) -> HttpResponse:
    """Say that a message of the list was seen."""
    command = AcknowledgeAlert(request.POST.get("message", ""))
    return _done(request, lambda account: acknowledge_alert(ledger(), account, command).note)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.ALERT_ACKNOWLEDGE, somewhere=True)
def acknowledge_link(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link of a message leads: to open it changes nothing, its button does."""
    refusal, page = None, AcknowledgePage(None)
    caller = signed_in(request)
    try:
        message = acknowledging(token)
        page = read_acknowledge_page(message, caller.systems(Permission.ALERT_ACKNOWLEDGE))
        if request.method == "POST":
            done = acknowledge_alert(ledger(), caller.account, AcknowledgeAlert(message))
            say(request, done.note, done.entry)
            return redirect("alerts" if caller.may_somewhere(Permission.SOURCE_READ) else "desk")
    except Refusal as refused:
        refusal = refused
    status = 200 if refusal is None else 422 if request.method == "POST" else 404
    return render(
        request, "acknowledge.html", {"page": replace(page, refusal=refusal)}, status=status
    )


@require_POST
@permission_required(Permission.ALERT_MANAGE)
def remove_route(request: HttpRequest) -> HttpResponse:
    """Take a route away; what waits already is told."""
    name = request.POST.get("name", "")

    def act(account: str) -> str:
        telling.remove_route(ledger(), account, name)
        return gettext("The route %(name)s is gone.") % {"name": name}

    return _done(request, act)


@require_POST
@permission_required(Permission.ALERT_MANAGE)
def replay_letters(request: HttpRequest) -> HttpResponse:
    """Send one dead letter again, or all."""
    keys = None if "all" in request.POST else _keys(request.POST)

    def act(account: str) -> str:
        done = telling.send_again(ledger(), account, keys)
        return ngettext(
            "%(number)s thing will be sent again.", "%(number)s things will be sent again.", done
        ) % {"number": thousands(done)}

    return _done(request, act)


@require_POST
@permission_required(Permission.ALERT_MANAGE)
def let_go(request: HttpRequest) -> HttpResponse:
    """Forget one dead letter."""
    keys = _keys(request.POST)

    def act(account: str) -> str:
        telling.let_go(ledger(), account, keys)
        return gettext("It is forgotten; that it was given up stays on record.")

    return _done(request, act)


@require_POST
@permission_required(Permission.ALERT_MANAGE)
def passed_on(request: HttpRequest) -> HttpResponse:
    """Somebody was given their links by other means."""
    person = request.POST.get("account", "")

    def act(account: str) -> str:
        done = telling.passed_on(ledger(), account, person)
        return ngettext(
            "Recorded: {%(person)s} was told of %(number)s thing.",
            "Recorded: {%(person)s} was told of %(number)s things.",
            done,
        ) % {"person": person, "number": thousands(done)}

    return _done(request, act)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def told(request: HttpRequest) -> HttpResponse:
    """How the viewer is told of what waits for them; a choice of their own."""
    user = request.user
    if not isinstance(user, User):
        return redirect("account_login")
    refusal = None
    if request.method == "POST":
        try:
            choose(user, request.POST.get("rhythm", ""), now())
        except Refusal as refused:
            refusal = refused
        else:
            say(request, gettext("Kept: it holds for what waits already, too."))
            return redirect("told")
    page = replace(read_told_page(user), done=heard(request).text, refusal=refusal)
    return render(request, "told.html", {"page": page}, status=422 if refusal else 200)


def _done(request: HttpRequest, act: Callable[[str], str]) -> HttpResponse:
    """Act as the viewer: what came of it is said on the next page, a refusal on this one."""
    try:
        text = act(signed_in(request).account)
    except Refusal as refusal:
        return _shown(request, refusal=refusal)
    say(request, text)
    return redirect("alerts")


def _shown(request: HttpRequest, *, done: str = "", refusal: Refusal | None = None) -> HttpResponse:
    caller = signed_in(request)
    may_manage = caller.may(Permission.ALERT_MANAGE)
    typed = Typed(
        {name: value for name, value in request.POST.items() if isinstance(value, str)},
        request.POST.getlist("route_severity"),
        request.POST.getlist("route_kind"),
    )
    page = read_alerts_page(
        ledger(),
        server_of(request),
        may_manage=may_manage,
        sees_all=caller.may(Permission.SOURCE_READ),
        answers_for=caller.systems(Permission.ALERT_ACKNOWLEDGE),
        typed=typed,
    )
    directory_of(request).expect(
        [row.account for row in page.people], [*(row.to for row in page.dead), done]
    )
    context = {"page": replace(page, done=done, refusal=refusal)}
    return render(request, "alerts.html", context, status=200 if refusal is None else 422)


def _minutes(text: str) -> int:
    """Minutes that were typed; 0 for nothing, -1 for what is no number: that is refused."""
    if not text:
        return 0
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else -1


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.replace("\n", ",").split(",") if word.strip())


def _keys(typed: Mapping[str, str]) -> list[int]:
    key = typed.get("key", "")
    number = int(key) if key.isascii() and key.isdecimal() and len(key) < 20 else 0
    return [number] if 0 < number <= _LARGEST_KEY else []
