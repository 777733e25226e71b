"""What somebody is to acknowledge: asked when it is queued, answered by anybody, for all channels.

One message asks once, however much it tells of. A thing that was acknowledged is asked nowhere any
more, wherever else it was told.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q, QuerySet

from changeproof.alerts.models import Awaited, Channel, Outgoing
from changeproof.alerts.notices import Notice
from changeproof.alerts.routes import Turn
from changeproof.events.event import canonical, sha256_hex

_NAME = 24
"""Characters of a message's name: enough to be one of a kind."""
_UNASKED = ("test", "alert_path")
_AT_ONCE = 5_000
"""Names in one statement."""


@dataclass(frozen=True, slots=True)
class AwaitedMessage:
    """One message that nobody has acknowledged. Times are UTC microseconds; `told_at` is None
    where it did not arrive yet, `is_late` where its time is over."""

    message: str
    count: int
    subject: str  # of the first thing in it
    kind: str
    system: str
    route: str
    channel: str
    told_at: int | None
    due_at: int
    is_late: bool


def await_answers(told: Iterable[tuple[Notice, Turn, Sequence[int]]], moment: int) -> None:
    """Ask for what these turns want acknowledged; `tried` are the routes that were told before."""
    asked = [
        (notice, turn, tried)
        for notice, turn, tried in told
        if turn.within and notice.kind not in _UNASKED
    ]
    names: dict[int, str] = {}  # a batch is named, so that it can be answered before it arrives
    for notice, turn, _ in asked:
        if turn.channel not in names:
            names[turn.channel] = _named([turn.channel, notice.case, moment])
    _forget_former(asked)
    rows = [
        Awaited(
            message=names[turn.channel],
            case_id=notice.case,
            subject=notice.subject,
            kind=notice.kind,
            system=notice.system,
            check_id=notice.check,
            severity=notice.severity,
            route_id=turn.route,
            channel_id=turn.channel,
            tried=list(tried),
            due_at=moment + turn.within,
        )
        for notice, turn, tried in asked
    ]
    Awaited.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _forget_former(asked: Sequence[tuple[Notice, Turn, Sequence[int]]]) -> None:
    """What came back is asked anew, though nobody acknowledged it the time before."""
    by_route: dict[int, list[str]] = {}
    for notice, turn, _ in asked:
        by_route.setdefault(turn.route, []).append(notice.case)
    for route, cases in by_route.items():
        for start in range(0, len(cases), _AT_ONCE):
            some = cases[start : start + _AT_ONCE]
            former = Awaited.objects.filter(route_id=route, case_id__in=some)
            former.exclude(escalated_at=None).delete()


def message_name(channel: Channel, rows: Sequence[Outgoing]) -> str:
    """What the message of these rows is called; empty where nobody need acknowledge it. The same
    rows give the same name, however often they are tried."""
    if not _asked(channel, rows).exists():
        return ""
    return _named([channel.pk, [row.pk for row in rows]])


def name_message(channel: Channel, rows: Sequence[Outgoing], message: str) -> None:
    """Let this message ask for what these rows tell."""
    if message:
        _asked(channel, rows).update(message=message)


def said_to_be_told(message: str, moment: int) -> None:
    """It arrived."""
    if message:
        Awaited.objects.filter(message=message).update(told_at=moment)


def awaited_messages(
    systems: Collection[str] | None, moment: int, most: int
) -> list[AwaitedMessage]:
    """What waits to be acknowledged on these systems (None: all), what is due first; at most so
    many."""
    rows = (
        within(Awaited.objects.all(), systems)
        .values("message")
        .annotate(
            count=Count("case_id", distinct=True),
            subject=Min("subject"),
            kind=Min("kind"),
            system=Min("system"),
            route=Min("route__name"),
            channel=Min("channel__name"),
            told=Max("told_at"),
            due=Min("due_at"),
        )
        .order_by("due", "message")[:most]
    )
    return [
        AwaitedMessage(
            row["message"],
            row["count"],
            row["subject"],
            row["kind"],
            row["system"],
            row["route"],
            row["channel"],
            row["told"],
            row["due"],
            row["due"] <= moment,
        )
        for row in rows
    ]


def asked_by(message: str) -> list[Awaited]:
    """What this message asks to be acknowledged; nothing where that was done."""
    return list(Awaited.objects.filter(message=message).order_by("pk"))


def answered(cases: Collection[str]) -> None:
    """Nobody needs to acknowledge these any more: no later route is told of them."""
    listed = list(cases)
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        Awaited.objects.filter(case_id__in=some).delete()
        waiting = Outgoing.objects.filter(case_id__in=some, given_up_at=None)
        waiting.exclude(escalated_from="").delete()


def within(rows: "QuerySet[Awaited]", systems: Collection[str] | None) -> "QuerySet[Awaited]":
    """Those of these systems; what is of no system is for who holds all."""
    return rows if systems is None else rows.filter(Q(system__in=list(systems)))


def _asked(channel: Channel, rows: Sequence[Outgoing]) -> "QuerySet[Awaited]":
    cases = {row.case_id for row in rows}
    return Awaited.objects.filter(channel=channel, case_id__in=cases, escalated_at=None)


def _named(parts: list[object]) -> str:
    return sha256_hex(canonical(parts))[:_NAME]
