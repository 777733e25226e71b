"""Whether there is anything new: of the whole record, or of one change; a few statements each."""

import hashlib

from changeproof.accounts.callers import Caller
from changeproof.ledger.joined import Change
from changeproof.ledger.service import Ledger
from changeproof.ledger.table import TABLES
from changeproof.web.readings.remembered import state_of

_STANDING = (
    "(SELECT MAX(as_of) FROM subject_judged WHERE subject = ?)",
    "(SELECT COUNT(*) FROM unjudged WHERE subject = ?)",
)
_COUNTED = tuple(
    f"(SELECT COUNT(*) FROM {each.name} WHERE change_name = ?)"
    for each in sorted(TABLES.values(), key=lambda each: each.name)
    if each.key[0] == "change_name" or "change_name" in each.indexes
)
"""What people said of it moves no verdict, and stands on its page: looked up by an index each."""
_OF_CHANGE = f"SELECT {', '.join((*_STANDING, *_COUNTED))}"


def read_state(held: Ledger, caller: Caller, change: str) -> str | None:
    """Another word after whatever may show on a page about this change; of no change, on any
    page. None for a change that there is not, or that the viewer may not see."""
    if not change:
        return _digest("record", *state_of(held))
    rows = held.store.by(Change, "change_id", [change])
    if not rows or not caller.sight().shows(held.store, rows[0]):
        return None
    # What touches a verdict puts the change among those to be judged, and judging moves its time.
    places = len(_STANDING) + len(_COUNTED)
    [counted] = held.database.execute(_OF_CHANGE, (change,) * places)
    return _digest(change, rows[0].events, *counted)


def _digest(*parts: object) -> str:
    """Nothing of the record is told by it: who may see one system learns no other's numbers."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
