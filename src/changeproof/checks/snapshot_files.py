"""A snapshot's files, as an engine asks for them: there, readable, and of the columns it reads."""

from collections.abc import Collection, Mapping
from pathlib import Path

import polars

from changeproof.events.refusal import Refusal

WRITE_ANEW = "Write the snapshot anew with: changeproof snapshot DIRECTORY"


def snapshot_files(folder: Path, columns: Mapping[str, Collection[str]]) -> dict[str, Path]:
    """The file of each of these tables. Raises Refusal where one is missing, is no Parquet file or
    lacks a column: a snapshot that another version wrote."""
    files = {table: folder / f"{table}.parquet" for table in columns}
    for table, file in files.items():
        if not file.is_file():
            raise _refused(file, "this table's file is missing")
        try:
            held = polars.read_parquet_schema(file)
        except (polars.exceptions.PolarsError, OSError) as error:
            raise _refused(file, "it cannot be read as a Parquet file") from error
        lacking = [name for name in columns[table] if name not in held]
        if lacking:
            why = f"another version wrote it: it has no column {', '.join(lacking)}"
            raise _refused(file, why)
    return files


def _refused(file: Path, why: str) -> Refusal:
    return Refusal("The snapshot was not evaluated.", where=file.name, why=why, cure=WRITE_ANEW)
