"""Auditors' seats: given, ended, listed; the same acts as on their page."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.seats import held_seats
from changeproof.accounts.vocabulary import Permission
from changeproof.api import commands, shapes
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.asking import DEFAULT_LIMIT, After, Limit, cut, one_view
from changeproof.ledger.seats import AuditorSeat
from changeproof.ledger.service import ledger, now
from changeproof.workflow.requesting import Window
from changeproof.workflow.seats import EndSeat, GiveSeat, end_seat, give_seat

router = Router(tags=["auditors"], auth=api_doors(Permission.ACCOUNT_MANAGE))


@router.get("/auditor-seats", response=shapes.SeatsPage)
@one_view
def list_seats(
    request: HttpRequest,  # noqa: ARG001
    *,
    after: After = "",
    limit: Limit = DEFAULT_LIMIT,
) -> dict[str, Any]:
    """The seats that hold now, by name."""
    held = held_seats(ledger().store.all(AuditorSeat), now())
    later = sorted((each for each in held if each.seat > after), key=lambda each: each.seat)
    page, more = cut(later[: limit + 1], limit)
    items = [
        shapes.SeatOut(
            seat=each.seat,
            account=each.account,
            engagement=each.engagement,
            period_from=each.span.begins_at,
            period_until=each.span.until,
            systems=sorted(each.span.systems or ()),
            ends_at=each.ends_at,
        )
        for each in page
    ]
    return {"items": items, "next": page[-1].seat if more else None}


@router.post("/auditor-seats", response=CREATED)
def post_seat(request: HttpRequest, body: commands.SeatIn) -> Status[DoneOut]:
    """Let an auditor read one period until an end; the number is given here."""
    command = GiveSeat(
        email=body.email,
        name=body.name,
        engagement=body.engagement,
        period=Window(body.period_from, body.period_until),
        systems=body.systems,
        ends_at=body.ends_at,
        reason=body.reason,
    )
    return recorded(request, give_seat, command)


@router.post("/auditor-seat-ends", response=CREATED)
def post_seat_end(request: HttpRequest, body: commands.SeatEndIn) -> Status[DoneOut]:
    """Before its time."""
    return recorded(request, end_seat, EndSeat(body.seat, body.reason))
