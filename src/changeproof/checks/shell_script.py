"""One check as a script for the DuckDB shell: it runs on a snapshot, with no program of ours."""

from collections.abc import Collection, Iterator

from changeproof.checks import announced
from changeproof.checks.dialects import DUCKDB_PRELUDE, at_moment
from changeproof.checks.evidence import FINDING, SUBJECT
from changeproof.checks.loader import CheckSet
from changeproof.checks.snapshot_files import WRITE_ANEW
from changeproof.checks.subjects import every_subject, register_tables
from changeproof.ledger.table import TABLES

FOLDER = "snapshot"
"""Where the script looks for Parquet files, from where it is run."""
AS_STORED = f"FROM '{FOLDER}/{FINDING}.parquet'"
"""Where it reads what other checks found: a snapshot of an instance holds it."""
AS_LISTED = (
    'SELECT subject, "check" AS check_id, verdict, basis, reason,'
    " ARRAY_TO_STRING(evidence, ',') AS evidence FROM 'findings/findings.jsonl'"
)
"""The same in a pack, whose snapshot holds evidence only."""


def shell_script(checks: CheckSet, identifier: str, as_of: int, findings: str = AS_STORED) -> str:
    """All subjects judged by one check at `as_of`. Raises Refusal for an unknown id."""
    check = checks.check(identifier)
    lines = list(_lines(checks.only(identifier, views=[announced.VIEW]), as_of, findings))
    text = check.sql.partition("*/")[2] if check.sql.lstrip().startswith("/*") else check.sql
    query = text.replace(":as_of", str(as_of)).strip().rstrip(";")
    lines += ["", f"-- the check, {check.id}", f"CREATE TABLE judged AS\n{query};"]
    lines += ["", "-- what it found; where policy has only announced it, that does not count yet"]
    lines += [f"{announced.shown('judged', check.id)};", ""]
    return "\n".join(lines)


def _lines(needed: CheckSet, as_of: int, findings: str) -> Iterator[str]:
    yield f"-- run by the DuckDB shell, where the folder {FOLDER} stands: duckdb < this file"
    yield f"{DUCKDB_PRELUDE};"
    tables = {*needed.columns_used, "change", *register_tables(needed.kinds)} - {SUBJECT}
    read = {name for each in needed.checks for name in each.statement.tables}
    tables.discard(FINDING)
    yield ""
    yield "-- is it all there? The snapshot of another version may lack some"
    yield f"{_nothing_lacks(needed, tables)};"
    yield ""
    yield "-- the evidence, as it was known then"
    if FINDING in read:
        yield f"CREATE VIEW {FINDING} AS {findings};"
    for table in sorted(tables):
        seen = TABLES[table].seen if table in TABLES else None
        cut = f" WHERE {seen} IS NULL OR {seen} <= {as_of}" if seen else ""
        yield f"CREATE VIEW {table} AS FROM '{FOLDER}/{table}.parquet'{cut};"
    yield f"CREATE TABLE {SUBJECT} AS {every_subject(needed.kinds)};"
    if needed.views:
        yield ""
        yield "-- the questions that it shares with other checks"
    for view in needed.views:
        yield f"CREATE TABLE {view.name} AS {at_moment(view.for_duckdb, as_of)};"


def _nothing_lacks(needed: CheckSet, tables: Collection[str]) -> str:
    """A statement that shows no rows, and stops where a file lacks a column that is read: DuckDB's
    own words would neither say why nor what to do."""
    read = ",\n".join(
        f"  ('{table}', {list(needed.columns_used.get(table, TABLES[table].key))})"
        for table in sorted(tables)
    )
    return (
        "CREATE TABLE snapshot_lacks AS SELECT error('The snapshot was not judged. Where: '"
        " || file || '.parquet. Why: another version wrote it: it has no column ' || name"
        f" || '. {WRITE_ANEW}')\n"
        f"FROM (SELECT file, UNNEST(columns) AS name FROM (VALUES\n{read}\n"
        ") AS read(file, columns)) AS wanted\n"
        f"ANTI JOIN (SELECT file_name, name FROM parquet_schema('{FOLDER}/*.parquet')) AS held"
        f" ON held.file_name = '{FOLDER}/' || wanted.file || '.parquet'"
        " AND held.name = wanted.name"
    )
