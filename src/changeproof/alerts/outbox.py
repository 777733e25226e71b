"""From what happened to somebody who knows: queued with it, sent after the commit, at least once.

What comes for one channel within a short time is one message: the first goes at once, what follows
is gathered. A message is tried with growing pauses; when it is given up, that stands in the log as
a dead letter, so that "nobody was told" is on record too, and the letter waits to be sent again.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from django.db import transaction
from django.db.models import QuerySet

from changeproof.alerts.awaited import await_answers, message_name, name_message, said_to_be_told
from changeproof.alerts.channels import deliver
from changeproof.alerts.fence import InsideOurNetwork
from changeproof.alerts.hours import kept_hours
from changeproof.alerts.links import acknowledging_path, server_url
from changeproof.alerts.messages import Message, message_of
from changeproof.alerts.models import Channel, Outgoing, Route
from changeproof.alerts.notices import Notice, Rhythm
from changeproof.alerts.rhythms import due_at
from changeproof.alerts.routes import Rule, Turn, turns
from changeproof.alerts.services import NotTaken
from changeproof.events.acts import AlertSent
from changeproof.events.event import canonical, sha256_hex
from changeproof.ledger.service import Ledger, Recorded, Submission, now

logger = logging.getLogger(__name__)

SECOND = 1_000_000
PAUSES = (10 * SECOND, 60 * SECOND, 600 * SECOND, 3600 * SECOND)
"""After each failed attempt; after the last, a dead letter."""
GATHERING = 60 * SECOND
"""After a message at once, a channel's next one gathers for so long."""
CLAIMED = 120 * SECOND
"""Whoever sends has so long for it; then another process takes it that the first has died."""
MOST = 10_000
"""Things in one message."""
AN_EVENT = 100
"""Cases that one event of the record names."""
DIGESTS: dict[str, str] = {"daily": "today", "weekly": "this week"}

Send = Callable[[Channel, Message], None]
Outcome = Literal["sent", "dead_letter"]


def enqueue(notices: Iterable[Notice], moment: int) -> int:
    """Queue each for the channels that its routes name, in the caller's transaction; for how
    many that makes."""
    rules = list(routes_as_rules().values())
    told = [(notice, turns(notice, rules, moment)) for notice in notices]
    rows = [
        _row(notice, moment, channel_id=channel, rhythm=rhythm)
        for notice, chosen in told
        for channel, rhythm in sorted({(turn.channel, turn.rhythm) for turn in chosen})
    ]
    Outgoing.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    await_answers([(notice, turn, ()) for notice, chosen in told for turn in chosen], moment)
    return len(rows)


def enqueue_escalated(
    told: Sequence[tuple[Notice, Turn, Sequence[int]]], moment: int, route: str
) -> None:
    """Queue at once what nobody acknowledged by the route of this name; each with the routes, by
    key, that were told before."""
    rows = [
        _row(notice, moment, channel_id=turn.channel, escalated_from=route)
        for notice, turn, _ in told
    ]
    Outgoing.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    await_answers(told, moment)


def enqueue_directly(channel: Channel, notice: Notice, moment: int) -> None:
    """Queue it for this channel, whatever the routes say."""
    row = _row(notice, moment, channel_id=channel.pk)
    Outgoing.objects.bulk_create([row], ignore_conflicts=True)


def enqueue_test(channel: Channel, said: str, moment: int) -> None:
    """Queue a test of one channel, whatever its routes."""
    notice = Notice("test", f"test:{channel.pk}:{moment}", said)
    _row(notice, moment, channel_id=channel.pk).save()
    channel.tested_at = moment
    channel.save(update_fields=["tested_at"])


def enqueue_for(recipient: str, notices: Iterable[Notice], rhythm: Rhythm, moment: int) -> None:
    """Queue these for one person, by account."""
    rows = [_row(each, moment, recipient=recipient, rhythm=rhythm) for each in notices]
    Outgoing.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def send_waiting(ledger: Ledger, send: Send = deliver, moment: int | None = None) -> int:
    """Send what is due to channels; how many things were told or given up. A failure never stops
    its neighbours."""
    at = now() if moment is None else moment
    settled = 0
    for channel_id, rhythm, is_test in _due_groups(at):
        channel = Channel.objects.filter(pk=channel_id).first()
        if channel is not None and (is_test or not _rests(channel, rhythm, at)):
            settled += _send_group(ledger, channel, rhythm, send, at, is_test=is_test)
    return settled


def notice_of(row: Outgoing) -> Notice:
    """What a row tells."""
    kind: str = row.kind
    return Notice(
        kind,  # type: ignore[arg-type]  # only notices are queued
        row.case_id,
        row.subject,
        row.system,
        row.check_id,
        row.severity,
    )


def settle(
    ledger: Ledger,
    rows: Sequence[Outgoing],
    outcome: Outcome,
    word: str,
    moment: int,
    *,
    told: str | None = None,
    actor: str | None = None,
) -> None:
    """The record and the end of waiting stand or fall together. `word` names the channel."""
    cases = list(dict.fromkeys(row.case_id for row in rows))
    parts = [cases[start : start + AN_EVENT] for start in range(0, len(cases), AN_EVENT)]
    events = [
        AlertSent(
            source="alerts",
            delivery=sha256_hex(canonical([part, rows[0].pk, moment])),
            occurred_at=moment,
            actor=actor,
            case=part[0],
            also=tuple(part[1:]),
            channel=word,
            outcome=outcome,
            told=told,
        )
        for part in parts
    ]
    waiting = Outgoing.objects.filter(pk__in=[row.pk for row in rows])

    def end(_recorded: Recorded) -> None:
        if outcome == "sent":
            waiting.delete()
        else:
            waiting.update(given_up_at=moment)

    ledger.record([Submission(events, (), "alerts")], beside=end)


