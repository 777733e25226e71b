"""Times as foreign systems write them, as UTC microseconds (RFC 3339 section 5.6)."""

import re
from datetime import UTC, datetime, timedelta

from changeproof.events.event import LARGEST_INTEGER

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*", re.ASCII)
_PLAIN = re.compile(r"[0-9T:.-]+Z")
_SPACED_ZONE = re.compile(r" (?=(?:UTC|[+-]\d\d:?\d\d)$)", re.ASCII)
"""Ruby on Rails writes `2016-08-12 15:23:28 UTC` and `2016-08-12 15:23:28 +0200`."""


def microseconds(text: str, *, assume_utc: bool = False) -> int | None:
    """The instant that `text` states; None where it states none that we can hold.

    Events hold times up to the year 2255 (integers below 2^53). A time without a zone is an
    instant only with `assume_utc`.
    """
    if not _DATE_TIME.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text if _PLAIN.fullmatch(text) else _spelled(text))
        if moment.tzinfo is None:
            if not assume_utc:
                return None
            moment = moment.replace(tzinfo=UTC)
        return _bounded((moment - _EPOCH) // _MICROSECOND)
    except (ValueError, OverflowError):
        return None


def _spelled(text: str) -> str:
    """As Python reads it."""
    return _SPACED_ZONE.sub("", text.upper()).replace("UTC", "Z")


def from_seconds(seconds: int) -> int | None:
    """The instant of a Unix time; None beyond what an event holds."""
    return _bounded(seconds * 1_000_000)


def from_milliseconds(milliseconds: int) -> int | None:
    """The instant of a Unix time in milliseconds; None beyond what an event holds."""
    return _bounded(milliseconds * 1_000)


def latest(*times: int | None) -> int | None:
    """The latest of those that are stated."""
    return max((one for one in times if one is not None), default=None)


def _bounded(value: int) -> int | None:
    return value if -LARGEST_INTEGER <= value <= LARGEST_INTEGER else None
