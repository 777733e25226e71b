"""Which rows of a snapshot each part of a population is judged on.

They are found as for a batch on SQLite (`reading.Reader`), by the same steps, but for all parts at
once: every key and every row gets a number that has a bit for each part. Keys are compared by
their hash. A part may so be given a row too many, which is no harm: what is found on a subject
rests on its own rows alone (`reach`), in a batch as in the whole.
"""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import duckdb

from changeproof.checks.evidence import (
    CONTEXT_TABLES,
    NAMED_STEPS,
    ORGANISATION_ROWS,
    ORGANISATION_SIGNS_OF_LIFE,
    STEPS,
    SUBJECT,
    SYSTEM_NAME_STEPS,
    SYSTEM_STEPS,
    Step,
)
from changeproof.checks.reading import ORIGINS_FOLLOWED
from changeproof.checks.subjects import every_subject, register_tables
from changeproof.ledger.joins.changes import ACT, GIT
from changeproof.ledger.joins.repeated import ORIGINS
from changeproof.ledger.requests import Emergency
from changeproof.ledger.table import TABLES

AROUND = 62
"""The bit of the part in which systems, the organisation and what is named are judged."""

_ALIKE = {"pulls": "works", "observed": "works"}
"""Keys that are some of others; the rest of those meets no row."""

_WORKS_AS = (
    (
        "deployments",
        "implementation",
        f"NOT starts_with(implementation, '{GIT}') AND NOT starts_with(implementation, '{ACT}')"
        " AND NOT contains(implementation, '/pull/')",
    ),
    ("acts", f"SUBSTR(implementation, {len(ACT) + 1})", f"starts_with(implementation, '{ACT}')"),
    (
        "revisions",
        f"SUBSTR(implementation, {len(GIT) + 1})",
        f"starts_with(implementation, '{GIT}')",
    ),
)
"""Keys that an implementation's name is as well: how, and which implementations."""

_AROUND_WHOLE = frozenset(
    (
        *(step.table for steps in NAMED_STEPS.values() for step in steps),
        *(step.table for step in (*SYSTEM_STEPS, *SYSTEM_NAME_STEPS)),
        *(row.table.name for row in ORGANISATION_ROWS),
        Emergency.table.name,
    )
)
_AROUND_ONE = frozenset(row.table.name for row in ORGANISATION_SIGNS_OF_LIFE)

_Keys = dict[str, str]
"""By the name under which steps gather keys: the table that holds them, with their parts."""