def claimed(waiting: "QuerySet[Outgoing]", moment: int) -> list[Outgoing]:
    """Up to MOST of these rows, for this process alone: a server and a command may both send."""
    with transaction.atomic():
        rows = list(waiting.select_for_update().order_by("pk")[:MOST])
        Outgoing.objects.filter(pk__in=[row.pk for row in rows]).update(next_at=moment + CLAIMED)
    return rows


def put_off(rows: Sequence[Outgoing], moment: int) -> list[Outgoing]:
    """After a failure: let the rows wait longer each time; those that waited for the last time."""
    dead = [row for row in rows if row.attempts >= len(PAUSES)]
    for attempts, pause in enumerate(PAUSES):
        keys = [row.pk for row in rows if row.attempts == attempts]
        Outgoing.objects.filter(pk__in=keys).update(next_at=moment + pause, attempts=attempts + 1)
    return dead


def why(error: Exception) -> str:
    """What went wrong, without an address: libraries put whole URLs into their messages."""
    if isinstance(error, NotTaken):
        return str(error)
    if isinstance(error, InsideOurNetwork):
        return "it leads into a private network: CHANGEPROOF_ALERT_NETWORKS does not allow it"
    return f"it does not answer ({type(error).__name__})"


def routes_as_rules() -> dict[int, Rule]:
    """All routes, by key."""
    return {
        route.pk: Rule(
            route.channel_id,
            route.rhythm,  # type: ignore[arg-type]  # the edge saw to these words
            route.is_default,
            tuple(route.systems),
            tuple(route.checks),
            tuple(route.severities),
            tuple(route.kinds),
            route.pk,
            kept_hours(route.hours),
            route.otherwise_id,
            route.next_route_id,
            route.acknowledge_within * 60 * SECOND,
        )
        for route in Route.objects.order_by("pk")
    }


def _row(
    notice: Notice,
    moment: int,
    *,
    channel_id: int | None = None,
    recipient: str = "",
    rhythm: Rhythm = "at_once",
    escalated_from: str = "",
) -> Outgoing:
    return Outgoing(
        case_id=notice.case,
        subject=notice.subject,
        kind=notice.kind,
        system=notice.system,
        check_id=notice.check,
        severity=notice.severity,
        channel_id=channel_id,
        recipient=recipient,
        rhythm=rhythm,
        escalated_from=escalated_from,
        queued_at=moment,
        next_at=due_at(rhythm, moment),
    )


def _due_groups(moment: int) -> list[tuple[int, str, bool]]:
    due = Outgoing.objects.filter(recipient="", given_up_at=None, next_at__lte=moment)
    groups = due.values_list("channel_id", "rhythm", "kind").distinct()
    found = {
        (channel, rhythm, kind == "test") for channel, rhythm, kind in groups if channel is not None
    }
    return sorted(found, key=lambda group: (not group[2], group))  # a test first: it is one line


def _rests(channel: Channel, rhythm: str, moment: int) -> bool:
    """Whether it gathers still, or was tried in vain a moment ago."""
    gathers = channel.told_at is not None and channel.told_at + GATHERING > moment
    failed = channel.failed_at is not None and channel.failed_at > (channel.sent_at or 0)
    return (rhythm == "at_once" and gathers) or (
        failed and (channel.failed_at or 0) + PAUSES[0] > moment
    )


def _send_group(
    ledger: Ledger, channel: Channel, rhythm: str, send: Send, moment: int, *, is_test: bool
) -> int:
    waiting = Outgoing.objects.filter(
        channel=channel, rhythm=rhythm, recipient="", given_up_at=None, next_at__lte=moment
    )
    waiting = waiting.filter(kind="test") if is_test else waiting.exclude(kind="test")
    rows = claimed(waiting, moment)
    if not rows:
        return 0
    base = server_url(ledger)
    awaited = message_name(channel, rows)
    message = message_of(
        [notice_of(row) for row in rows],
        base,
        DIGESTS.get(rhythm, ""),
        acknowledge=f"{base}{acknowledging_path(awaited)}" if awaited else "",
        unacknowledged=next((row.escalated_from for row in rows if row.escalated_from), ""),
    )
    # Named before it leaves: whoever holds the link can use it, though this process died.
    name_message(channel, rows, awaited)
    try:
        send(channel, message)
    except Exception as error:  # whatever a network does
        logger.warning("an alert by %s failed: %s", channel.kind, type(error).__name__)
        channel.failed_at, channel.trouble = moment, why(error)
        channel.failing_since = channel.failing_since or moment
        channel.save(update_fields=["failed_at", "trouble", "failing_since"])
        dead = put_off(rows, moment)
        if dead:
            settle(ledger, dead, "dead_letter", channel.kind, moment)
        return len(dead)
    channel.sent_at, channel.trouble, channel.failing_since = moment, "", None
    if rhythm == "at_once" and not is_test:
        channel.told_at = moment
    settle(ledger, rows, "sent", channel.kind, moment)
    channel.save(update_fields=["sent_at", "told_at", "trouble", "failing_since"])
    said_to_be_told(awaited, moment)
    return len(rows)
