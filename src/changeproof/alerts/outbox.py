"""From an opened case to somebody who knows: queued with the case, sent after the commit.

An alert is tried with growing pauses; when it is given up, that stands in the log as a dead
letter, so that "nobody was told" is on record too.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Literal

from changeproof.alerts.channels import deliver
from changeproof.alerts.models import Channel, Outgoing
from changeproof.events.acts import AlertSent, CaseOpened
from changeproof.ledger.service import Ledger, Submission, now

logger = logging.getLogger(__name__)

SECOND = 1_000_000
PAUSES = (10 * SECOND, 60 * SECOND, 600 * SECOND, 3600 * SECOND)
"""After each failed attempt; after the last, a dead letter."""

Send = Callable[[Channel, str, str], None]


def enqueue(cases: Iterable[CaseOpened], moment: int) -> None:
    """Queue one alert for each case and channel, in the caller's transaction."""
    channels = list(Channel.objects.all())
    Outgoing.objects.bulk_create(
        Outgoing(case_id=case.case, subject=case.subject, channel=channel, next_at=moment)
        for case in cases
        for channel in channels
    )


def enqueue_message(case: str, subject: str, moment: int) -> int:
    """Queue one alert for each channel, in the caller's transaction; how many there are."""
    channels = list(Channel.objects.all())
    Outgoing.objects.bulk_create(
        Outgoing(case_id=case, subject=subject, channel=channel, next_at=moment)
        for channel in channels
    )
    return len(channels)


def send_waiting(ledger: Ledger, send: Send = deliver) -> int:
    """Send what is due; how many were told or given up. A failure never stops its neighbours."""
    moment = now()
    settled = 0
    due = Outgoing.objects.select_related("channel").filter(next_at__lte=moment).order_by("id")
    for outgoing in due[:50]:
        outcome = _attempt(outgoing, moment, send)
        if outcome is not None:
            _settle(ledger, outgoing, outcome)
            settled += 1
    return settled


def _attempt(outgoing: Outgoing, moment: int, send: Send) -> Literal["sent", "dead_letter"] | None:
    try:
        send(outgoing.channel, outgoing.case_id, outgoing.subject)
    except Exception as error:  # whatever a network does
        logger.warning("an alert by %s failed: %s", outgoing.channel.kind, type(error).__name__)
        if outgoing.attempts >= len(PAUSES):
            return "dead_letter"
        outgoing.next_at = moment + PAUSES[outgoing.attempts]
        outgoing.attempts += 1
        outgoing.save(update_fields=["next_at", "attempts"])
        return None
    return "sent"


def _settle(ledger: Ledger, outgoing: Outgoing, outcome: Literal["sent", "dead_letter"]) -> None:
    """The record and the end of waiting stand or fall together."""
    event = AlertSent(
        source="alerts",
        delivery=f"{outgoing.case_id}/{outgoing.channel.pk}",
        occurred_at=now(),
        case=outgoing.case_id,
        channel=outgoing.channel.kind,
        outcome=outcome,
    )
    with ledger.database.transaction():
        ledger.record([Submission((event,), (), "alerts")])
        outgoing.delete()
