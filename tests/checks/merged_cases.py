"""Many cases as one population: each under names of its own, those of one policy together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from changeproof.checks.cases import Case
from changeproof.checks.evidence import EVIDENCE_COLUMNS
from changeproof.checks.reading import Rows

_POLICY = ("policy_in_force", "policy_parameter", "policy_rule", "business_time")
_KEPT = frozenset(
    (("test_run", "name"), ("system_attribute", "value"), ("data_total", "value"))
)  # what checks compare with a word of their own
_NAMES = frozenset(
    (
        *("subject", "name", "change_id", "implementation", "alias", "change_name", "pull"),
        *("revision", "head", "base", "before_revision", "after_revision", "previous", "parent"),
        *("previous_revision", "deployment", "review", "run", "artifact", "emergency"),
        *("event", "events", "transition", "time_window"),
        *("account", "person", "run_by", "author", "pusher", "pushed_by", "merged_by"),
        *("requested_by", "declared_by", "authorized_by", "triggered_by", "value", "on_behalf_of"),
        *("system", "repository", "head_repository", "scope", "delivery", "other", "act"),
        *("digest", "pinned_digest", "before_digest", "after_digest", "executed_digest"),
        *("missing", "lane", "incident", "waiver", "owner", "granted_by", "approved_by", "absence"),
        *("base_before", "base_after", "deputy", "meeting", "given"),
    )
)


@dataclass
class Merged:
    """A population of several cases; `subjects` says which subject stands for which case."""

    as_of: int
    rows: dict[str, Rows] = field(default_factory=dict)
    subjects: dict[str, Case] = field(default_factory=dict)


def merged(cases: Iterable[Case]) -> list[Merged]:
    """Cases on changes; those that share policy and moment become one population.

    A case that speaks of everything at once (all systems, a whole source) stays alone.
    """
    groups: dict[str, Merged] = {}
    for number, case in enumerate(cases):
        if not case.rows.keys() <= EVIDENCE_COLUMNS.keys() or _names_others(case.rows):
            groups[f"view {number}"] = Merged(case.as_of, dict(case.rows), {case.subject: case})
            continue
        policy = {table: case.rows[table] for table in _POLICY if table in case.rows}
        alone = number if _speaks_of_everything(case.rows) else -1
        key = repr((case.as_of, sorted(policy.items()), alone))
        group = groups.setdefault(key, Merged(case.as_of, dict(policy)))
        for table, rows in _renamed(case.rows, f"~{number}").items():
            group.rows.setdefault(table, []).extend(rows)
        group.subjects[f"{case.subject}~{number}"] = case
    return list(groups.values())


def _names_others(rows: Mapping[str, Rows]) -> bool:
    """Whether a cell names what this would rename, inside of a rule or a list."""
    position = EVIDENCE_COLUMNS["assessment"].index("items")
    listed = any(row[position] for row in rows.get("assessment", []))
    return listed or bool(rows.get("policy_rule"))


def _speaks_of_everything(rows: Mapping[str, Rows]) -> bool:
    for table, column in (
        ("role_grant", "system"),
        ("time_window", "system"),
        ("control_activity", "system"),
        ("quarantined_delivery", "repository"),
    ):
        position = EVIDENCE_COLUMNS[table].index(column)
        if any(not row[position] for row in rows.get(table, [])):
            return True
    subject = EVIDENCE_COLUMNS["waiver"].index("subject")
    if any(row[subject] == "organisation" for row in rows.get("waiver", [])):
        return True
    return any(row[0] == "github" for row in rows.get("silence", []))


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
        if table not in _POLICY
    }


def _own(column: str, cell: Any, table: str, suffix: str) -> Any:
    if not isinstance(cell, str) or not cell or column not in _NAMES:
        return cell
    if cell in ("github", "organisation") or (table, column) in _KEPT:
        return cell
    return cell + suffix
