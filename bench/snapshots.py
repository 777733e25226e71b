"""Snapshots of any size: a thousand ordinary changes as rows, multiplied by DuckDB."""

from pathlib import Path

import duckdb
import polars

from changeproof.checks.evidence import CONTEXT_TABLES
from changeproof.ledger.store import Store
from changeproof.ledger.table import TABLES
from tests.checks.populations import pull_requests, store_of

SEED = 1_000
_KEYS = frozenset(
    (
        *("change_id", "implementation", "alias", "pull", "revision", "head", "parent", "tree"),
        *("previous", "deployment", "review", "run", "before_revision"),
    )
)
_EVENTS = (
    "ARRAY_TO_STRING(LIST_TRANSFORM(STRING_SPLIT({column}, ','),"
    " lambda each: SHA256(each || '~' || n)), ',') AS {column}"
)


def snapshot_of(changes: int, folder: Path) -> Path:
    """A folder of Parquet files that holds so many thousands of changes (a multiple of SEED)."""
    store: Store = store_of(*pull_requests(SEED))
    for name, table in TABLES.items():
        rows = store.database.execute(f"SELECT {', '.join(table.column_names)} FROM {name}")
        kinds = {
            column.name: polars.Int64 if column.kind == "integer" else polars.String
            for column in table.columns
        }
        polars.DataFrame(rows, schema=kinds, orient="row").write_parquet(folder / f"{name}.parquet")
        if name in CONTEXT_TABLES or not rows or changes == SEED:
            continue
        cells = ", ".join(map(_of_copy, table.column_names))
        one, many = folder / f"{name}.parquet", folder / f"{name}.many"
        with duckdb.connect() as shell:
            shell.execute(
                f"COPY (SELECT {cells} FROM '{one}', range({changes // SEED}) AS t(n))"
                f" TO '{many}' (FORMAT parquet)"
            )
        many.replace(one)
    return folder


def _of_copy(column: str) -> str:
    """The column's value in the copy `n`: other keys, and event ids that look like event ids."""
    if column in ("event", "events"):
        return _EVENTS.format(column=column)
    return f"{column} || '~' || n AS {column}" if column in _KEYS else column
