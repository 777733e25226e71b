"""Moments as people write them: RFC 3339, or a date for 00:00 UTC."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DATE = "2026-03-14"


def read_moment(text: str) -> int:
    """UTC microseconds. Raises ValueError, whose words say what is wrong with the text."""
    written = text.strip()
    try:
        when = datetime.fromisoformat(written.replace("Z", "+00:00"))
    except ValueError as error:
        raise ValueError(f'"{text[:40]}" is no time; write {_DATE} or {_DATE}T09:26:00Z') from error
    if when.tzinfo is None:
        if len(written) > len(_DATE):
            raise ValueError(f'"{text[:40]}" has no time zone; add Z for UTC')
        when = when.replace(tzinfo=UTC)
    return (when - _EPOCH) // _MICROSECOND  # a float would round what is far away
