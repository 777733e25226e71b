"""From what a viewer asked for to the WHERE of a list of changes."""

from collections.abc import Sequence
from typing import Any

from changeproof.accounts.seats import Sight
from changeproof.ledger.changes_found import within_spans
from changeproof.ledger.service import Ledger
from changeproof.workflow.change_filter import ChangeFilter
from changeproof.workflow.searching import accounts_meant, found_by


class Conditions:
    """The WHERE of a list: conditions and their parameters, side by side."""

    def __init__(self) -> None:
        self._conditions: list[str] = []
        self.parameters: list[Any] = []

    def add(self, condition: str, *parameters: Any) -> None:
        self._conditions.append(condition)
        self.parameters.extend(parameters)

    def among(self, column: str, values: Sequence[str]) -> None:
        """`column` is one of `values`; of none, nothing is found."""
        marks = ", ".join("?" for _ in values)
        self.add(f"{column} IN ({marks})" if values else "1 = 0", *values)

    @property
    def sql(self) -> str:
        return " AND ".join(self._conditions) or "1 = 1"


_CHANGES_OF = "subject IN (SELECT change_id FROM change WHERE kind = ?)"
_EMERGENCIES = "subject IN (SELECT change_name FROM emergency)"
_PART_OF = "subject IN (SELECT subject FROM search_person WHERE account IN ({marks}))"


def limit(seen: Conditions, sight: Sight, prefix: str = "") -> None:
    """Add what the viewer may see; the columns of `subject_judged` stand after `prefix`."""
    if sight.spans is not None:
        within, bound = within_spans(sight.spans, prefix)
        seen.add(within, *bound)
    elif sight.systems is not None:
        seen.among(f"{prefix}system", sorted(sight.systems))


def narrow(held: Ledger, seen: Conditions, asked: ChangeFilter) -> None:
    """Add what the filter asks for."""
    for column, value in (
        ("system", asked.system),
        ("verdict", asked.verdict),
        ("origin", asked.origin),
    ):
        if value:
            seen.add(f"{column} = ?", value)
    if asked.kind == "emergency":
        seen.add(_EMERGENCIES)
    elif asked.kind:
        seen.add(_CHANGES_OF, asked.kind)
    if asked.state:
        seen.add(f"deployed_at IS {'NOT ' if asked.state == 'production' else ''}NULL")
    if asked.since is not None:
        seen.add("listed_at >= ?", asked.since)
    if asked.until is not None:
        seen.add("listed_at < ?", asked.until)
    if asked.person:
        accounts = accounts_meant(asked.person)
        marks = ", ".join("?" for _ in accounts)
        seen.add(_PART_OF.format(marks=marks) if accounts else "1 = 0", *accounts)
    if asked.text:
        condition, parameters = found_by(held, asked.text, "subject_judged.subject")
        seen.add(condition, *parameters)


def changes_shown(
    held: Ledger, asked: ChangeFilter, sight: Sight, after: str, most: int
) -> list[str]:
    """The changes that fit, by id, after the one named `after`."""
    seen = Conditions()
    seen.add("verdict IS NOT NULL")
    limit(seen, sight)
    narrow(held, seen, asked)
    seen.add("subject > ?", after)
    rows = held.database.execute(
        f"SELECT subject FROM subject_judged WHERE {seen.sql} ORDER BY subject LIMIT ?",
        [*seen.parameters, most],
    )
    return [str(row[0]) for row in rows]
