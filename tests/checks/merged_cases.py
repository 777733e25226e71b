"""Many cases as one population: each under names of its own, those of equal context together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from changeproof.checks.cases import Case
from changeproof.checks.evidence import CONTEXT_TABLES, EVIDENCE_COLUMNS
from changeproof.checks.reading import Rows

_NAMES = frozenset(
    (
        *("subject", "name", "change_id", "implementation", "alias", "change_name", "pull"),
        *("revision", "head", "base", "before_revision", "after_revision", "previous", "parent"),
        *("previous_revision", "deployment", "review", "run", "artifact", "emergency"),
        *("event", "events", "transition"),
    )
)


@dataclass
class Merged:
    """A population of several cases; `subjects` says which subject stands for which case."""

    as_of: int
    rows: dict[str, Rows] = field(default_factory=dict)
    subjects: dict[str, Case] = field(default_factory=dict)


def merged(cases: Iterable[Case]) -> list[Merged]:
    """Cases on changes, grouped by context; cases that stand in for views are left out."""
    groups: dict[str, Merged] = {}
    for number, case in enumerate(cases):
        if set(case.rows) - set(EVIDENCE_COLUMNS):
            continue
        context = {table: rows for table, rows in case.rows.items() if table in CONTEXT_TABLES}
        key = repr((case.as_of, sorted(context.items())))
        group = groups.setdefault(key, Merged(case.as_of, dict(context)))
        for table, rows in _renamed(case.rows, f"~{number}").items():
            group.rows.setdefault(table, []).extend(rows)
        group.subjects[f"{case.subject}~{number}"] = case
    return list(groups.values())


def _renamed(rows: Mapping[str, Rows], suffix: str) -> dict[str, Rows]:
    return {
        table: [
            tuple(
                _own(column, cell, table, suffix)
                for column, cell in zip(EVIDENCE_COLUMNS[table], row, strict=True)
            )
            for row in listed
        ]
        for table, listed in rows.items()
        if table not in CONTEXT_TABLES
    }


def _own(column: str, cell: Any, table: str, suffix: str) -> Any:
    if not isinstance(cell, str) or not cell or column not in _NAMES:
        return cell
    if column == "name" and table != "subject":
        return cell
    return cell + suffix
