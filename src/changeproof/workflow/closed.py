"""Whether a change is closed: it ended, and nobody opened it again afterwards."""

from changeproof.ledger.requests import RequestClosure, TicketMove
from changeproof.ledger.store import Store

REOPENED = "reopened"


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
