"""Auditors' seats, read for their pages."""

from collections.abc import Sequence

from django.utils.translation import gettext

from changeproof.accounts.seats import Seat, held_seats
from changeproof.audits.models import PackOrder
from changeproof.audits.orders import file_of
from changeproof.ledger.changes_found import within_spans
from changeproof.ledger.changes_read import URGENCY
from changeproof.ledger.seats import AuditorSeat
from changeproof.ledger.service import Ledger
from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.pages.seats_page import (
    Engagement,
    EngagementPage,
    PackRow,
    SeatRow,
    VerdictCount,
)
from changeproof.web.readings.entries import linked, read_links
from changeproof.web.states import state
from changeproof.web.times import DAY


def read_seats(held: Ledger, moment: int) -> tuple[SeatRow, ...]:
    """All that hold, the one that ends first on top."""
    seats = held_seats(held.store.all(AuditorSeat), moment)
    links = read_links(held, {each.event for each in seats})
    return tuple(_row(each, links) for each in seats)


def read_engagements(held: Ledger, seats: Sequence[Seat]) -> EngagementPage:
    """What these seats show, counted; two queries for each."""
    ready = list(PackOrder.objects.filter(state="ready").order_by("-asked_at"))
    return EngagementPage(
        tuple(
            Engagement(
                _row(seat, {}),
                _counts(held, seat),
                tuple(
                    PackRow(order.order, order.period_from, order.period_until - DAY)
                    for order in ready
                    if seat.covers_period(order.period_from, order.period_until)
                    and file_of(held, order.order).is_file()
                ),
                holds_all=seat.span.systems is None,
            )
            for seat in seats
        )
    )


def _counts(held: Ledger, seat: Seat) -> tuple[VerdictCount, ...]:
    within, bound = within_spans([seat.span])
    rows = held.database.execute(
        "SELECT verdict, COUNT(*) FROM subject_judged"
        f" WHERE verdict IS NOT NULL AND {within} GROUP BY verdict",
        bound,
    )
    numbers = {str(verdict): int(number) for verdict, number in rows}
    return tuple(
        VerdictCount(state(verdict), verdict, numbers[verdict])
        for verdict in URGENCY
        if verdict in numbers
    )


def _row(seat: Seat, links: dict[str, EntryLink]) -> SeatRow:
    systems = seat.span.systems
    return SeatRow(
        name=seat.seat,
        account=seat.account,
        engagement=seat.engagement,
        systems=gettext("all systems") if systems is None else ", ".join(sorted(systems)),
        first_day=seat.span.begins_at,
        last_day=seat.span.until - DAY,
        ends_at=seat.ends_at,
        entry=next(iter(linked(links, [seat.event])), None),
    )
