"""The systems that changes bear, and how many changes each: counted again when a change came."""

from collections import Counter

from changeproof.ledger.service import Ledger
from changeproof.web.readings.remembered import Remembered

_COUNTED: Remembered[Counter[str]] = Remembered(2, ("change",))


def changes_by_system(held: Ledger) -> Counter[str]:
    """By every system of which there is a change; shared by all readers, so nobody changes it."""
    return _COUNTED.get(held, "changes", lambda: _count(held))


def _count(held: Ledger) -> Counter[str]:
    rows = held.database.execute("SELECT system, COUNT(*) FROM change GROUP BY system")
    return Counter({str(system): int(number) for system, number in rows})
