"""Which systems the record knows by name, and which names are near one that it does not."""

from collections.abc import Collection
from difflib import get_close_matches

from changeproof.ledger.each_once import each_once
from changeproof.ledger.joins.systems import GIT_REPOSITORY, read_systems
from changeproof.ledger.store import Store

_MANY_ROWS = ("change", "deployment", "emergency", "production_act", "unlogged_state")
_FEW_ROWS = ("change_request", "role_grant", "system_record", "time_window")
_NAMES = " UNION ".join(
    (
        *(each_once(table, "system") for table in _MANY_ROWS),
        *(f"SELECT system FROM {table}" for table in _FEW_ROWS),
    )
)
TABLES_NAMING_SYSTEMS = frozenset(
    {
        *_MANY_ROWS,
        *_FEW_ROWS,
        *("repository", "system_mapping", "source_coverage", "system_record", "retrieval"),
    }
)
"""All that `known_systems` reads."""

_GIT = "SELECT DISTINCT scope FROM retrieval"
_NEAR = 3


def known_systems(store: Store) -> frozenset[str]:
    """Every name of a system that a change, an act or a repository on record bears."""
    names = {row[0] for row in store.database.execute(_NAMES)}
    systems = read_systems(store)
    names |= {systems.of(repository) for repository in (*systems.names, *systems.covered_from)}
    names |= set(systems.mapped.values())
    for (scope,) in store.database.execute(_GIT):
        names.add(systems.of(scope) if scope.startswith(GIT_REPOSITORY) else None)
    return frozenset(str(name) for name in names if name)


def near_names(wanted: str, known: Collection[str]) -> list[str]:
    """Up to three of `known` that look like `wanted`, whatever their case; the nearest first."""
    spelled: dict[str, str] = {}
    for name in sorted(known):
        spelled.setdefault(name.lower(), name)
        # `acme/shop` is also looked for as `shop`.
        spelled.setdefault(name.lower().rpartition("/")[2], name)
    found = get_close_matches(wanted.lower(), sorted(spelled), _NEAR, 0.6)
    return list(dict.fromkeys(spelled[name] for name in found))


def names_to_choose(wanted: str, known: Collection[str]) -> str:
    """The end of a cure: names that are near, or how to come by any."""
    near = near_names(wanted, known)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    if not known:
        return "Import a history, or connect a source."
    few = sorted(known)[:5]
    more = f" and {len(known) - len(few)} more" if len(known) > len(few) else ""
    return f"There are: {', '.join(few)}{more}."
