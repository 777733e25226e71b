"""Everything that checks judge, by kind: which names stand on record, and where they are found.

A change, `system:NAME` and `organisation`; an incident, a vulnerability and a configuration item
(`system/environment/name`) under their own prefix.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from changeproof.ledger.store import Store

ORGANISATION = "organisation"
SYSTEM = "system:"
PROTECTED = (
    "SELECT COALESCE(m.system, r.name, p.repository) AS system FROM protection AS p"
    " LEFT JOIN system_mapping AS m ON m.repository = p.repository"
    " LEFT JOIN repository AS r ON r.repository = p.repository"
)
"""The systems of whose branches a forge told how they are protected; they may have no change."""
LAST = 2**63 - 1
"""After every moment."""


@dataclass(frozen=True, slots=True)
class Register:
    """Where subjects of one kind are found: the rows of `table` that meet `condition`.

    `seen` is the column at which an as-of cut is made; `system` is SQL for the system it is of.
    """

    kind: str
    table: str
    column: str
    seen: str
    condition: str
    system: str


REGISTERS: tuple[Register, ...] = (
    Register("incident", "incident", "incident", "opened_at", "1 = 1", "system"),
    Register("vulnerability", "vulnerability", "vulnerability", "found_at", "1 = 1", "system"),
    Register("item", "baseline", "item", "approved_at", "1 = 1", "system"),
    Register(
        "item",
        "production_act",
        "item",
        "acted_at",
        "item IS NOT NULL AND automatic = 0",
        "system",
    ),
    Register("item", "observed_state", "named_item", "observed_at", "digest IS NOT NULL", "system"),
)
"""The kinds that are named with a prefix of their own beside `system:`."""

NAMED_KINDS: tuple[str, ...] = tuple(dict.fromkeys(each.kind for each in REGISTERS))


def kind_of_subject(subject: str) -> str:
    """`change`, `system`, `organisation`, or one of NAMED_KINDS."""
    if subject == ORGANISATION:
        return "organisation"
    if subject.startswith(SYSTEM):
        return "system"
    return next((kind for kind in NAMED_KINDS if subject.startswith(f"{kind}:")), "change")


def standing_names(
    store: Store, kind: str, as_of: int = LAST, among: Collection[str] | None = None
) -> dict[str, str]:
    """The names of this kind that are on record by then, sorted, each with its system ("" for
    none); of these names alone where `among` is given."""
    found: dict[str, str] = {}
    for each in REGISTERS:
        if each.kind != kind or (among is not None and not among):
            continue
        sql = (
            f"SELECT DISTINCT {each.column}, {each.system} FROM {each.table}"
            f" WHERE {each.condition} AND ({each.seen} IS NULL OR {each.seen} <= ?)"
        )
        if among is None:
            rows = store.database.execute(sql, (as_of,))
        else:
            condition, listed = store.among(each.column, among)
            rows = store.database.execute(f"{sql} AND {condition}", (as_of, listed))
        # Of an item that is stated for two systems, the same one everywhere and again.
        for name, system in sorted((str(name), str(system or "")) for name, system in rows):
            found.setdefault(name, system)
    return dict(sorted(found.items()))


def all_subjects(store: Store, as_of: int = LAST) -> list[str]:
    """Every change on record by then, every system of one or of whose protection a forge told, all
    else that stands, and the organisation."""
    return [*_changes_and_systems(store, as_of), *named_subjects(store, as_of), ORGANISATION]


def named_subjects(store: Store, as_of: int = LAST) -> list[str]:
    """The subjects of NAMED_KINDS that stand by then."""
    return [f"{kind}:{name}" for kind in NAMED_KINDS for name in standing_names(store, kind, as_of)]


def _changes_and_systems(store: Store, as_of: int) -> Iterator[str]:
    execute, known = store.database.execute, "opened_at IS NULL OR opened_at <= ?"
    for row in execute(f"SELECT change_id FROM change WHERE {known} ORDER BY 1", (as_of,)):
        yield str(row[0])
    systems = f"SELECT system FROM change WHERE {known}"
    protected = f"{PROTECTED} WHERE p.changed_at IS NULL OR p.changed_at <= ?"
    for row in execute(f"{systems} UNION {protected} ORDER BY 1", (as_of, as_of)):
        yield f"{SYSTEM}{row[0]}"


def protected_systems(store: Store, repositories: Collection[str] | None = None) -> set[str]:
    """The systems of these repositories (None: of all) of whose protection a forge told."""
    if repositories is None:
        rows = store.database.execute(PROTECTED)
    else:
        condition, listed = store.among("p.repository", repositories)
        rows = store.database.execute(f"{PROTECTED} WHERE {condition}", (listed,))
    return {str(row[0]) for row in rows}
