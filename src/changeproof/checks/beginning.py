"""A company's own checks: a first file to begin from, and their cases tried on both engines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from changeproof.checks.cases import missed, read_cases
from changeproof.checks.loader import CheckSet
from changeproof.checks.sqlite_engine import SqliteEngine
from changeproof.events.refusal import Refusal, WrongUsage

_NAME = re.compile(r"(custom/)?([a-z0-9][a-z0-9_]{0,63})")

_SQL = """/*
id: custom/NAME
title: Every change has a title
criterion: CC8.1
subject: change
severity: low
checks: >
  What it asks of a change, in a sentence that anybody in the company understands.
does_not_check: >
  What somebody could believe that it asks, and it does not.
re_perform: >
  How an auditor comes to the same answer by hand: where to look, what to compare.
*/
SELECT
  c.change_id AS subject,
  CASE WHEN c.title IS NULL THEN 'deviation' ELSE 'met' END AS verdict,
  'direct' AS basis,
  CASE
    WHEN c.title IS NULL
      THEN 'The change has no title. Why: nobody gave it one. Cure: Give it a title.'
    ELSE 'The change has a title.'
  END AS reason,
  c.events AS evidence
FROM change AS c
"""

_CASES = """# What the check is given, by table, and what it must say. What does not matter may be
# left out. Times are UTC microseconds.
as_of: 100_000_000
given:
  change: [{change_id: C1, origin: requested, kind: software, system: shop, title: t, events: e1}]
cases:
  - name: a change with a title
    expect: {verdict: met}
  - name: a change without one
    with: {change: [{change_id: C1, origin: requested, kind: software, system: shop, events: e1}]}
    expect: {verdict: deviation, reason: "The change has no title."}
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case as tried; `problems` is empty where it holds."""

    check: str
    case: str
    problems: tuple[str, ...]


def begin_check(folder: Path, name: str) -> tuple[Path, Path]:
    """Write `NAME.sql` and `NAME.cases.yaml` into the folder, which is made if need be.

    Raises WrongUsage for a name that is none, Refusal where such a file stands there already.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise WrongUsage(
            "The check was not begun.",
            where=name,
            why="a check of yours is called by small letters, digits and _",
            cure="Such as: changeproof check new two_reviews",
        )
    short = found[2]
    files = (folder / f"{short}.sql", folder / f"{short}.cases.yaml")
    for path in files:
        if path.exists():
            raise Refusal(
                "The check was not begun.",
                where=str(path),
                why="the file is there already",
                cure="Edit it, or choose another name.",
            )
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in zip(files, (_SQL, _CASES), strict=True):
        path.write_text(text.replace("NAME", short, 1), "utf-8")
    return files


def perform_cases(checks: CheckSet, folder: Path, name: str | None = None) -> Iterator[Outcome]:
    """Try the cases of the folder (of one check, where named) on SQLite and DuckDB.

    Raises Refusal for a file that is no list of cases.
    """
    # Loading it takes a second, which only this command pays.
    from changeproof.checks.duckdb_engine import DuckdbEngine

    files = sorted(folder.rglob("*.cases.yaml")) if folder.is_dir() else []
    sqlite = SqliteEngine(checks)
    for case in (case for file in files for case in read_cases(file, checks)):
        if name is not None and case.check != name:
            continue
        wanted = checks if checks.check(case.check).matter.second else checks.only(case.check)
        here = sqlite.judge_rows(case.rows, case.as_of).findings
        there = DuckdbEngine(wanted, few_rows=True).judge_rows(case.rows, case.as_of).findings
        problems = missed(case, here)
        on_duckdb = missed(case, there)
        if on_duckdb != problems:
            problems = [*problems, *(f"on DuckDB, {each}" for each in on_duckdb)]
        yield Outcome(case.check, case.name, tuple(problems))
