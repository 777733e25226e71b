"""Whether alerts arrive, tests of it, and what was given up."""

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.alerts.awaited import awaited_messages
from changeproof.alerts.dead_letters import dead_letters
from changeproof.alerts.health import read_health
from changeproof.alerts.models import Channel, Outgoing
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.asking import DEFAULT_LIMIT, Limit, caller, cut
from changeproof.api.commands import Command, Name
from changeproof.api.shapes import Page
from changeproof.ledger.service import ledger, now
from changeproof.workflow import telling
from changeproof.workflow.acknowledging import AcknowledgeAlert, acknowledge_alert

router = Router(tags=["alerts"])
_LARGEST = 2**53 - 1
_MOST_AWAITED = 500


class AlertChannelOut(Schema):
    """How one channel does; never its address. Times are UTC microseconds."""

    name: str
    kind: str
    sent_at: int | None
    failed_at: int | None
    trouble: str


class AlertsOut(Schema):
    """`alarm` is empty while alerts arrive."""

    alarm: str
    waiting: int
    dead_letters: int
    channels: list[AlertChannelOut]


class DeadLetterOut(Schema):
    """What was given up; `recipient` is an account, where it was for a person."""

    number: int
    given_up_at: int
    channel: str | None
    recipient: str | None
    kind: str
    case: str
    subject: str


class DeadLettersPage(Page):
    items: list[DeadLetterOut]


class AwaitedAlertOut(Schema):
    """A message that nobody has acknowledged: it tells of `count` things, of which `subject` is
    one. `told_at` is null where it did not arrive yet; after `due_at` the next route is told."""

    message: str
    count: int
    subject: str
    kind: str
    system: str
    route: str
    channel: str
    told_at: int | None
    due_at: int
    is_late: bool


class AwaitedAlertsOut(Schema):
    """What is due first comes first; at most 500."""

    items: list[AwaitedAlertOut]


class AcknowledgementIn(Command):
    """`message` as the list of what waits names it."""

    message: Name


class AlertTestIn(Command):
    """Which channel to test."""

    channel: Annotated[str, Field(min_length=1, max_length=100)]


class ReplayIn(Command):
    """Numbers of dead letters; null for all of them."""

    numbers: (
        Annotated[
            list[Annotated[int, Field(ge=1, le=_LARGEST)]], Field(min_length=1, max_length=500)
        ]
        | None
    ) = None


class QueuedOut(Schema):
    """How many things wait to be sent."""

    queued: int


@router.get("/alerts", response=AlertsOut, auth=api_doors(Permission.SOURCE_READ))
def get_alerts(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001
    """Whether somebody would be told now."""
    health = read_health()
    channels = Channel.objects.order_by("name")
    return {
        "alarm": health.alarm,
        "waiting": health.waiting,
        "dead_letters": health.dead,
        "channels": [
            AlertChannelOut(
                name=each.name,
                kind=each.kind,
                sent_at=each.sent_at,
                failed_at=each.failed_at,
                trouble=each.trouble,
            )
            for each in channels
        ],
    }


@router.get(
    "/alerts/awaited",
    response=AwaitedAlertsOut,
    auth=api_doors(Permission.ALERT_ACKNOWLEDGE, somewhere=True),
)
def list_awaited_alerts(request: HttpRequest) -> dict[str, Any]:
    """What the caller may acknowledge, and nobody did."""
    systems = caller(request).systems(Permission.ALERT_ACKNOWLEDGE)
    found = awaited_messages(systems, now(), _MOST_AWAITED)
    return {"items": [AwaitedAlertOut(**asdict(each)) for each in found]}


@router.post(
    "/alerts/acknowledgements",
    response=CREATED,
    auth=api_doors(Permission.ALERT_ACKNOWLEDGE, somewhere=True),
)
def post_alert_acknowledgement(request: HttpRequest, body: AcknowledgementIn) -> Status[DoneOut]:
    """Say that a message was seen; no later route is told of what it tells."""
    return recorded(request, acknowledge_alert, AcknowledgeAlert(body.message))


@router.post("/alerts/tests", response={202: QueuedOut}, auth=api_doors(Permission.ALERT_MANAGE))
def post_test(request: HttpRequest, body: AlertTestIn) -> Status[QueuedOut]:
    """Send a test by a channel; whether it arrived stands in `GET /api/alerts` in a moment."""
    telling.test_channel(ledger(), caller(request).account, body.channel)
    return Status(202, QueuedOut(queued=1))


@router.get(
    "/alerts/dead-letters", response=DeadLettersPage, auth=api_doors(Permission.SOURCE_READ)
)
def list_dead_letters(
    request: HttpRequest,  # noqa: ARG001
    after: Annotated[
        int | None, Query(ge=1, le=_LARGEST, description="the cursor `next` of the page before")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
) -> dict[str, Any]:
    """What was given up, by number."""
    rows = dead_letters().order_by("pk").filter(pk__gt=after or 0)
    page, more = cut(list(rows[: limit + 1]), limit)
    return {"items": [_letter(each) for each in page], "next": str(page[-1].pk) if more else None}


@router.post(
    "/alerts/dead-letters/replay",
    response={202: QueuedOut},
    auth=api_doors(Permission.ALERT_MANAGE),
)
def replay_dead_letters(request: HttpRequest, body: ReplayIn) -> Status[QueuedOut]:
    """Send dead letters again."""
    queued = telling.send_again(ledger(), caller(request).account, body.numbers)
    return Status(202, QueuedOut(queued=queued))


def _letter(row: Outgoing) -> DeadLetterOut:
    return DeadLetterOut(
        number=row.pk,
        given_up_at=row.given_up_at or 0,
        channel=row.channel.name if row.channel is not None else None,
        recipient=row.recipient or None,
        kind=row.kind,
        case=row.case_id,
        subject=row.subject,
    )
