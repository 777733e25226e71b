"""Days as date fields hold them."""

from datetime import UTC, datetime, timedelta

from changeproof.events.refusal import Refusal


def end_of_day(field: str, day: str, what: str) -> int:
    """The end of a day, UTC microseconds. Raises Refusal, which says `what` came of it."""
    try:
        stated = datetime.strptime(day.strip(), "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise Refusal(
            what,
            where=field,
            why=f"“{day[:40]}” is no day" if day else "no day was chosen",
            cure="Write it as 2026-03-14.",
        ) from error
    return int(stated.timestamp()) * 1_000_000
