"""The alert path watches itself: tests where nothing went out for long, and an alarm on the pages
and by whatever else still works."""

from dataclasses import dataclass

from changeproof.alerts.messages import ALERT_PATH
from changeproof.alerts.models import Channel, Outgoing
from changeproof.alerts.notices import Notice
from changeproof.alerts.outbox import SECOND, enqueue_directly, enqueue_test
from changeproof.ledger.judgements import Alert
from changeproof.ledger.service import Ledger

DEAD_AFTER = 60 * SECOND
"""A channel that took nothing for so long, though it was tried again, is called dead."""
TEST_EVERY = 7 * 24 * 3600 * SECOND
"""A channel by which nothing went out for so long is tested."""


@dataclass(frozen=True, slots=True)
class AlertHealth:
    """Whether somebody would be told now. Times are UTC microseconds."""

    channels: int
    failing: tuple[str, ...] = ()  # the names of channels whose last attempt did not get through
    trouble: str = ""  # of the first of them
    waiting: int = 0
    dead: int = 0
    sent_at: int | None = None  # when anything was told last

    @property
    def alarm(self) -> str:
        """What is wrong, in a sentence; empty while alerts arrive."""
        if self.failing and len(self.failing) == self.channels:
            return f"No alert arrives: {self.trouble}."
        if self.failing:
            return f"Alerts by {', '.join(self.failing)} do not arrive: {self.trouble}."
        if self.dead:
            return "Some alerts were given up, and nobody sent them again."
        return ""


def read_health() -> AlertHealth:
    """How the alert path does."""
    channels = list(Channel.objects.order_by("name"))
    failing = [each for each in channels if _fails(each)]
    return AlertHealth(
        channels=len(channels),
        failing=tuple(each.name for each in failing),
        trouble=failing[0].trouble if failing else "",
        waiting=Outgoing.objects.filter(given_up_at=None).count(),
        dead=Outgoing.objects.exclude(given_up_at=None).count(),
        sent_at=max((each.sent_at for each in channels if each.sent_at), default=None),
    )


def test_due_channels(ledger: Ledger, moment: int) -> int:
    """Queue a test of each channel of which nothing was heard for long; of how many."""
    due = [each for each in Channel.objects.order_by("pk") if _is_test_due(each, moment)]
    with ledger.database.transaction():
        for channel in due:
            enqueue_test(channel, "It is sent once a week where nothing else is.", moment)
    return len(due)


test_due_channels.__test__ = False  # type: ignore[attr-defined]  # it tests channels


def dead_paths(moment: int) -> list[tuple[Channel, Notice]]:
    """The channels that are dead, each with what is to be told of it."""
    failing = [each for each in Channel.objects.order_by("pk") if _fails(each)]
    return [
        (
            each,
            Notice(
                "alert_path",
                f"{ALERT_PATH}{each.pk}:{each.failing_since}",
                f"Nothing arrives by {each.name} ({each.kind}): {each.trouble}.",
            ),
        )
        for each in failing
        if each.failing_since is not None and each.failing_since + DEAD_AFTER <= moment
    ]


def tell_of_dead_paths(ledger: Ledger, moment: int) -> int:
    """Queue an alarm about each channel that died, once, by another one: of another kind if there
    is one that works. How many were queued; administrators are told by mail as well."""
    dead = dead_paths(moment)
    if not dead:
        return 0
    working = [each for each in Channel.objects.order_by("-sent_at", "pk") if not _fails(each)]
    told = {
        row.case_id
        for row in ledger.store.by(Alert, "case_id", {notice.case for _, notice in dead})
        if row.account is None
    }
    queued = 0
    with ledger.database.transaction():
        for channel, notice in dead:
            others = sorted(working, key=lambda each: each.kind == channel.kind)
            waits = Outgoing.objects.filter(case_id=notice.case, recipient="")
            if others and notice.case not in told and not waits.exists():
                enqueue_directly(others[0], notice, moment)
                queued += 1
    return queued


def _fails(channel: Channel) -> bool:
    return channel.failed_at is not None and channel.failed_at > (channel.sent_at or 0)


def _is_test_due(channel: Channel, moment: int) -> bool:
    heard = max(channel.sent_at or 0, channel.tested_at or 0)
    return heard + TEST_EVERY <= moment
