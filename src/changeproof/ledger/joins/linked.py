"""Which incidents, vulnerabilities and configuration items read what is on record of a change."""

from collections.abc import Collection

from changeproof.ledger.joined import ChangeAlias
from changeproof.ledger.joins.changes import ACT
from changeproof.ledger.store import Store

_LINKS = (
    ("incident", "incident_change", "incident"),
    ("vulnerability", "vulnerability_change", "vulnerability"),
    ("item", "authorized_item", "item"),
    ("item", "production_act", "item"),
)


def linked_subjects(store: Store, changes: Collection[str]) -> set[str]:
    """The subjects that name one of these changes, by its id or an alias it has now.

    Where nothing is linked at all, as in most records, this asks four times for one row.
    """
    if not changes:
        return set()
    execute = store.database.execute
    held = [each for each in _LINKS if execute(f"SELECT 1 FROM {each[1]} LIMIT 1")]
    if not held:
        return set()
    names = {row.alias for row in store.by(ChangeAlias, "change_id", changes)} | set(changes)
    found = set()
    for kind, table, column in held:
        condition, listed = store.among("change_name", names)
        rows = execute(f"SELECT DISTINCT {column} FROM {table} WHERE {condition}", (listed,))
        found |= {f"{kind}:{row[0]}" for row in rows if row[0]}
    acts = {name.removeprefix(ACT) for name in names if name.startswith(ACT)}
    if acts:
        condition, listed = store.among("act", acts)
        rows = execute(f"SELECT DISTINCT item FROM production_act WHERE {condition}", (listed,))
        found |= {f"item:{row[0]}" for row in rows if row[0]}
    return found
