"""Words about a change, and decisions taken back: rows and their projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.decisions import ChangeCommented, DecisionWithdrawn
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("change_comment", key=("change_name", "event"))
@dataclass(frozen=True, slots=True)
class ChangeComment(Row):
    """Somebody said something about it; the text stands in contents."""

    change_name: str
    account: str | None
    commented_at: int | None
    text: str
    stated_at: int
    event: str


@table("decision_withdrawal", key=("change_name", "event"), seen="withdrawn_at")
@dataclass(frozen=True, slots=True)
class DecisionWithdrawal(Row):
    """Somebody took back what they had decided: their `authorization`, or their `approval`."""

    change_name: str
    decision: str
    account: str | None
    withdrawn_at: int | None
    reason: str
    stated_at: int
    event: str


@projects(ChangeCommented)
def comment_row(event: ChangeCommented, event_id: str) -> Iterator[Row]:
    yield ChangeComment(
        event.change, event.actor, event.occurred_at, event.text, moment(event), event_id
    )


@projects(DecisionWithdrawn)
def withdrawal_row(event: DecisionWithdrawn, event_id: str) -> Iterator[Row]:
    yield DecisionWithdrawal(
        event.change,
        event.decision,
        event.actor,
        event.occurred_at,
        event.reason,
        moment(event),
        event_id,
    )
