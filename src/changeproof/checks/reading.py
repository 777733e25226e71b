"""Evidence out of the ledger's store, in sets, cut at the moment for which is judged."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from changeproof.checks.evidence import (
    CONTEXT_ROWS,
    NAMED_STEPS,
    ORGANISATION_ROWS,
    ORGANISATION_SIGNS_OF_LIFE,
    STEPS,
    SYSTEM_NAME_STEPS,
    SYSTEM_STEPS,
    Step,
)
from changeproof.ledger.joined import Change, ChangeAlias, Deployment
from changeproof.ledger.joins.changes import ACT, GIT, kind_of
from changeproof.ledger.joins.repeated import ORIGINS, changes_of, reverting
from changeproof.ledger.requests import Emergency
from changeproof.ledger.revisions import Revision
from changeproof.ledger.store import Store
from changeproof.ledger.table import TABLES, Row
from changeproof.log.database import Database, json_list
from changeproof.policy.deadlines import LONGEST_RATE

Rows = list[tuple[Any, ...]]
Columns = Mapping[str, Sequence[str]]
"""For each table, the columns to read; a table that is missing is not read."""


def columns_to_read(used: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The columns that checks use, and those that lead to further rows."""
    wanted = {table: set(columns) for table, columns in used.items() if table in TABLES}
    for step in (*STEPS, *SYSTEM_STEPS):
        if step.gives or step.table in wanted:
            gives = {column for column, _ in step.gives}
            wanted.setdefault(step.table, set()).update({step.column}, gives)
    named = (step for steps in NAMED_STEPS.values() for step in steps)
    for step in (*named, *SYSTEM_NAME_STEPS):
        if step.table in wanted:
            gives = {column for column, _ in step.gives}
            wanted[step.table].update({step.column}, gives)
    for row in CONTEXT_ROWS:
        if row.table.name in wanted and row.table.seen is not None:
            wanted[row.table.name].add(row.table.seen)
    return {
        table: tuple(name for name in TABLES[table].column_names if name in columns)
        for table, columns in wanted.items()
    }


def among(database: Database, column: str) -> str:
    """The condition that `column` is one of a list, given as one parameter."""
    if database.dialect == "sqlite":
        return f"{column} IN (SELECT value FROM json_each(?))"
    return f"{column} = ANY(?)"


_LISTED = {
    "sqlite": "SELECT value FROM json_each(?)",
    "postgresql": "SELECT UNNEST(?::text[]) AS value",
}


def listed(database: Database, values: Collection[str]) -> Any:
    """The list as the parameter of `among`."""
    return json_list(values) if database.dialect == "sqlite" else list(values)


_FEW = (1, 2, 4)
"""How many values are written out instead of listed, the last one again where there are fewer.
SQLite takes three times as long to read a list as to read what it names (measured: 12 against
4 µs); few sizes, so that the database's connection can keep every statement's plan."""

ORIGINS_FOLLOWED = 2
"""A change that brings back what was reverted names the revert, which names the first one."""


