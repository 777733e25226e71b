"""`verify`: every cell of every table that is not private, held against the log.

The log's tables are recomputed from the entries (`log.verify`); facts and joins are projected
again out of all entries, in memory; findings are judged again at the moment for which they were
judged. Whatever differs is named: table, row, column, log entry. Nothing in a cell makes it raise.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from changeproof.ledger.comparison import Cell, Cells, RowPair, cell_text, differing
from changeproof.ledger.joined import Finding, SubjectJudged
from changeproof.ledger.judged_again import JudgeAgain, judged_again, subjects_that_stand
from changeproof.ledger.moment_seal import moment_sealer
from changeproof.ledger.provenance import entry_behind
from changeproof.ledger.reprojection import reproject
from changeproof.ledger.store import Store
from changeproof.ledger.table import TABLES, Table
from changeproof.log.database import Database
from changeproof.log.difference import LogDifference as Difference
from changeproof.log.notes import Signer
from changeproof.log.rows import as_bytes, blob, pages
from changeproof.log.tables import LOG_TABLES
from changeproof.log.verify import verify_log

_SEAL = "as_of_seal"
LONGEST_KEY = 500
"""Characters of a key's cell that are shown: by it the row is found again."""
PAIRED = 2_000
"""Missing and added rows of one table that are looked at for an edited key."""


Progress = Callable[[str, int, int], None]
"""Called with what is at hand, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at, and all that was not as it should be."""

    differences: tuple[Difference, ...]
    entries: int
    tables: int
    rows: int
    """Rows of the log's tables and of the evidence; compared but for what was not yet judged."""
    not_yet_judged: int

    @property
    def is_sound(self) -> bool:
        return not self.differences


def verify_ledger(
    database: Database,
    signer: Signer,
    judge_again: JudgeAgain | None,
    on_progress: Progress | None = None,
) -> Verification:
    """Verify log and ledger in `database`; give it one view to read (`reading`).

    `signer` is the log's key: `load_key(instance.log_key_file)`. Subjects that wait in `unjudged`
    are counted, not compared: their findings may rightly be behind their evidence. So are all where
    `judge_again` is None: they were judged with other checks than those at hand.
    """

    def tell(what: str, done: int, total: int) -> None:
        if on_progress is not None:
            on_progress(what, done, total)

    missing = _missing_tables(database)
    if missing:
        return Verification(tuple(missing), 0, len(TABLES), 0, 0)
    differences = verify_log(database, signer.verifier.vkey, partial(tell, "Log entries"))
    total = int(database.execute("SELECT COUNT(*) FROM log_entry")[0][0])
    again = reproject(
        _entries(database), lambda done: tell("Evidence, projected again", done, total)
    )
    named = {difference.entry for difference in differences if difference.column == "entry"}
    for position, why in again.unreadable.items():
        if position not in named:
            row = str(position)
            differences.append(Difference("log_entry", row, "entry", position, why))
    stated = [table for table in TABLES.values() if table.layer != "result"]
    for done, table in enumerate(stated, 1):
        pairs = list(differing(table, database, again.store.database))
        differences += _named(table, pairs, database, again.store.database)
        tell("Tables", done, len(stated))
    waiting = {str(row[0]) for row in database.execute("SELECT subject FROM unjudged")}
    standing = subjects_that_stand(again.store)
    if judge_again is None:
        waiting = standing
    else:
        seal = moment_sealer(signer)
        judged_again(database, again.store, waiting, judge_again, seal, tell)
        differences += _judged(database, again.store, waiting)
    return Verification(
        tuple(differences),
        again.entries,
        len(TABLES),
        sum(_count(database, name) for name in (*LOG_TABLES, *TABLES)),
        len(waiting & standing),
    )


def _count(database: Database, table: str) -> int:
    return int(database.execute(f"SELECT COUNT(*) FROM {table}")[0][0])


def _missing_tables(database: Database) -> list[Difference]:
    """Tables or columns that are gone: nothing can be compared without them."""
    wanted = {name: table.column_names for name, table in TABLES.items()}
    wanted |= dict.fromkeys(LOG_TABLES, ())
    found: list[Difference] = []
    for name, columns in sorted(wanted.items()):
        held = _columns_held(database, name)
        if not held:
            found.append(Difference(name, "all", "", None, "the table is missing"))
            continue
        found += [
            Difference(name, "all", column, None, "the column is missing")
            for column in columns
            if column not in held
        ]
    return found


