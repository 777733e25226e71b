"""How many deliveries of each kind were translated, ignored and kept aside: each counted once."""

import json
from collections.abc import Collection, Iterable, Mapping

from changeproof.ledger.service import Ledger
from changeproof.sources.kinds import Kind
from changeproof.sources.translate import kind_named

COUNTED = ("translated", "ignored", "quarantined")
_STATE = "deliveries by kind"


def read_counts(ledger: Ledger) -> dict[str, dict[str, int]]:
    """Kind → outcome → deliveries, since this instance counts them."""
    found: dict[str, dict[str, int]] = json.loads(ledger.state(_STATE) or "{}")
    return found


def count_in(ledger: Ledger, outcomes: Iterable[tuple[str, str]]) -> None:
    """Add deliveries that were new, as (kind, outcome); in the caller's transaction."""
    new = [(kind, outcome) for kind, outcome in outcomes if outcome in COUNTED]
    if not new:
        return
    counts = read_counts(ledger)
    for name, outcome in new:
        found = kind_named(name)
        kind = counts.setdefault(found.name if found else name, dict.fromkeys(COUNTED, 0))
        kind[outcome] += 1
    ledger.set_state(_STATE, json.dumps(counts, sort_keys=True))


def table_of(
    counts: Mapping[str, Mapping[str, int]], kinds: Collection[str]
) -> list[dict[str, str | int]]:
    """One row a kind, also of those of which nothing came; families only where something did."""
    names = {name for name in kinds if isinstance(kind_named(name), Kind)} | counts.keys()
    nothing = dict.fromkeys(COUNTED, 0)
    return [{"kind": name, **nothing, **counts.get(name, {})} for name in sorted(names)]
