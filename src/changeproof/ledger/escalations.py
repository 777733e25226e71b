"""Whom a decision that was not given in time was asked of next: rows and projector."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.acts import DecisionEscalated
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("escalation", key=("change_name", "account", "event"))
@dataclass(frozen=True, slots=True)
class Escalation(Row):
    """One account that was asked; `account` is empty where nobody is what policy names."""

    change_name: str
    decision: str
    step: int
    called: str
    account: str
    asked_at: int
    escalated_at: int | None
    stated_at: int
    event: str


@projects(DecisionEscalated)
def escalation_rows(event: DecisionEscalated, event_id: str) -> Iterator[Row]:
    for account in dict.fromkeys(event.asked) or ("",):
        yield Escalation(
            event.change,
            event.decision,
            event.step,
            event.called,
            account,
            event.asked_at,
            event.occurred_at,
            moment(event),
            event_id,
        )
