"""Uses of the administrator for when nobody can sign in: rows and their projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.break_glass import BreakGlassReviewed, BreakGlassUsed
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.store import Store
from changeproof.ledger.table import Row, table


@table("break_glass_use", key=("use_name",), rule="earliest")
@dataclass(frozen=True, slots=True)
class BreakGlassUse(Row):
    """An account was an administrator for a time."""

    use_name: str
    account: str
    used_by: str | None
    ends_at: int
    reason: str
    stated_at: int
    event: str


@table("break_glass_review", key=("use_name", "event"))
@dataclass(frozen=True, slots=True)
class BreakGlassReview(Row):
    """Somebody looked at a use."""

    use_name: str
    outcome: str
    reviewed_by: str | None
    reason: str
    stated_at: int
    event: str


def unreviewed(store: Store) -> list[BreakGlassUse]:
    """The uses that nobody looked at yet, the earliest first."""
    seen = {row.use_name for row in store.all(BreakGlassReview)}
    waiting = [row for row in store.all(BreakGlassUse) if row.use_name not in seen]
    return sorted(waiting, key=lambda row: (row.stated_at, row.use_name))


@projects(BreakGlassUsed)
def use_row(event: BreakGlassUsed, event_id: str) -> Iterator[Row]:
    yield BreakGlassUse(
        event.use,
        event.account,
        event.actor,
        event.ends_at,
        event.reason,
        moment(event),
        event_id,
    )


@projects(BreakGlassReviewed)
def review_row(event: BreakGlassReviewed, event_id: str) -> Iterator[Row]:
    yield BreakGlassReview(
        event.use, event.outcome, event.actor, event.reason, moment(event), event_id
    )
