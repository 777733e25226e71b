"""The audits: quarters and years with their figures, and the packs that were issued."""

from datetime import date, timedelta

from changeproof.ledger.judgements import PackIssue
from changeproof.ledger.service import Ledger
from changeproof.web.pages.audits_page import AuditsPage, IssuedPack, Period
from changeproof.web.readings.catalogue import checks_by_id
from changeproof.web.readings.entries import linked, read_links
from changeproof.web.readings.log_reading import data_words
from changeproof.web.readings.population import default_period
from changeproof.web.times import DAY, moment

_EPOCH = date(1970, 1, 1)
_QUARTERS = 8
_PACKS = 20


def read_audits_page(
    held: Ledger,
    moment_now: int,
    *,
    can_download: bool,
    first_day: str = "",
    last_day: str = "",
) -> AuditsPage:
    """Twelve months, then the quarters in which something changed, newest first."""
    spans = [_twelve_months(held, moment_now), *_quarters(held)]
    return AuditsPage(
        periods=tuple(_period(held, start, end, moment_now) for start, end in spans if end > start),
        checks=len(checks_by_id()),
        data=data_words(held),
        can_download=can_download,
        packs=_packs(held),
        first_day=first_day,
        last_day=last_day,
    )


def start_of(day: date) -> int:
    """Midnight UTC."""
    return (day - _EPOCH).days * DAY


def day_of(microseconds: int) -> date:
    """The day that a moment falls on."""
    return _EPOCH + timedelta(days=microseconds // DAY)


def _twelve_months(held: Ledger, moment_now: int) -> tuple[int, int]:
    if not held.database.execute("SELECT 1 FROM subject_judged WHERE verdict IS NOT NULL LIMIT 1"):
        return 0, 0
    period = default_period(held, moment_now)
    return period.start, period.end


def _quarters(held: Ledger) -> list[tuple[int, int]]:
    rows = held.database.execute(
        "SELECT MIN(listed_at), MAX(listed_at) FROM subject_judged"
        " WHERE verdict IS NOT NULL AND listed_at > 0"
    )
    first, last = rows[0]
    if last is None:
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


def _period(held: Ledger, start: int, end: int, moment_now: int) -> Period:
    numbers = dict(
        held.database.execute(
            "SELECT verdict, COUNT(*) FROM subject_judged WHERE listed_at >= ? AND listed_at < ?"
            " AND verdict IS NOT NULL GROUP BY verdict",
            (start, end),
        )
    )
    return Period(
        start=start,
        end=end - DAY,
        changes=sum(numbers.values()),
        with_deviation=numbers.get("deviation", 0),
        not_verifiable=numbers.get("not_verifiable", 0),
        is_closed=end <= moment_now,
        first_day=day_of(start).isoformat(),
        last_day=day_of(end - DAY).isoformat(),
        day_after=day_of(end).isoformat(),
    )


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
