"""What was stated ahead of its time comes into force: a policy, a role, a person's account.

Checks cannot see a later row, so no deadline of a subject names such a moment. Whoever was judged
before it is judged again once it has come.
"""

from changeproof.checks.evidence import CONTEXT_ROWS
from changeproof.ledger.service import Ledger
from changeproof.log.database import Database


def sweep_context(ledger: Ledger, as_of: int) -> int:
    """Queue the subjects that were judged before context last came into force; how many."""
    subjects = due_by_context(ledger.database, as_of)
    if subjects:
        with ledger.database.transaction():
            ledger.queue(subjects)
    return len(subjects)


def due_by_context(database: Database, as_of: int) -> list[str]:
    """The subjects that were judged before context last came into force."""
    moments = []
    for row in CONTEXT_ROWS:
        seen = row.table.seen
        if seen is not None:
            found = database.execute(
                f"SELECT MAX({seen}) FROM {row.table.name} WHERE {seen} <= ?", (as_of,)
            )
            moments += [int(cell) for (cell,) in found if cell is not None]
    rows = database.execute(
        "SELECT subject FROM subject_judged WHERE as_of < ?", (max(moments, default=0),)
    )
    return [str(row[0]) for row in rows]
