"""The audits: quarters and years with their figures, and the packs that were issued."""

from collections import Counter
from datetime import date, timedelta

from changeproof.audits.models import PackOrder
from changeproof.audits.orders import KEPT, file_of
from changeproof.ledger.judgements import PackIssue
from changeproof.ledger.service import Ledger
from changeproof.web.pages.audits_page import AuditsPage, IssuedPack, OrderedPack, Period
from changeproof.web.readings.catalogue import checks_by_id
from changeproof.web.readings.entries import linked, read_links
from changeproof.web.readings.log_reading import data_words
from changeproof.web.readings.population import default_period
from changeproof.web.readings.remembered import Remembered
from changeproof.web.times import DAY, moment
from changeproof.web.visibility import Systems, sees

_EPOCH = date(1970, 1, 1)
_QUARTERS = 8
_PACKS = 20
_KNOWN: Remembered[list[tuple[int, int]]] = Remembered(8, ("subject_judged",))
_NUMBERS: Remembered[Counter[str]] = Remembered(8 * (_QUARTERS + 1), ("subject_judged",))


def read_audits_page(
    held: Ledger,
    moment_now: int,
    systems: Systems,
    *,
    can_download: bool,
    first_day: str = "",
    last_day: str = "",
) -> AuditsPage:
    """Twelve months, then the quarters in which something changed, newest first.

    The figures are of these systems.
    """
    known = _KNOWN.get(held, systems, lambda: _known(held, systems))
    spans = _quarters(known)
    if known:
        months = default_period(held, moment_now)
        spans.insert(0, (months.start, months.end))
    return AuditsPage(
        periods=tuple(_period(held, systems, start, end, moment_now) for start, end in spans),
        checks=len(checks_by_id()),
        data=data_words(held),
        is_partial=systems is not None,
        can_download=can_download,
        packs=_packs(held),
        orders=_orders(held) if can_download else (),
        first_day=first_day,
        last_day=last_day,
    )


def start_of(day: date) -> int:
    """Midnight UTC."""
    return (day - _EPOCH).days * DAY


def day_of(microseconds: int) -> date:
    """The day that a moment falls on."""
    return _EPOCH + timedelta(days=microseconds // DAY)


def _known(held: Ledger, systems: Systems) -> list[tuple[int, int]]:
    """The first and the last time at which a judged change of each system is listed; 0: none."""
    return [
        (first or 0, last or 0)
        for system, first, last in held.database.execute(
            "SELECT system, MIN(NULLIF(listed_at, 0)), MAX(listed_at) FROM subject_judged"
            " WHERE verdict IS NOT NULL GROUP BY system"
        )
        if sees(systems, system)
    ]


def _quarters(known: list[tuple[int, int]]) -> list[tuple[int, int]]:
    first = min((first for first, last in known if first > 0), default=0)
    last = max((last for first, last in known), default=0)
    if last <= 0:
        return []
    quarters: list[tuple[int, int]] = []
    at = moment(last)
    year, quarter = at.year, (at.month - 1) // 3
    while len(quarters) < _QUARTERS:
        start = start_of(date(year, quarter * 3 + 1, 1))
        following = (year + 1, 0) if quarter == 3 else (year, quarter + 1)
        quarters.append((start, start_of(date(following[0], following[1] * 3 + 1, 1))))
        if start <= first:
            break
        year, quarter = (year - 1, 3) if quarter == 0 else (year, quarter - 1)
    return quarters


def _period(held: Ledger, systems: Systems, start: int, end: int, moment_now: int) -> Period:
    numbers = _NUMBERS.get(held, (systems, start, end), lambda: _numbers(held, systems, start, end))
    return Period(
        start=start,
        end=end - DAY,
        changes=sum(numbers.values()),
        with_deviation=numbers["deviation"],
        not_verifiable=numbers["not_verifiable"],
        is_closed=end <= moment_now,
        first_day=day_of(start).isoformat(),
        last_day=day_of(end - DAY).isoformat(),
        day_after=day_of(end).isoformat(),
    )


def _numbers(held: Ledger, systems: Systems, start: int, end: int) -> Counter[str]:
    """The changes listed in [start, end) by verdict."""
    numbers: Counter[str] = Counter()
    for system, verdict, number in held.database.execute(
        "SELECT system, verdict, COUNT(*) FROM subject_judged"
        " WHERE +listed_at >= ? AND +listed_at < ? AND verdict IS NOT NULL"
        " GROUP BY system, verdict",  # the plus: one index that holds all of it is quicker
        (start, end),
    ):
        if sees(systems, system):
            numbers[verdict] += number
    return numbers


def _packs(held: Ledger) -> tuple[IssuedPack, ...]:
    rows = sorted(held.store.all(PackIssue), key=lambda row: -row.issued_at)[:_PACKS]
    links = read_links(held, {row.event for row in rows})
    found = []
    for row in rows:
        entries = linked(links, [row.event])
        found.append(
            IssuedPack(
                issued_at=row.issued_at,
                start=row.period_from,
                end=row.period_until - DAY,
                by=row.account or "",
                digest=f"sha256:{row.digest}",
                is_interim=bool(row.interim),
                entry=entries[0] if entries else None,
            )
        )
    return tuple(found)


def _orders(held: Ledger) -> tuple[OrderedPack, ...]:
    found = []
    for order in PackOrder.objects.order_by("-asked_at")[:KEPT]:
        is_gone = order.state == "ready" and not file_of(held, order.order).is_file()
        share = f", {100 * order.done // order.total} %" if order.total else ""
        found.append(
            OrderedPack(
                order=order.order,
                asked_at=order.asked_at,
                start=order.period_from,
                end=order.period_until - DAY,
                by=order.asked_by,
                state="gone" if is_gone else order.state,
                progress=f"{order.doing}{share}" if order.doing else "begun",
                why=order.why,
                cure=order.cure,
            )
        )
    return tuple(found)
