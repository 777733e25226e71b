"""The register of systems as it was last described."""

from collections import defaultdict
from collections.abc import Collection

from changeproof.ledger.store import Store
from changeproof.ledger.systems import SystemAttribute, SystemRecord

Attributes = dict[tuple[str, str], tuple[str, ...]]
"""By system and list (`data_class`, `objective`, `depends_on`, `category`): names, sorted. A
list without a name is left out."""


def attributes_of(store: Store, systems: Collection[str] | None = None) -> Attributes:
    """What the register says of these systems (None: of all); what an earlier description said
    does not count."""
    records = (
        store.all(SystemRecord) if systems is None else store.by(SystemRecord, "system", systems)
    )
    current = {row.system: row.event for row in records}
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in store.by(SystemAttribute, "system", current):
        if row.event == current[row.system]:
            found[row.system, row.attribute].append(row.value)
    return {key: tuple(sorted(values)) for key, values in found.items()}