class PopulationParts:
    """A snapshot's tables in the schema `whole`, each row with the bits of its parts."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        files: Mapping[str, Path],
        as_of: int,
        parts: range,
        of: int,
    ) -> None:
        """These of all the parts, of which the first has bit 0; at most AROUND of them. None: what
        is around them all. `files` has one for every table of the ledger."""
        self._execute = connection.execute
        self._files = files
        self._as_of = as_of
        self._around = not parts
        self._key_tables = 0
        self._filled = {name for name in files if self._count(name)}
        self._own = f"file_row_number * {of} // {self._count('change') or 1} - {parts.start}"
        self._is_own = f"{self._own} BETWEEN 0 AND {len(parts) - 1}"
        self._execute("DROP SCHEMA IF EXISTS whole CASCADE")
        self._execute("CREATE SCHEMA whole")
        self._execute("CREATE SCHEMA keys")
        self._keys = self._gather()

    def load_common(self, table: str, columns: Mapping[str, str]) -> bool:
        """Make `common.TABLE` if all parts are judged on the same: context, or nothing at all."""
        if table in self._filled and table not in CONTEXT_TABLES:
            return False
        self._execute(f"CREATE TABLE common.{table} AS {self._cells(table, columns)}")
        return True

    def load(self, table: str, columns: Mapping[str, str]) -> None:
        """Make `whole.TABLE`: its columns by name as expressions; `parts`, the bits; and of a
        change `own`, the part in which it is judged."""
        joins, bits = self._bits(table)
        own = f", {self._own} AS own" if table == "change" else ""
        cells = self._cells(table, columns, f", {bits} AS parts{own}")
        self._execute(f"CREATE TABLE whole.{table} AS {cells} {joins} WHERE ({bits}) <> 0")

    def name_others(self, kinds: Collection[str]) -> None:
        """Make `whole.subject`: all that is judged of these kinds, but for changes."""
        tables = ", ".join(
            f"{table} AS {self._rows(table)}"
            for table in sorted({"change", *register_tables(kinds)})
        )
        self._execute(
            f"CREATE TABLE whole.{SUBJECT} AS WITH {tables}"
            f" FROM ({every_subject(kinds)}) WHERE kind <> 'change'"
        )

    def done(self) -> None:
        """Nothing is loaded any more."""
        self._execute("DROP SCHEMA keys CASCADE")

    def _bits(self, table: str) -> tuple[str, str]:
        """The joins with keys, and out of them the bits of a row."""
        keys = [
            (column, self._keys[kind])
            for column, kind in sorted(_found_by(table))
            if kind in self._keys
        ]
        joins = " ".join(
            f"LEFT JOIN {held} AS k{place} ON hash(t.{column}) = k{place}.key"
            for place, (column, held) in enumerate(keys)
        )
        bits = [f"COALESCE(k{place}.parts, 0)" for place, _ in enumerate(keys)]
        if not self._around:
            return joins, " | ".join(bits) or "0"
        if table in _AROUND_WHOLE:
            bits.append(str(1 << AROUND))
        elif table in _AROUND_ONE:
            first = f"(SELECT MIN(file_row_number) FROM {self._rows(table)})"
            bits.append(f"CASE WHEN t.file_row_number = {first} THEN {1 << AROUND} ELSE 0 END")
        return joins, " | ".join(bits) or "0"

    def _gather(self) -> _Keys:
        """The keys of all that the changes lead to."""
        start = (
            self._linked()
            if self._around
            else self._new(
                f"SELECT hash(change_id) AS key, 1::BIGINT << ({self._own}) AS parts"
                f" FROM {self._rows('change')} WHERE {self._is_own}",
                None,
            )
        )
        keys = self._from_changes(start) if start else {}
        came = False
        for _ in range(ORIGINS_FOLLOWED):
            origins = self._origins(keys)
            if origins is None:
                break
            came = True
            for kind, more in self._from_changes(origins).items():
                self._add(keys, kind, f"SELECT key, parts FROM {more}")
        for table, column in (("revision_parent", "parent"), ("push", "before_revision")):
            for by, kind in sorted(_found_by(table)) if came else ():
                self._add(keys, "made_upon", self._reached(table, by, column, keys.get(kind)))
        return keys

    def _from_changes(self, changes: str) -> _Keys:
        """What these changes lead to, step by step; keys that no table is asked by are left out."""
        asked = {_kind(step) for step in STEPS if step.table in self._filled}
        keys: _Keys = {kind: changes for kind in ("changes", "names") if kind in asked}
        for step in STEPS:
            reached = keys.get(_kind(step))
            gives = [(kind, column, "TRUE") for column, kind in step.gives]
            if any(kind == "works" for kind, _, _ in gives):
                gives += _WORKS_AS
            for kind, name, which in gives:
                if kind in asked and step.column != name:
                    found = self._reached(step.table, step.column, name, reached, which)
                    self._add(keys, kind, found)
        return keys

    def _linked(self) -> str | None:
        """The changes that incidents, vulnerabilities and items are linked to."""
        names = []
        for step in (step for steps in NAMED_STEPS.values() for step in steps):
            for column, kind in step.gives:
                if step.table in self._filled:
                    name = f"'{ACT}' || {column}" if kind == "acts" else column
                    names.append(f"SELECT hash({name}) AS key FROM {self._rows(step.table)}")
        if not names:
            return None
        named = self._table(" UNION ".join(names))
        found = " UNION ".join(
            f"SELECT hash(change_id) AS key FROM {self._rows(table)}"
            f" WHERE hash({column}) IN (SELECT key FROM {named})"
            for table, column in (("change", "change_id"), ("change_alias", "alias"))
        )
        return self._new(f"SELECT key, {1 << AROUND}::BIGINT AS parts FROM ({found})", None)

    def _origins(self, keys: _Keys) -> str | None:
        """The changes that those at hand revert or repeat, and what else reverted those: as far
        as they are not at hand."""
        claims = [
            f"SELECT hash(revision) AS revision, claim, hash({column}) AS origin"
            f" FROM {self._rows(table)} WHERE claim IN {ORIGINS}"
            for table, column in (("revision_claim", "value"), ("repeated_patch", "origin"))
            if table in self._filled
        ]
        if not claims or "revisions" not in keys or "changes" not in keys:
            return None
        claimed = self._table(" UNION ALL ".join(claims))
        named = self._table(
            f"SELECT DISTINCT c.origin AS key, k.parts FROM {claimed} AS c"
            f" JOIN {keys['revisions']} AS k ON k.key = c.revision"
        )
        revisions = self._table(
            f"FROM {named} UNION SELECT c.revision, n.parts FROM {claimed} AS c"
            f" JOIN {named} AS n ON n.key = c.origin WHERE c.claim = 'reverts'"
        )
        held, owner = "revision_implementation", "implementation"
        works = self._reached(held, "revision", owner, revisions)
        owned = self._reached(owner, owner, "change_id", works and self._table(works))
        return self._new(owned, keys["changes"]) if owned else None

    def _reached(
        self, table: str, by: str, name: str, keys: str | None, which: str = "TRUE"
    ) -> str | None:
        """`name`, of which's rows whose column `by` is one of the keys, as keys; None: none are."""
        if keys is None or table not in self._filled:
            return None
        return (
            f"SELECT hash({name}) AS key, k.parts FROM {self._rows(table)} AS t"
            f" JOIN {keys} AS k ON hash(t.{by}) = k.key WHERE {name} <> '' AND {which}"
        )

    def _add(self, keys: _Keys, kind: str, found: str | None) -> None:
        held = keys.get(kind)
        new = self._new(found, held) if found else None
        if new and held:
            together = f"(FROM {held} UNION ALL FROM {new})"
            new = self._table(f"SELECT key, BIT_OR(parts) AS parts FROM {together} GROUP BY key")
        if new:
            keys[kind] = new

    def _new(self, found: str, held: str | None) -> str | None:
        """What is not among `held`, or not for all its parts."""
        lacking = ""
        if held:
            lacking = (
                f" LEFT JOIN {held} AS h ON h.key = f.key"
                " WHERE (COALESCE(h.parts, 0) & f.parts) <> f.parts"
            )
        new = self._table(
            f"SELECT f.key, BIT_OR(f.parts) AS parts FROM ({found}) AS f{lacking} GROUP BY f.key"
        )
        return new if self._execute(f"SELECT 1 FROM {new} LIMIT 1").fetchone() else None

    def _table(self, query: str) -> str:
        self._key_tables += 1
        name = f"keys.keys_{self._key_tables}"
        self._execute(f"CREATE TABLE {name} AS {query}")
        return name

    def _cells(self, table: str, columns: Mapping[str, str], further: str = "") -> str:
        cells = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
        return f"SELECT {cells}{further} FROM {self._rows(table)} AS t"

    def _rows(self, table: str) -> str:
        seen = TABLES[table].seen
        cut = f" WHERE {seen} IS NULL OR {seen} <= {self._as_of}" if seen else ""
        return f"(FROM read_parquet({_literal(self._files[table])}, file_row_number = true){cut})"

    def _count(self, table: str) -> int:
        counted = self._execute(f"SELECT COUNT(*) FROM {_literal(self._files[table])}").fetchone()
        return int(counted[0]) if counted else 0


def _kind(step: Step) -> str:
    return _ALIKE.get(step.keys, step.keys)


def _found_by(table: str) -> Iterator[tuple[str, str]]:
    """The columns by which rows of a table are found, each with the keys that it is one of."""
    yield from {(step.column, _kind(step)) for step in STEPS if step.table == table}
    if table == "revision":
        yield "revision", "made_upon"


def _literal(file: Path) -> str:
    return "'" + str(file).replace("'", "''") + "'"
