"""What is kept of the viewer's private address of the calendar."""

from datetime import datetime

from changeproof.accounts.calendar_addresses import calendar_address_of
from changeproof.accounts.models import User
from changeproof.web.pages.calendar_page import OwnCalendar


def read_own_calendar(user: User, *, made: str = "", done: str = "") -> OwnCalendar:
    """Whether there is one, since when, and when a program read it last."""
    kept = calendar_address_of(user)
    if kept is None:
        return OwnCalendar(None, done=done)
    return OwnCalendar(
        _microseconds(kept.created_at),
        _microseconds(kept.last_read_at) if kept.last_read_at is not None else None,
        made,
        done,
    )


def _microseconds(time: datetime) -> int:
    return int(time.timestamp()) * 1_000_000