class Reader:
    """Reads one store; keeps the statements, so that the database can keep their plans."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._steps = self._planned(STEPS)
        self._named_steps = {kind: self._planned(steps) for kind, steps in NAMED_STEPS.items()}
        self._system_steps = self._planned(SYSTEM_STEPS)
        self._system_name_steps = self._planned(SYSTEM_NAME_STEPS)
        self._made_upon_steps = self._planned([Step(Revision, "revision", "revisions")])
        self._probe: dict[str, str] = {}

    def _planned(self, steps: Iterable[Step]) -> list["_Reading"]:
        return [
            _Reading(step, self._columns[step.table])
            for step in steps
            if step.table in self._columns
        ]

    def of_changes(self, store: Store, changes: Collection[str], as_of: int) -> dict[str, Rows]:
        """Everything that belongs to these changes."""
        keys: dict[str, set[str]] = {"changes": set(changes), "names": set(changes)}
        loaded: dict[str, Rows] = {}
        desk: set[str] | None = None
        for step in self._steps:
            if step.keys == "names":
                if desk is None:
                    desk = self._holding(store, keys["names"])
                if step.table not in desk:
                    continue
            values = keys.get(step.keys)
            if values:
                step.read(store, values, as_of, loaded, keys)
        return loaded

    def with_origins(
        self, store: Store, loaded: dict[str, Rows], as_of: int
    ) -> tuple[dict[str, Rows], set[str]]:
        """The same with the changes that these revert or were picked from, with what else reverted
        those, and with the commits that they were all made upon; the changes that came in. Only
        where a message or a patch says so, which is rare."""
        came: set[str] = set()
        for _ in range(ORIGINS_FOLLOWED):
            named = self._origins(loaded)
            if not named:
                break
            found = changes_of(store, named | reverting(store, named)) - came
            if not found:
                break
            came |= found
            for table, rows in self.of_changes(store, found, as_of).items():
                _add(loaded, table, rows)
        if came:
            self._made_upon(store, loaded, as_of)
        return loaded, came

    def _origins(self, loaded: Mapping[str, Rows]) -> set[str]:
        """The commits that were reverted or picked, by a message or by their patch."""
        found: set[str] = set()
        for table, named in (("revision_claim", "value"), ("repeated_patch", "origin")):
            rows, columns = loaded.get(table, ()), self._columns.get(table, ())
            if rows and "claim" in columns and named in columns:
                claim, value = columns.index("claim"), columns.index(named)
                found |= {row[value] for row in rows if row[claim] in ORIGINS}
        return found

    def _made_upon(self, store: Store, loaded: dict[str, Rows], as_of: int) -> None:
        earlier: set[str] = set()
        for table, column in (("revision_parent", "parent"), ("push", "before_revision")):
            if column in self._columns.get(table, ()):
                position = self._columns[table].index(column)
                earlier |= {row[position] for row in loaded.get(table, ())} - {""}
        for step in self._made_upon_steps if earlier else ():
            step.read(store, earlier, as_of, loaded, {})

    def of_named(
        self, store: Store, named: Iterable[tuple[str, str]], as_of: int
    ) -> tuple[dict[str, Rows], set[str]]:
        """What belongs to incidents, vulnerabilities and items by their own name; and the changes
        that they are linked to, whose rows `of_changes` reads."""
        names: dict[str, set[str]] = {}
        for kind, name in named:
            names.setdefault(kind, set()).add(name)
        loaded: dict[str, Rows] = {}
        linked: set[str] = set()
        for kind, subjects in names.items():
            keys: dict[str, set[str]] = {"subjects": subjects}
            for step in self._named_steps[kind]:
                step.read(store, subjects, as_of, loaded, keys)
            linked |= keys.get("linked", set())
            linked |= {ACT + act for act in keys.get("acts", ())}
        changes = {row.change_id for row in store.by(Change, "change_id", linked)}
        changes |= {row.change_id for row in store.by(ChangeAlias, "alias", linked)}
        return loaded, changes

    def of_systems(
        self, store: Store, repositories: Collection[str], as_of: int
    ) -> dict[str, Rows]:
        """What a check on a system reads: protection, and what landed while it was off."""
        loaded: dict[str, Rows] = {}
        open_to: set[str] = set(repositories)
        for step in self._system_steps:
            rows = step.read(store, open_to, as_of, loaded, {}) if open_to else []
            if step.table == "protection":
                names = self._columns[step.table]
                place, enforced = names.index("repository"), names.index("enforced")
                open_to = {row[place] for row in rows if not row[enforced]}
        return loaded

    def of_system_names(
        self, store: Store, systems: Collection[str], leavers: Collection[str], as_of: int
    ) -> dict[str, Rows]:
        """Acts on these systems and what was counted around them; what leavers deployed."""
        keys: dict[str, set[str]] = {"systems": set(systems), "leavers": set(leavers)}
        loaded: dict[str, Rows] = {}
        for step in self._system_name_steps:
            values = keys.get(step.keys)
            if values:
                step.read(store, values, as_of, loaded, keys)
        urgent = self._lately(store, Emergency, systems, as_of)
        if urgent:
            _add(loaded, "emergency", urgent)
            place = list(self._columns["emergency"]).index("system")
            deployed = self._lately(store, Deployment, {row[place] for row in urgent}, as_of)
            if deployed:
                _add(loaded, "deployment", deployed)
        return loaded

    def _lately(self, store: Store, row: type[Row], systems: Collection[str], as_of: int) -> Rows:
        """What emergencies are counted among: no more than policy can ask for."""
        table, seen = row.table, row.table.seen
        if "system" not in self._columns.get(table.name, ()):
            return []
        columns = ", ".join(self._columns[table.name])
        return store.database.execute(
            f"SELECT {columns} FROM {table.name} WHERE {among(store.database, 'system')}"
            f" AND {seen} > ? AND {seen} <= ?",
            (listed(store.database, systems), as_of - LONGEST_RATE.microseconds, as_of),
        )

    def of_organisation(self, store: Store, as_of: int) -> dict[str, Rows]:
        """Its cases, and whether there are any tickets and tests."""
        loaded: dict[str, Rows] = {}
        for row in (*ORGANISATION_ROWS, *ORGANISATION_SIGNS_OF_LIFE):
            table = row.table
            if table.name not in self._columns:
                continue
            sql = f"SELECT {', '.join(self._columns[table.name])} FROM {table.name}"
            if table.seen is not None:
                sql += f" WHERE {table.seen} IS NULL OR {table.seen} <= ?"
            if row in ORGANISATION_SIGNS_OF_LIFE:
                sql += " LIMIT 1"
            rows = store.database.execute(sql, (as_of,) if table.seen is not None else ())
            if rows:
                loaded[table.name] = rows
        return loaded

    def context(self, store: Store) -> dict[str, Rows]:
        """All context, not yet cut: see `cut`."""
        loaded = {}
        for row in CONTEXT_ROWS:
            table = row.table
            if table.name in self._columns:
                names = ", ".join(self._columns[table.name])
                loaded[table.name] = store.database.execute(f"SELECT {names} FROM {table.name}")
        return loaded

    def seen_position(self, table: str) -> int | None:
        """Where the column stands at which rows of a table are cut."""
        seen = TABLES[table].seen
        return None if seen is None else list(self._columns[table]).index(seen)

    def _holding(self, store: Store, names: Collection[str]) -> set[str]:
        """Which desk tables hold anything under these names: most changes have nothing there."""
        tables = [
            step.table for step in STEPS if step.keys == "names" and step.table in self._columns
        ]
        dialect = store.database.dialect
        if dialect not in self._probe:
            # The list is read once, not once a table (measured: a quarter of the time).
            self._probe[dialect] = f"WITH named AS MATERIALIZED ({_LISTED[dialect]}) " + (
                " UNION ALL ".join(
                    f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM named CROSS JOIN {table}"
                    f" WHERE change_name = named.value)"
                    for table in tables
                )
            )
        found = store.database.execute(self._probe[dialect], (listed(store.database, names),))
        return {str(row[0]) for row in found}


class _Reading:
    """A step on the columns that are wanted: asked forty times a change, so all that does not
    depend on the keys is made beforehand."""

    def __init__(self, step: Step, columns: Sequence[str]) -> None:
        self.table, self.keys = step.table, step.keys
        self._column, self._columns = step.column, ", ".join(columns)
        self._seen = step.row.table.seen
        self._gives = [(columns.index(column), kind) for column, kind in step.gives]
        self._statements: dict[tuple[str, int], str] = {}

    def read(
        self,
        store: Store,
        values: Collection[str],
        as_of: int,
        loaded: dict[str, Rows],
        keys: dict[str, set[str]],
    ) -> Rows:
        """Its rows, which are added to `loaded`, as the keys that they give are to `keys`."""
        database = store.database
        count, few = len(values), 0
        if count <= _FEW[-1] and database.dialect == "sqlite":
            few = next(size for size in _FEW if count <= size)
        statement = self._statements.get((database.dialect, few))
        if statement is None:
            statement = self._statement(database, few)
        given: list[Any] = [*values] if few else [listed(database, values)]
        if few:
            given += given[-1:] * (few - count)
        if self._seen is not None:
            given.append(as_of)
        rows = database.execute(statement, given)
        if rows:
            _add(loaded, self.table, rows)
            for position, kind in self._gives:
                found = {row[position] for row in rows} - {None, ""}
                keys.setdefault(kind, set()).update(found)
                if kind == "works":
                    _sort_works(found, keys)
        return rows

    def _statement(self, database: Database, few: int) -> str:
        marks = f"{self._column} IN ({', '.join('?' * few)})"
        condition = marks if few else among(database, self._column)
        cut = f" AND ({self._seen} IS NULL OR {self._seen} <= ?)" if self._seen else ""
        statement = f"SELECT {self._columns} FROM {self.table} WHERE {condition}{cut}"
        self._statements[database.dialect, few] = statement
        return statement


def _add(loaded: dict[str, Rows], table: str, rows: Rows) -> None:
    """A table may be read by several columns: each row once."""
    held = loaded.get(table)
    loaded[table] = rows if held is None else list(dict.fromkeys([*held, *rows]))


def _sort_works(works: Iterable[str], keys: dict[str, set[str]]) -> None:
    """Implementations by kind: their rows stand in different tables."""
    places = {"pull": "pulls", "observed": "observed", "deployment": "deployments"}
    for work in works:
        kind = kind_of(work)
        if kind == "act":
            keys.setdefault("acts", set()).add(work[len(ACT) :])
        elif kind == "commit":
            keys.setdefault("revisions", set()).add(work[len(GIT) :])
        else:
            keys.setdefault(places[kind], set()).add(work)
