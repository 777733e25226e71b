"""Days and times as the fields of forms hold them."""

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext

from changeproof.events.refusal import Refusal


def end_of_day(field: str, day: str, what: str) -> int:
    """The end of a day, UTC microseconds. Raises Refusal, which says `what` came of it."""
    try:
        stated = datetime.strptime(day.strip(), "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise Refusal(
            what,
            where=field,
            why=gettext("“%(day)s” is no day") % {"day": day[:40]}
            if day
            else gettext("no day was chosen"),
            cure=gettext("Write it as 2026-03-14."),
        ) from error
    return int(stated.timestamp()) * 1_000_000


def time_typed(field: str, text: str, what: str) -> int:
    """A time as a form writes it, `2026-03-14T09:26`, in UTC microseconds. Raises Refusal, which
    says `what` came of it."""
    try:
        stated = datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
    except ValueError as error:
        raise Refusal(
            what,
            where=field,
            why=gettext("“%(text)s” is no date and time") % {"text": text[:40]}
            if text.strip()
            else gettext("it is empty"),
            cure=gettext("State it such as 2026-03-14T09:26."),
        ) from error
    return int(stated.timestamp()) * 1_000_000
