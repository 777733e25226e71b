"""Being told: what the page of alerts shows, to whom it may be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Count
from django.urls import reverse

from changeproof.accounts.models import User
from changeproof.alerts.channels import KINDS
from changeproof.alerts.dead_letters import dead_letters
from changeproof.alerts.health import read_health
from changeproof.alerts.models import Channel, Outgoing, Route
from changeproof.alerts.notices import SEVERITIES
from changeproof.alerts.persons import WISHES, spoken, wish_of
from changeproof.ledger.service import Ledger
from changeproof.web.pages.alerts_forms import RHYTHMS, boxes, channel_fields, route_fields
from changeproof.web.pages.alerts_page import (
    AlertsPage,
    ChannelRow,
    DeadLetterRow,
    PassOnRow,
    RouteRow,
    ToldPage,
)
from changeproof.web.pages.desk_page import Choice

_DEAD = 50
_PEOPLE = 20
_LINKS = 5  # of each
ROUTED: Mapping[str, str] = {
    "case": "Cases: a change that nobody authorized",
    "finding": "Findings: a deviation, or a sign that was raised",
    "quarantine": "Deliveries that could not be read",
    "escalation": "Decisions that are late",
    "emergency": "Emergencies that are declared",
    "break_glass": "The glass that was broken: an administrator made on the host",
    "due": "What ends or falls due soon",
    "week": "What the week was, on Monday morning",
}
_KINDS = {
    "case": "Case",
    "finding": "Finding",
    "quarantine": "Quarantine",
    "escalation": "Late",
    "emergency": "Emergency",
    "break_glass": "Break glass",
    "due": "Due soon",
    "week": "Week",
    "test": "Test",
    "needs_you": "Waits for them",
}
_WISHES = {
    "at_once": "At once; what follows within ten minutes is gathered into the next",
    "daily": "Once a day, in the morning (07:00 UTC); what is late comes at once all the same",
    "none": "Never: the desk says it",
}


@dataclass(frozen=True)
class Typed:
    """What was typed into the forms, kept after a refusal; never an address."""

    words: Mapping[str, str] = field(default_factory=dict)
    severities: Sequence[str] = ()
    kinds: Sequence[str] = ()


def read_alerts_page(
    held: Ledger, server: str, *, may_manage: bool, sees_all: bool, typed: Typed
) -> AlertsPage:
    """The page. Who may not manage sees how channels do, not where mail goes nor people's links;
    whose roles are for some systems alone sees neither routes nor what was given up."""
    people, people_total = (
        _people(held, server) if may_manage and not settings.MAIL.configured else ((), 0)
    )
    channels = Channel.objects.annotate(number=Count("routes")).order_by("name")
    return AlertsPage(
        health=read_health(),
        channels=tuple(_channel(each, each.number, may_manage) for each in channels),
        routes=tuple(
            RouteRow(each.name, each.channel.name, RHYTHMS[each.rhythm], what_of(each))
            for each in Route.objects.select_related("channel").order_by("channel__name", "name")
        )
        if sees_all
        else (),
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
        severities=boxes({each: each.capitalize() for each in SEVERITIES}, typed.severities),
        kinds=boxes(ROUTED, typed.kinds),
        is_default="route_default" in typed.words,
    )


def read_told_page(user: User) -> ToldPage:
    """How this person is told."""
    wish = wish_of(user)
    return ToldPage(
        choices=tuple(Choice(each, _WISHES[each], each == wish) for each in WISHES),
        email=user.email,
        has_mail=settings.MAIL.configured,
    )


def what_of(route: Route) -> str:
    """What a route takes, in words."""
    if route.is_default:
        return "What no other route takes, findings left out"
    words = [*route.systems, *route.checks]
    words += [f"severity {each}" for each in route.severities]
    words += [_KINDS[each].lower() for each in route.kinds]
    return ", ".join(words) or "Everything"


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
    is_sentence = row.kind in ("quarantine", "test")
    return DeadLetterRow(
        key=row.pk,
        given_up_at=row.given_up_at or 0,
        to=row.channel.name if row.channel is not None else f"{{{row.recipient}}}",
        kind=_KINDS[row.kind],
        about=row.subject,
        url="" if is_sentence else reverse("change", args=[row.subject]),
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
