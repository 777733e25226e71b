"""Being told: what the page of alerts shows, to whom it may be shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from changeproof.accounts.models import User
from changeproof.alerts.awaited import AwaitedMessage, asked_by, awaited_messages
from changeproof.alerts.channels import KINDS
from changeproof.alerts.dead_letters import dead_letters
from changeproof.alerts.health import read_health
from changeproof.alerts.hours import kept_hours
from changeproof.alerts.models import Awaited, Channel, Outgoing, Route
from changeproof.alerts.notices import SEVERITIES
from changeproof.alerts.persons import WISHES, spoken, wish_of
from changeproof.ledger.service import Ledger, now
from changeproof.web.counting import count
from changeproof.web.pages.alerts_forms import (
    RHYTHMS,
    boxes,
    channel_fields,
    route_fields,
    turn_fields,
)
from changeproof.web.pages.alerts_page import (
    AcknowledgePage,
    AlertsPage,
    AwaitedRow,
    ChannelRow,
    DeadLetterRow,
    PassOnRow,
    RouteRow,
    ToldPage,
)
from changeproof.web.pages.desk_page import Choice
from changeproof.web.pages.fields import worded

_DEAD = 50
_PEOPLE = 20
_LINKS = 5  # of each
_AWAITED = 50
_THINGS = 20
ROUTED: Mapping[str, str] = {
    "case": gettext_noop("Cases that were opened"),
    "finding": gettext_noop("Findings: a deviation, or a sign that was raised"),
    "quarantine": gettext_noop("Deliveries that could not be read"),
    "escalation": gettext_noop("Decisions that are late"),
    "emergency": gettext_noop("Emergencies that are declared"),
    "break_glass": gettext_noop("The glass that was broken: an administrator made on the host"),
    "due": gettext_noop("What ends or falls due soon"),
    "week": gettext_noop("What the week was, on Monday morning"),
}
_KINDS = {
    "case": gettext_noop("Case"),
    "finding": gettext_noop("Finding"),
    "quarantine": gettext_noop("Quarantine"),
    "escalation": gettext_noop("Late"),
    "emergency": gettext_noop("Emergency"),
    "break_glass": gettext_noop("Break glass"),
    "due": gettext_noop("Due soon"),
    "week": gettext_noop("Week"),
    "alert_path": gettext_noop("Alerts"),
    "test": gettext_noop("Test"),
    "needs_you": gettext_noop("Waits for them"),
}
_OF_A_CHANGE = ("case", "finding", "escalation", "needs_you")
"""The kinds whose subject is a name; of the others it is a sentence."""
_WISHES = {
    "at_once": gettext_noop("At once; what follows within ten minutes is gathered into the next"),
    "daily": gettext_noop(
        "Once a day, in the morning (07:00 UTC); what is late comes at once all the same"
    ),
    "none": gettext_noop("Never: the desk says it"),
}


@dataclass(frozen=True)
class Typed:
    """What was typed into the forms, kept after a refusal; never an address."""

    words: Mapping[str, str] = field(default_factory=dict)
    severities: Sequence[str] = ()
    kinds: Sequence[str] = ()


def read_alerts_page(
    held: Ledger,
    server: str,
    *,
    may_manage: bool,
    sees_all: bool,
    answers_for: Collection[str] | None,
    typed: Typed,
) -> AlertsPage:
    """The page. Who may not manage sees how channels do, not where mail goes nor people's links;
    whose roles are for some systems alone sees neither routes nor what was given up. What waits to
    be acknowledged is shown to those who may, by system (None: all)."""
    people, people_total = (
        _people(held, server) if may_manage and not settings.MAIL.configured else ((), 0)
    )
    channels = Channel.objects.annotate(number=Count("routes")).order_by("name")
    routes = list(
        Route.objects.select_related("channel", "otherwise", "next_route").order_by(
            "channel__name", "name"
        )
    )
    return AlertsPage(
        health=read_health(),
        channels=tuple(_channel(each, each.number, may_manage) for each in channels),
        routes=tuple(_route(each) for each in routes) if sees_all else (),
        awaited=tuple(_awaited(each) for each in awaited_messages(answers_for, now(), _AWAITED)),
        asks=any(each.acknowledge_within for each in routes),
        dead=tuple(_dead(each) for each in dead_letters()[:_DEAD]) if sees_all else (),
        sees_all=sees_all,
        people=people,
        people_total=people_total,
        may_manage=may_manage,
        has_mail=settings.MAIL.configured,
        is_under_way=Outgoing.objects.filter(kind="test", attempts=0, given_up_at=None).exists(),
        channel_fields=channel_fields(
            [(kind, f"{kind}: {words}") for kind, words in KINDS.items()], typed.words
        ),
        route_fields=route_fields([each.name for each in channels], typed.words),
        turn_fields=turn_fields(
            [each.name for each in channels], [each.name for each in routes], typed.words
        ),
        severities=boxes({each: each.capitalize() for each in SEVERITIES}, typed.severities),
        kinds=boxes(dict(worded(list(ROUTED.items()))), typed.kinds),
        is_default="route_default" in typed.words,
    )


def read_acknowledge_page(message: str, systems: Collection[str] | None) -> AcknowledgePage:
    """What this message asks of who may answer for these systems."""
    asked = [
        row
        for row in asked_by(message)
        if systems is None or (row.system and row.system in systems)
    ]
    if not asked:
        return AcknowledgePage(None)
    things = {row.case_id: row for row in asked}
    first, moment = asked[0], now()
    row = AwaitedMessage(
        message,
        len(things),
        first.subject,
        first.kind,
        first.system,
        first.route.name,
        first.channel.name,
        first.told_at,
        first.due_at,
        first.due_at <= moment,
    )
    shown = list(things.values())[:_THINGS]
    return AcknowledgePage(
        _awaited(row),
        tuple((f"{gettext(_KINDS[each.kind])}: {each.subject}", _address(each)) for each in shown),
        len(things) - len(shown),
    )


def read_told_page(user: User) -> ToldPage:
    """How this person is told."""
    wish = wish_of(user)
    return ToldPage(
        choices=tuple(Choice(each, gettext(_WISHES[each]), each == wish) for each in WISHES),
        email=user.email,
        has_mail=settings.MAIL.configured,
    )


def what_of(route: Route) -> str:
    """What a route takes, in words."""
    if route.is_default:
        return gettext("What no other route takes, findings left out")
    words = [*route.systems, *route.checks]
    words += [gettext("severity %(each)s") % {"each": each} for each in route.severities]
    words += [gettext(_KINDS[each]).lower() for each in route.kinds]
    return ", ".join(words) or gettext("Everything")


def _route(route: Route) -> RouteRow:
    hours = kept_hours(route.hours)
    return RouteRow(
        route.name,
        route.channel.name,
        RHYTHMS[route.rhythm],
        what_of(route),
        hours.words if hours else "",
        route.otherwise.name if route.otherwise else "",
        route.next_route.name if route.next_route else "",
        route.acknowledge_within,
    )


def _awaited(each: AwaitedMessage) -> AwaitedRow:
    return AwaitedRow(
        each.message,
        each.subject if each.count == 1 else count(each.count, "thing"),
        gettext(_KINDS[each.kind]),
        each.route,
        each.channel,
        each.told_at,
        each.due_at,
        each.is_late,
    )


def _address(row: Awaited) -> str:
    """The page of what it is about; empty where it is a sentence."""
    if row.kind == "case":
        return reverse("case", args=[row.case_id])
    return reverse("change", args=[row.subject]) if row.kind in _OF_A_CHANGE else ""


def _channel(channel: Channel, routes: int, may_manage: bool) -> ChannelRow:
    is_person = channel.kind == "mail" and not may_manage
    return ChannelRow(
        name=channel.name,
        kind=channel.kind,
        to="" if is_person else channel.shown,
        sent_at=channel.sent_at,
        failed_at=channel.failed_at,
        trouble=channel.trouble,
        routes=routes,
    )


def _dead(row: Outgoing) -> DeadLetterRow:
    return DeadLetterRow(
        key=row.pk,
        given_up_at=row.given_up_at or 0,
        to=row.channel.name if row.channel is not None else f"{{{row.recipient}}}",
        kind=gettext(_KINDS[row.kind]),
        about=row.subject,
        url=reverse("change", args=[row.subject]) if row.kind in _OF_A_CHANGE else "",
    )


def _people(held: Ledger, server: str) -> tuple[tuple[PassOnRow, ...], int]:
    """People for whom links wait, with the first of them as whole addresses; and how many are."""
    waiting = Outgoing.objects.exclude(recipient="").filter(given_up_at=None)
    counts = dict(
        waiting.order_by("recipient").values_list("recipient").annotate(number=Count("pk"))
    )
    chosen = list(counts)[:_PEOPLE]
    by_person: dict[str, list[Outgoing]] = {account: [] for account in chosen}
    for row in waiting.filter(recipient__in=chosen).order_by("pk"):
        if len(by_person[row.recipient]) < _LINKS:
            by_person[row.recipient].append(row)
    shown = [row for rows in by_person.values() for row in rows]
    said = dict(zip((row.pk for row in shown), spoken(held, shown), strict=True))
    people = tuple(
        PassOnRow(
            account,
            tuple((said[row.pk][0], f"{server}{said[row.pk][1]}") for row in rows),
            counts[account] - len(rows),
        )
        for account, rows in by_person.items()
    )
    return people, len(counts)
