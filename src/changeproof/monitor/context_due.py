"""What was stated ahead of its time comes into force: a policy, a role, a person's account.

Checks cannot see a later row, so no deadline of a subject names such a moment. Whoever was judged
before it is judged again once it has come.
"""

from changeproof.checks.evidence import CONTEXT_ROWS
from changeproof.ledger.service import Ledger


def sweep_context(ledger: Ledger, as_of: int) -> int:
    """Queue the subjects that were judged before context last came into force; how many."""
    with ledger.database.transaction():
        moments = []
        for row in CONTEXT_ROWS:
            seen = row.table.seen
            if seen is not None:
                found = ledger.database.execute(
                    f"SELECT MAX({seen}) FROM {row.table.name} WHERE {seen} <= ?", (as_of,)
                )
                moments += [int(cell) for (cell,) in found if cell is not None]
        rows = ledger.database.execute(
            "SELECT subject FROM subject_judged WHERE as_of < ?", (max(moments, default=0),)
        )
        ledger.queue(str(row[0]) for row in rows)
    return len(rows)
