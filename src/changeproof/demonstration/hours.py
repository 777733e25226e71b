"""Times and office hours of the made company. No clock: everything follows from the story's end."""

from datetime import UTC, date, datetime, timedelta

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

OPENS = 8
CLOSES = 17

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def seconds(number: float) -> int:
    """Whole seconds, as the systems of record count."""
    return round(number) * SECOND


def minutes(number: float) -> int:
    return seconds(number * 60)


def hours(number: float) -> int:
    return seconds(number * 3600)


def days(number: float) -> int:
    return seconds(number * 86400)


def moment(day: date, hour: int = 0, minute: int = 0) -> int:
    """UTC microseconds of a time on a day."""
    return (date_time(day, hour, minute) - _EPOCH) // timedelta(microseconds=1)


def date_time(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def at(micros: int) -> datetime:
    """The date and time of UTC microseconds."""
    return _EPOCH + timedelta(microseconds=micros)


def stamp(micros: int) -> str:
    """`2026-03-04T10:11:12Z`: GitHub's resolution is one second."""
    return at(micros).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_working_day(day: date) -> bool:
    return day.weekday() < 5


def in_office(micros: int) -> int:
    """The same moment if somebody is at work then, else the next morning with some minutes on."""
    moment_then = at(micros)
    if is_working_day(moment_then.date()) and OPENS <= moment_then.hour < CLOSES:
        return micros
    day = moment_then.date()
    if moment_then.hour >= OPENS or not is_working_day(day):
        day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return moment(day, OPENS) + micros % HOUR // SECOND * SECOND


def working_day(day: date) -> date:
    """The day itself, or the next that is no weekend."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