def _columns_held(database: Database, table: str) -> set[str]:
    if database.dialect == "sqlite":
        rows = database.execute("SELECT name FROM pragma_table_info(?)", (table,))
    else:
        rows = database.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = ?",
            (table,),
        )
    return {str(row[0]) for row in rows}


def _entries(database: Database) -> Iterator[tuple[int, bytes]]:
    """Every entry whose cell holds bytes; `verify_log` names the others."""
    entry = blob("entry", database.dialect)
    for position, cell in pages(database, "log_entry", ["position"], [entry]):
        encoded = as_bytes(cell)
        if encoded is not None:
            yield position, encoded


def _judged(database: Database, store: Store, waiting: Collection[str]) -> Iterator[Difference]:
    """Findings and when they were judged, of all subjects but those that wait."""
    names = {subject.encode() for subject in waiting}
    for table in (SubjectJudged.table, Finding.table):
        pairs = list(differing(table, database, store.database, lambda row: row[0] in names))
        for difference in _named(table, pairs, database, store.database):
            yield _as_one(difference) if difference.column == _SEAL else difference


def _as_one(difference: Difference) -> Difference:
    """The moment of judging and its seal belong together: either may be the one edited."""
    what = "the moment of judging is not the one that was sealed"
    return replace(difference, column=f"as_of, {_SEAL}", what=what)


def _named(
    table: Table, pairs: Sequence[RowPair], database: Database, evidence: Database
) -> Iterator[Difference]:
    """Each differing pair as differences, an edited key told as one."""
    for pair in _with_edited_keys(table, pairs):
        entry = entry_behind(table, (pair.expected, pair.stored), evidence, database)
        key = _row_name(table, pair.expected or pair.stored or ())
        if pair.stored is None:
            columns = ", ".join(table.key)
            yield Difference(table.name, key, columns, entry, "the row is missing")
        elif pair.expected is None:
            columns = ", ".join(table.key)
            yield Difference(table.name, key, columns, entry, "the log gives no such row")
        else:
            cells = zip(table.column_names, pair.stored, pair.expected, strict=True)
            for column, stored, expected in cells:
                if stored != expected:
                    what = f"it is {cell_text(stored)}, the log gives {cell_text(expected)}"
                    yield Difference(table.name, key, column, entry, what)


def _with_edited_keys(table: Table, pairs: Sequence[RowPair]) -> Iterator[RowPair]:
    """A missing and an added row that differ in one cell of the key are one edited row."""
    missing = [pair.expected for pair in pairs if pair.stored is None and pair.expected]
    added = [pair.stored for pair in pairs if pair.expected is None and pair.stored]
    if not missing or not added or max(len(missing), len(added)) > PAIRED:
        yield from pairs
        return
    places = [table.column_names.index(name) for name in table.key]
    by_rest: dict[tuple[int, Cells], Cells] = {}
    for row in missing:
        for place in places:
            by_rest.setdefault((place, _without(row, place)), row)
    met: set[Cells] = set()
    edited: list[RowPair] = []
    for row in added:
        fits = (by_rest.get((place, _without(row, place))) for place in places)
        origin = next((found for found in fits if found is not None and found not in met), None)
        if origin is not None:
            met |= {row, origin}
            edited.append(RowPair(row, origin))
    yield from edited
    for pair in pairs:
        alone = pair.stored is None or pair.expected is None
        if not alone or (pair.stored or pair.expected) not in met:
            yield pair


def _without(row: Cells, place: int) -> Cells:
    return row[:place] + row[place + 1 :]


def _row_name(table: Table, row: Cells) -> str:
    """A row's key in words: bare where it is one cell."""
    cells: dict[str, Cell] = dict(zip(table.column_names, row, strict=True))
    if len(table.key) == 1:
        cell = cells[table.key[0]]
        if isinstance(cell, bytes):
            return cell.decode("utf-8", "backslashreplace")
        return cell_text(cell, LONGEST_KEY)
    return ", ".join(f"{name} {cell_text(cells[name], LONGEST_KEY)}" for name in table.key)
