"""The silences of sources: which last, and the case of each."""

from changeproof.ledger.receipts import Recovery, Silence
from changeproof.ledger.store import Store

SILENCE = "case:silence/"
"""How the name of a silence's case begins."""


def lasting_silences(store: Store) -> list[Silence]:
    """Those that have not ended, by scope and beginning."""
    ended = {(row.scope, row.silent_from) for row in store.all(Recovery)}
    lasting = [row for row in store.all(Silence) if (row.scope, row.silent_from) not in ended]
    return sorted(lasting, key=lambda row: (row.scope, row.silent_from))


def silence_case(silence: Silence | Recovery) -> str:
    """The name of a silence's case."""
    return f"{SILENCE}{silence.scope}/{silence.silent_from}"


def cases_read_since(store: Store) -> list[str]:
    """The names of the cases of silences that were read afterwards as a whole."""
    return [silence_case(row) for row in store.all(Recovery) if row.filled]
