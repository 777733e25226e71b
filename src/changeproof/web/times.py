"""Times and durations in the one form that pages use: `14 Mar 2026, 09:26 UTC`.

Times come in as integers, UTC microseconds. Nothing here reads a clock.
"""

from datetime import UTC, datetime

MICROSECONDS = 1_000_000
MINUTE = 60 * MICROSECONDS
HOUR = 60 * MINUTE
DAY = 24 * HOUR

# Spelled here, not by strftime: the server's locale must not change a page.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def moment(microseconds: int) -> datetime:
    """The aware datetime of a time; whole microseconds, without float rounding."""
    seconds, rest = divmod(microseconds, MICROSECONDS)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)


def machine(microseconds: int) -> str:
    """For `<time datetime>`: RFC 3339, with a fraction only where there is one."""
    text = moment(microseconds).isoformat(timespec="auto")
    return text.replace("+00:00", "Z")


def iso_day(microseconds: int) -> str:
    """`2026-03-14`, as date fields and addresses hold it."""
    return f"{moment(microseconds):%Y-%m-%d}"


def minute(microseconds: int) -> str:
    """`14 Mar 2026, 09:26 UTC`."""
    at = moment(microseconds)
    return f"{day(microseconds)}, {at:%H:%M} UTC"


def second(microseconds: int) -> str:
    """`14 Mar 2026, 09:26:03 UTC`, where order decides."""
    at = moment(microseconds)
    return f"{day(microseconds)}, {at:%H:%M:%S} UTC"


def clock(microseconds: int) -> str:
    """`09:26:03`, under a heading that names the day."""
    return f"{moment(microseconds):%H:%M:%S}"


def day(microseconds: int) -> str:
    """`14 Mar 2026`."""
    at = moment(microseconds)
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def short_day(microseconds: int) -> str:
    """`14 Mar`, where the year is plain from the page."""
    at = moment(microseconds)
    return f"{at.day} {MONTHS[at.month - 1]}"


def heading_day(microseconds: int, *, with_year: bool) -> str:
    """`Thu 5 March`, or `Mon 2 Mar 2026`: the head of a day in a timeline."""
    at = moment(microseconds)
    begin = f"{_WEEKDAYS[at.weekday()]} {at.day}"
    if with_year:
        return f"{begin} {MONTHS[at.month - 1]} {at.year}"
    return f"{begin} {LONG_MONTHS[at.month - 1]}"


def month_name(year: int, month: int) -> str:
    """`Mar 2026`."""
    return f"{MONTHS[month - 1]} {year}"


def duration(microseconds: int) -> str:
    """`40 s`, `3 min 12 s`, `1 h 38 min`, `2 d 4 h`: the two largest units that count."""
    seconds = abs(microseconds) // MICROSECONDS
    if seconds < 60:
        return f"{seconds} s"
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    for position, (name, size) in enumerate(units):
        if seconds >= size:
            whole, rest = divmod(seconds, size)
            next_name, next_size = units[position + 1]
            part = rest // next_size
            return f"{whole} {name} {part} {next_name}" if part else f"{whole} {name}"
    raise AssertionError("unreachable: seconds is 60 or more")
