"""The hours in which business time runs: zone, hours, days, holidays, for a bounded span of years.

The zone's offsets are written out when a policy is read, so that the table `business_time` follows
from the event alone: two machines with different editions of the time zone database agree.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, model_validator

from changeproof.policy.values import Part, broken, once

Day = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
DAYS: tuple[Day, ...] = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
MOST_YEARS = 15
_MINUTE = 60 * 1_000_000
_HOURS = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def minutes_of(text: str) -> int:
    """Minutes since midnight of "09:00"; "24:00" ends a day. Raises the refusal of a policy."""
    written = _HOURS.fullmatch(text)
    minutes = int(written[1]) * 60 + int(written[2]) if written else 24 * 60 + 1
    if minutes > 24 * 60:
        raise broken(f'"{text[:20]}" is no time of day', 'Write hours and minutes, as "09:00".')
    return minutes


def date_of(text: str) -> date:
    """The day that "2026-12-25" names. Raises the refusal of a policy."""
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise broken(f'"{text[:20]}" is no day', 'Write year, month and day, as "2026-12-25".')


def _time_of_day(text: str) -> str:
    minutes_of(text)
    return text


def _date(text: str) -> str:
    return date_of(text).isoformat()


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        cure = 'Write a name such as "Europe/Berlin", "America/New_York" or "UTC".'
        raise broken(f'"{name[:60]}" is no time zone', cure) from error
    return name


TimeOfDay = Annotated[str, AfterValidator(_time_of_day)]
DayDate = Annotated[str, AfterValidator(_date)]
Year = Annotated[int, Field(ge=2000, le=2100)]


class BusinessHours(Part):
    """When business time runs."""

    zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    opens: TimeOfDay = "09:00"
    closes: TimeOfDay = "17:00"
    days: Annotated[tuple[Day, ...], Field(min_length=1)] = DAYS[:5]
    holidays: Annotated[tuple[DayDate, ...], Field(max_length=300)] = ()
    first_year: Year = 2023
    last_year: Year = 2032

    @model_validator(mode="after")
    def _sound(self) -> Self:
        once(self.days, "the day")
        once(self.holidays, "the holiday")
        if minutes_of(self.closes) <= minutes_of(self.opens):
            raise broken(
                f"it closes ({self.closes}) before it opens ({self.opens})",
                'Write the later time as closes; "24:00" is the end of the day.',
            )
        if not 0 <= self.last_year - self.first_year < MOST_YEARS:
            raise broken(
                f"it spans {self.first_year} to {self.last_year}",
                f"Let last_year follow first_year by less than {MOST_YEARS} years.",
            )
        for holiday in self.holidays:
            if not self.first_year <= date_of(holiday).year <= self.last_year:
                raise broken(
                    f"the holiday {holiday} is outside {self.first_year} to {self.last_year}",
                    "Delete it, or move first_year or last_year.",
                )
        return self

    @property
    def open_a_day(self) -> int:
        """Microseconds for which an ordinary day is open."""
        return (minutes_of(self.closes) - minutes_of(self.opens)) * _MINUTE

    def offsets(self) -> list[tuple[int, int]]:
        """(from when, seconds east of UTC) for every change of the zone's offset in these years."""
        zone = ZoneInfo(self.zone)
        first = datetime(self.first_year, 1, 1, tzinfo=UTC) - timedelta(days=2)
        last = datetime(self.last_year + 1, 1, 1, tzinfo=UTC) + timedelta(days=2)
        found = [(_microseconds(first), _offset(first, zone))]
        day = first
        while day < last:
            following = day + timedelta(days=1)
            if _offset(following, zone) != found[-1][1]:
                changed = _change_between(day, following, zone)
                found.append((_microseconds(changed), _offset(changed, zone)))
            day = following
        return found


@dataclass(frozen=True, slots=True)
class OpenTime:
    """One stretch of business time; `open_before` is all business time before it."""

    opens_at: int
    closes_at: int
    next_opens_at: int
    open_before: int

    @property
    def open_after(self) -> int:
        """All business time until it closes."""
        return self.open_before + self.closes_at - self.opens_at


def open_times(
    offsets: Sequence[tuple[int, int]],
    opens: str,
    closes: str,
    days: Sequence[str],
    holidays: Sequence[str],
    years: tuple[int, int],
) -> Iterator[OpenTime]:
    """Every stretch in these years, in order. Reads neither clock nor time zone database."""
    off = {date.fromisoformat(each) for each in holidays}
    weekdays = {DAYS.index(day) for day in DAYS if day in days}
    spans: list[tuple[int, int]] = []
    day, end = date(years[0], 1, 1), date(years[1], 12, 31)
    while day <= end:
        if day.weekday() in weekdays and day not in off:
            midnight = _microseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))
            begins = _utc(midnight + minutes_of(opens) * _MINUTE, offsets)
            ends = _utc(midnight + minutes_of(closes) * _MINUTE, offsets)
            if begins < ends:
                spans.append((begins, ends))
        day += timedelta(days=1)
    before = 0
    for number, (begins, ends) in enumerate(spans):
        following = spans[number + 1][0] if number + 1 < len(spans) else ends
        yield OpenTime(begins, ends, following, before)
        before += ends - begins


def due_at(start: int, duration: int, calendar: Sequence[OpenTime]) -> int | None:
    """When `duration` of business time has passed since `start`; None outside the calendar."""
    begun = next((each for each in calendar if each.opens_at <= start < each.next_opens_at), None)
    if begun is None:
        return None
    target = begun.open_before + min(start, begun.closes_at) - begun.opens_at + duration
    for each in calendar:
        if each.open_before < target <= each.open_after:
            return each.opens_at + target - each.open_before
    return None


def _utc(local: int, offsets: Sequence[tuple[int, int]]) -> int:
    """The instant of a wall clock's time: the earlier of two, and past a gap by its length."""
    before = offsets[0][1]
    for number, (begins, offset) in enumerate(offsets):
        instant = local - offset * 1_000_000
        ends = offsets[number + 1][0] if number + 1 < len(offsets) else None
        if (number == 0 or instant >= begins) and (ends is None or instant < ends):
            return instant
        if number and instant < begins:
            break
        before = offset
    return local - before * 1_000_000


def _offset(instant: datetime, zone: ZoneInfo) -> int:
    offset = instant.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _change_between(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The first second with the offset of `high`."""
    sought = _offset(high, zone)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        low, high = (low, middle) if _offset(middle, zone) == sought else (middle, high)
    return high


def _microseconds(instant: datetime) -> int:
    return int(instant.timestamp()) * 1_000_000
