"""Whether a change is closed: it ended, and nobody opened it again since; and how none can end."""

from changeproof.events.refusal import Refusal
from changeproof.ledger.joined import SubjectJudged
from changeproof.ledger.production_acts import ProductionAct
from changeproof.ledger.requests import RequestClosure, TicketMove
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store

REOPENED = "reopened"
_AT_DESK = ("steps/", "document/")
"""How acts on production are called that people record here (`steps`, `documents`)."""


def closure_of(store: Store, change: str) -> RequestClosure | None:
    """How it ended; None where it is open. As the checks see it (`checks/views/work.sql`): a move
    after the end opened it again."""
    rows = store.by(RequestClosure, "change_name", [change])
    if not rows:
        return None
    last = max(rows, key=lambda row: (row.stated_at, row.event))
    moves = store.by(TicketMove, "change_name", [change])
    again = any((row.moved_at or 0) > (last.closed_at or 0) for row in moves)
    return None if again else last


def refuse_in_production(ledger: Ledger, change: str) -> None:
    """Raise Refusal for what is in production: it cannot end as if it had not been done."""
    judged = ledger.store.by(SubjectJudged, "subject", [change])
    # What was done at the desk a moment ago nobody has judged yet.
    acts = ledger.store.by(ProductionAct, "change_name", [change])
    at_desk = any(row.act.startswith(_AT_DESK) for row in acts)
    if at_desk or any(row.deployed_at is not None for row in judged):
        raise Refusal(
            "The act was not recorded.",
            where=change,
            why="it is in production, and cancelling takes nothing out",
            cure="Close it as implemented; to take it out, request a change that reverts it.",
        )
