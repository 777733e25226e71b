"""An alert that deliveries could not be read: one for many, not one a delivery."""

import json
from collections import Counter

from changeproof.alerts.messages import QUARANTINE
from changeproof.alerts.notices import Notice
from changeproof.alerts.outbox import SECOND, enqueue
from changeproof.ledger.receipts import QuarantinedDelivery
from changeproof.ledger.service import Ledger

AT_MOST_EVERY = 3_600 * SECOND
"""The first is told at once; what follows within the hour is told together after it."""
_STATE = "quarantine told"


def tell_of_quarantine(ledger: Ledger, moment: int) -> int:
    """Queue one alert about everything that was kept aside since the last one; for how many
    deliveries. What was read meanwhile is not told."""
    told = json.loads(ledger.state(_STATE) or '{"entries": 0, "at": 0}')
    if moment - int(told["at"]) < AT_MOST_EVERY:
        return 0
    held = _waiting(ledger)  # mostly nothing new: no lock is held to find that out
    positions = ledger.log.positions([row.event for row in held])
    fresh = [row for row in held if positions[row.event] >= int(told["entries"])]
    if not fresh:
        return 0
    entries = 1 + max(positions[row.event] for row in fresh)
    with ledger.database.transaction():
        notice = Notice("quarantine", f"{QUARANTINE}{entries}", _said(fresh))
        if not enqueue([notice], moment):
            return 0  # nobody is to be told; whoever is, later, hears of all of it
        ledger.set_state(_STATE, json.dumps({"entries": entries, "at": moment}))
    return len(fresh)


def _waiting(ledger: Ledger) -> list[QuarantinedDelivery]:
    names = ", ".join(f"q.{name}" for name in QuarantinedDelivery.table.column_names)
    rows = ledger.database.execute(
        f"SELECT {names} FROM quarantined_delivery AS q WHERE NOT EXISTS (SELECT 1 FROM"
        " replayed_delivery AS r WHERE r.kind = q.kind AND r.delivery = q.delivery)"
    )
    return [QuarantinedDelivery(*cells) for cells in rows]


def _said(rows: list[QuarantinedDelivery]) -> str:
    """`3 deliveries could not be read: github 2, jira 1.`"""
    counted = f"{len(rows):,} {'delivery' if len(rows) == 1 else 'deliveries'}"
    kinds = sorted(Counter(row.kind for row in rows).items())
    return f"{counted} could not be read: {', '.join(f'{kind} {n:,}' for kind, n in kinds)}."
