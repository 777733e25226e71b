"""What the rows of a list show: what hangs below them, what stands, when they changed."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

from changeproof.intake.clients.asking import NotAnswered
from changeproof.intake.clients.listing import Listing

Seen = TypeVar("Seen")


def looked(listing: Listing, look: Callable[[Any], Seen], row: object) -> Seen:
    """What a row shows. Raises NotAnswered for one that the interface would not list."""
    try:
        return look(row)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise NotAnswered(
            0,
            listing.path,
            f"a row of its {listing.items} is not of the shape that we know",
            "See whether the address is the interface's own, and of a version that we read.",
        ) from error


def standing(listing: Listing, rows: Iterable[object]) -> set[str]:
    """What these rows say stands, by name."""
    look = listing.standing
    if look is None:
        return set()
    named = (looked(listing, look, row) for row in rows)
    return {name for name in named if name is not None}


def below(listing: Listing) -> Callable[[Any], list[Listing]]:
    """The lists below a row."""
    return lambda row: list(listing.below(row))


def changed_at(listing: Listing, row: object) -> str | None:
    """When it changed (RFC 3339, UTC, whole seconds); None where it does not say."""
    look = listing.changed_at
    return None if look is None else looked(listing, lambda each: _utc(look(each)), row)


def newest(listing: Listing, rows: Iterable[object], known: str | None) -> str | None:
    """The latest that any row states (one spelling, so that times compare as texts)."""
    stated = (changed_at(listing, row) for row in rows)
    return max((at for at in (known, *stated) if at is not None), default=None)


def is_older(listing: Listing, row: object, since: str | None) -> bool:
    """Whether a row was read by an earlier turn: only lists that begin with the newest tell."""
    if since is None or not listing.until_seen or listing.changed_at is None:
        return False
    at = changed_at(listing, row)
    bound = datetime.fromisoformat(since) - listing.seen_before
    return at is not None and datetime.fromisoformat(at) < bound


def _utc(text: str | None) -> str | None:
    """One spelling, so that times compare as texts."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return at.astimezone(UTC).isoformat(timespec="seconds") if at.tzinfo is not None else None
