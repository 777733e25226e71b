"""Which cases there are: filtered and paged by key, whatever their number."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from changeproof.ledger.cases_read import IS_OPEN
from changeproof.ledger.judgements import CaseFile
from changeproof.ledger.store import Store

_FROM = (
    "case_file AS c LEFT JOIN subject_judged AS s ON s.subject = c.subject"
    " LEFT JOIN case_owner AS w ON w.case_id = c.case_id"
)
_COLUMNS = ", ".join(f"c.{name}" for name in CaseFile.table.column_names)


NOBODY = "nobody"
"""As an owner: of cases that nobody has taken on."""
SEVERITY = ("critical", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which of them; empty texts narrow nothing."""

    state: Literal["open", "ended", "all"] = "open"
    check: str = ""
    system: str = ""
    owner: str = ""  # an account, or NOBODY
    subject: str = ""
    severity: str = ""
    checks: tuple[str, ...] | None = None
    """The checks of that severity, which the ledger does not know; None: of any."""


def cases_by_name(
    store: Store, asked: CaseFilter, systems: Collection[str] | None, after: str, limit: int
) -> list[CaseFile]:
    """Those whose name comes after `after`, by name. `systems` are those that may be seen."""
    condition, values = _condition(store, asked, systems)
    return _rows(
        store,
        f"{condition} AND c.case_id > ? ORDER BY c.case_id LIMIT ?",
        [*values, after, limit],
    )


def newest_cases(
    store: Store,
    asked: CaseFilter,
    systems: Collection[str] | None,
    before: tuple[int, str] | None,
    limit: int,
) -> list[CaseFile]:
    """The last opened first; `before` is the time and name of the last one of the page before."""
    condition, values = _condition(store, asked, systems)
    if before is not None:
        condition += " AND (c.opened_at < ? OR (c.opened_at = ? AND c.case_id > ?))"
        values += [before[0], before[0], before[1]]
    return _rows(
        store, f"{condition} ORDER BY c.opened_at DESC, c.case_id LIMIT ?", [*values, limit]
    )


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """An open case that one person has taken on, or nobody has. `due_at` is its owner's."""

    file: CaseFile
    owner: str  # an account; empty: nobody
    due_at: int | None
    system: str  # empty: all, or none that is known
    further: int  # subjects beside the first


def waiting_cases(store: Store, account: str, without: str, most: int) -> list[WaitingCase]:
    """The open cases that wait for this account: those it has taken on, then the newest that
    nobody has. `without` is a check whose cases are listed elsewhere."""
    rows = store.database.execute(
        f"SELECT {_COLUMNS}, COALESCE(w.owner, ''), w.due_at, COALESCE(s.system, ''),"
        " (SELECT COUNT(*) FROM case_subject AS f"
        " WHERE f.case_id = c.case_id AND f.subject <> c.subject)"
        f" FROM {_FROM} WHERE {IS_OPEN} AND c.check_id <> ? AND (w.owner IS NULL OR w.owner = ?)"
        " ORDER BY w.owner IS NULL, c.opened_at DESC, c.case_id LIMIT ?",
        (without, account, most),
    )
    return [WaitingCase(CaseFile(*row[:-4]), *row[-4:]) for row in rows]


@dataclass(frozen=True, slots=True)
class StandingCase:
    """An open case, whoever has taken it on; `since` is when it was opened, or last came back."""

    file: CaseFile
    owner: str  # an account; empty: nobody
    due_at: int | None
    system: str  # empty: all, or none that is known
    since: int


def standing_cases(store: Store, without: str, most: int) -> list[StandingCase]:
    """The open cases, the newest first. `without` is a check whose cases are told elsewhere."""
    rows = store.database.execute(
        f"SELECT {_COLUMNS}, COALESCE(w.owner, ''), w.due_at, COALESCE(s.system, ''),"
        " COALESCE((SELECT MAX(o.reopened_at) FROM case_reopening AS o"
        " WHERE o.case_id = c.case_id), c.opened_at)"
        f" FROM {_FROM} WHERE {IS_OPEN} AND c.check_id <> ?"
        " ORDER BY c.opened_at DESC, c.case_id LIMIT ?",
        (without, most),
    )
    return [StandingCase(CaseFile(*row[:-4]), *row[-4:]) for row in rows]


def count_cases(store: Store, asked: CaseFilter, systems: Collection[str] | None) -> int:
    """How many there are."""
    condition, values = _condition(store, asked, systems)
    rows = store.database.execute(f"SELECT COUNT(*) FROM {_FROM} WHERE {condition}", values)
    return int(rows[0][0])


def owners_of(store: Store, asked: CaseFilter, systems: Collection[str] | None) -> tuple[str, ...]:
    """The accounts that have taken one of these on."""
    condition, values = _condition(store, asked, systems)
    rows = store.database.execute(
        f"SELECT DISTINCT w.owner FROM {_FROM} WHERE {condition} AND w.owner IS NOT NULL"
        " ORDER BY w.owner LIMIT 200",
        values,
    )
    return tuple(str(row[0]) for row in rows)


def _rows(store: Store, rest: str, values: list[Any]) -> list[CaseFile]:
    found = store.database.execute(f"SELECT {_COLUMNS} FROM {_FROM} WHERE {rest}", values)
    return [CaseFile(*row) for row in found]


def _condition(
    store: Store, asked: CaseFilter, systems: Collection[str] | None
) -> tuple[str, list[Any]]:
    parts, values = ["1 = 1"], list[Any]()
    if asked.state != "all":
        parts.append(IS_OPEN if asked.state == "open" else f"NOT ({IS_OPEN})")
    for column, value in (
        ("c.check_id", asked.check),
        ("s.system", asked.system),
        ("w.owner", "" if asked.owner == NOBODY else asked.owner),
    ):
        if value:
            parts.append(f"{column} = ?")
            values.append(value)
    if asked.owner == NOBODY:
        parts.append("w.owner IS NULL")
    if asked.checks is not None:
        among, listed = store.among("c.check_id", asked.checks)
        parts.append(among)
        values.append(listed)
    if asked.subject:
        parts.append(
            "(c.subject = ? OR c.case_id IN (SELECT case_id FROM case_subject WHERE subject = ?))"
        )
        values += [asked.subject, asked.subject]
    if systems is not None:
        among, listed = store.among("s.system", systems)
        parts.append(among)
        values.append(listed)
    return " AND ".join(parts), values
