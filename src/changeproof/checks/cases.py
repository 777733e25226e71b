"""The cases beside a check: evidence rows and the verdict they deserve, as data.

`given` is the evidence that all cases share, by table; a case's `with` replaces the tables that
it names. `like` begins with what another check's cases are given. Rows name only the columns
that matter: the rest is empty, or a value of the table's kind. A named view stands in place of
what it would compute.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from changeproof.checks.evidence import EVIDENCE_COLUMNS
from changeproof.checks.front_matter import read_front_matter
from changeproof.checks.loader import CheckSet
from changeproof.checks.reading import Rows
from changeproof.events.refusal import Refusal
from changeproof.ledger.joined import Finding
from changeproof.ledger.table import TABLES

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's, where it was built
_EXPECTABLE = ("verdict", "basis", "reason", "evidence")
_SHIPPED = Path(__file__).parent
_SUBJECTS = {
    "change": "C1",
    "system": "system:shop",
    "organisation": "organisation",
    "incident": "incident:INC-1",
    "vulnerability": "vulnerability:V-1",
    "item": "item:shop/production/settings",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One case of one check: its evidence by table, and what is expected of its finding."""

    check: str
    name: str
    subject: str
    as_of: int
    rows: Mapping[str, Rows]
    expected: Mapping[str, str]


def read_cases(file: Path, checks: CheckSet) -> list[Case]:
    """The cases of `NAME.cases.yaml` for the check `NAME.sql` beside it.

    Raises Refusal for what is no YAML, lacks a part or names a table or column that is not there.
    """
    said = _said(file)
    try:
        return list(_cases(file, said, checks))
    except (KeyError, TypeError, ValueError) as error:
        why = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
        raise _refused(file.name, why) from error


def missed(case: Case, findings: Iterable[Finding]) -> list[str]:
    """What the check said otherwise than the case expects; empty where it holds.

    A `reason` is expected as a part of what is said, everything else word by word.
    """
    told = [row for row in findings if (row.subject, row.check_id) == (case.subject, case.check)]
    if len(told) != 1:
        return [f"it gives {case.subject} {len(told)} rows instead of one"]
    problems = []
    for name, expected in case.expected.items():
        said = str(getattr(told[0], name))
        if expected not in said if name == "reason" else expected != said:
            problems.append(f"{name}: expected {expected!r}, it said {said!r}")
    return problems


def rows_by_table(
    tables: Mapping[str, Sequence[Mapping[str, Any]] | None], checks: CheckSet, where: str
) -> dict[str, Rows]:
    """The rows of tables and views that name only what matters, with all their columns.

    Raises Refusal for a table, view or column that is not there; `where` tells which case it is.
    """
    views = {view.name: view.columns for view in checks.views}
    return {table: _cells(table, listed or [], views, where) for table, listed in tables.items()}


def _cases(file: Path, said: Mapping[str, Any], checks: CheckSet) -> Iterator[Case]:
    given = dict(said.get("given", {}))
    if "like" in said:
        given = {**_said(_SHIPPED / f"{said['like']}.cases.yaml")["given"], **given}
    check = file.with_name(file.name.replace(".cases.yaml", ".sql"))
    identifier = read_front_matter(check.read_text("utf-8"), check.name).id
    kind = checks.check(identifier).matter.subject
    for case in said["cases"]:
        tables = {**given, **case.get("with", {})}
        subject = str(case.get("subject", said.get("subject", _SUBJECTS[kind])))
        rows = rows_by_table(tables, checks, f"{file.name}: {case['name']}")
        if kind == "change":
            rows.setdefault("subject", [(subject, kind, subject)])
        else:
            rows.setdefault("subject", [(subject, kind, subject.partition(":")[2])])
        as_of = int(case.get("as_of", said["as_of"]))
        expected = {name: str(value) for name, value in case["expect"].items()}
        for name in expected:
            if name not in _EXPECTABLE:
                raise ValueError(f"`{case['name']}` expects `{name}`, which no finding has")
        yield Case(identifier, str(case["name"]), subject, as_of, rows, expected)


def _said(file: Path) -> dict[str, Any]:
    try:
        said = yaml.load(file.read_text("utf-8"), _Loader)  # noqa: S506 - it is the safe one
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _refused(file.name, f"it cannot be read: {str(error).splitlines()[0]}") from error
    if not isinstance(said, dict) or not isinstance(said.get("cases", []), list):
        raise _refused(file.name, "it has no list `cases:`")
    return said


def _cells(
    table: str,
    listed: Sequence[Mapping[str, Any]],
    views: Mapping[str, tuple[str, ...]],
    where: str,
) -> Rows:
    columns = views.get(table) or EVIDENCE_COLUMNS.get(table)
    if columns is None:
        raise _refused(where, f"there is no table or view `{table}`")
    for row in listed:
        for name in row:
            if name not in columns:
                raise _refused(where, f"`{table}` has no column `{name}`")
    return [
        tuple(
            row[column] if column in row else _default(table, column, number, row)
            for column in columns
        )
        for number, row in enumerate(listed)
    ]


def _default(table: str, column: str, number: int, row: Mapping[str, Any]) -> Any:
    if table not in TABLES:
        return None
    if column in ("event", "events"):
        return f"{table}-{number}"
    if column == "stated_at":
        seen = TABLES[table].seen
        return row.get(seen) or 0 if seen else 0
    described = next(each for each in TABLES[table].columns if each.name == column)
    if described.nullable:
        return None
    return 0 if described.kind == "integer" else ""


def _refused(where: str, why: str) -> Refusal:
    return Refusal("The case was not read.", where=where, why=why, cure="Correct it.")
