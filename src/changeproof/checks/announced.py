"""A check that policy has announced: until its day it says what it would find, and does not count.

Its finding becomes `not_applicable` after the checks ran and before `signs/requirements_unmet`
reads them; the reason keeps the verdict and reason that it will have. One wording for all engines.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from changeproof.checks.evidence import FINDING

VIEW = "not_yet_counted"
_FIRST = "Announced: it counts from "
_THEN = ". Until then this is only what it would find: "
_UNCOUNTED = "not_applicable"


def mark(identifiers: Iterable[str]) -> str:
    """The statement for SQLite and DuckDB that marks the findings of these checks."""
    listed = ", ".join(f"'{each}'" for each in identifiers)
    return (
        f"UPDATE {FINDING} SET verdict = '{_UNCOUNTED}', basis = 'direct',"
        f" reason = '{_FIRST}' || n.begins || '{_THEN}' ||"
        f" REPLACE({FINDING}.verdict, '_', ' ') || '. ' || {FINDING}.reason"
        f" FROM {VIEW} AS n WHERE n.subject = {FINDING}.subject"
        f" AND n.check_id = {FINDING}.check_id AND {FINDING}.check_id IN ({listed})"
        f" AND {FINDING}.verdict <> '{_UNCOUNTED}'"
    )


def shown(table: str, identifier: str) -> str:
    """The same as a query over a table of one check's five columns."""
    counts = f"n.begins IS NULL OR j.verdict = '{_UNCOUNTED}'"
    return (
        "SELECT j.subject,"
        f" CASE WHEN {counts} THEN j.verdict ELSE '{_UNCOUNTED}' END AS verdict,"
        f" CASE WHEN {counts} THEN j.basis ELSE 'direct' END AS basis,"
        f" CASE WHEN {counts} THEN j.reason ELSE '{_FIRST}' || n.begins || '{_THEN}' ||"
        " REPLACE(j.verdict, '_', ' ') || '. ' || j.reason END AS reason, j.evidence"
        f"\nFROM {table} AS j LEFT JOIN {VIEW} AS n"
        f" ON n.subject = j.subject AND n.check_id = '{identifier}'"
    )


def marked(
    found: Sequence[tuple[Any, ...]], begins: Mapping[tuple[str, str], str]
) -> list[tuple[Any, ...]]:
    """The same over rows (subject, check, verdict, basis, reason, evidence); `begins` by place."""
    return [_marked(each, begins.get((each[0], each[1]))) for each in found]


def _marked(row: tuple[Any, ...], begins: str | None) -> tuple[Any, ...]:
    subject, check, verdict, _, reason, evidence = row
    if begins is None or verdict == _UNCOUNTED:
        return row
    told = f"{_FIRST}{begins}{_THEN}{verdict.replace('_', ' ')}. {reason}"
    return (subject, check, _UNCOUNTED, "direct", told, evidence)
