"""The ledger as Parquet files: sorted by key, and the same bytes for the same rows.

A snapshot is what a population is judged on, what goes into the evidence pack, and what the
verifier holds against the log. Pure: it reads any database that speaks the log's protocol, so a
ledger projected in memory gives the same files as an instance (DESIGN.md section 6).
"""

import io
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path

import polars

from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.ledger.schema import schema_digest
from changeproof.ledger.store import Store
from changeproof.ledger.table import TABLES, Table

MANIFEST = "manifest.json"
ROW_GROUP = 100_000
COMPRESSION_LEVEL = 3  # zstd; stated, so that another default of the library changes nothing


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """One table's file: its rows and the SHA-256 of its bytes."""

    table: str
    rows: int
    sha256: str

    @property
    def name(self) -> str:
        return f"{self.table}.parquet"


@dataclass(frozen=True, slots=True)
class SnapshotManifest:
    """Every file of a snapshot, by table, and the schema that they follow."""

    schema: str
    files: tuple[SnapshotFile, ...]

    @property
    def text(self) -> str:
        """As it is written beside the files: sorted, indented, ending in a newline."""
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"


def table_parquet(store: Store, table: Table) -> tuple[int, bytes]:
    """How many rows the table has, and its file's bytes."""
    names, key = ", ".join(table.column_names), ", ".join(table.key)
    rows = store.database.execute(f"SELECT {names} FROM {table.name} ORDER BY {key}")
    schema = {
        column.name: polars.String() if column.kind == "text" else polars.Int64()
        for column in table.columns
    }
    frame = polars.DataFrame(rows, schema=schema, orient="row", strict=True)
    file = io.BytesIO()
    frame.rechunk().write_parquet(
        file,
        compression="zstd",
        compression_level=COMPRESSION_LEVEL,
        statistics=True,
        row_group_size=ROW_GROUP,
    )
    return frame.height, file.getvalue()


def write_snapshot(
    store: Store, directory: Path, tables: Collection[str] | None = None
) -> SnapshotManifest:
    """Write every ledger table (or those named) and `manifest.json` into `directory`.

    Give it one transaction to read in. Raises Refusal where the directory holds something else
    or cannot be written; a snapshot that stands there already is replaced.
    """
    wanted = [table for name, table in sorted(TABLES.items()) if tables is None or name in tables]
    known = {MANIFEST, *(f"{name}.parquet" for name in TABLES)}
    files = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        others = sorted({path.name for path in directory.iterdir()} - known)
        if others:
            raise _refused(directory, f"it holds something else: {others[0]}")
        (directory / MANIFEST).unlink(missing_ok=True)  # it comes last: what it lists is there
        for table in wanted:
            rows, data = table_parquet(store, table)
            file = SnapshotFile(table.name, rows, sha256_hex(data))
            (directory / file.name).write_bytes(data)
            files.append(file)
        manifest = SnapshotManifest(schema_digest(), tuple(files))
        (directory / MANIFEST).write_text(manifest.text)
    except OSError as error:
        why = f"it cannot be written: {error.strerror or error}"
        raise _refused(directory, why) from error
    return manifest


def _refused(directory: Path, why: str) -> Refusal:
    return Refusal(
        "The snapshot was not written.",
        where=str(directory),
        why=why,
        cure="Name a new or empty directory that you may write to and that has room.",
    )
