"""The checks that a pack carries: out of a set into files, and out of files into a set again.

A pack's SQL comes from somebody else. It is taken only within the contract (one SELECT over named
tables, a short list of functions, no clock), which is all that makes it safe to run.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from sqlglot import exp

from changeproof.checks import contract
from changeproof.checks.evidence import EVIDENCE_COLUMNS, FINDING
from changeproof.checks.front_matter import read_front_matter, read_view_matter
from changeproof.checks.loader import Check, CheckSet, View, ordered
from changeproof.checks.statement import Statement
from changeproof.events.refusal import Refusal
from changeproof.log.sealed_archive import BadSeal
from changeproof.verifier.pack_format import CHECKS, POPULATION_QUERY, VIEWS

LARGEST = 256 * 1024
"""Characters of one SQL file."""
MOST = 500
"""Checks and views in a pack."""

POPULATION = "population"
_COLUMNS = re.compile(r"[a-z_]+(, [a-z_]+)*")


def files_of(checks: CheckSet) -> dict[str, str]:
    """Each check's and view's text under its name in the pack."""
    files = {f"{CHECKS}{check.id}.sql": check.sql for check in checks.checks}
    return files | {f"{VIEWS}{view.name}.sql": view.sql for view in checks.views}


def checks_from(files: Mapping[str, str]) -> CheckSet:
    """The checks that a pack's files state. Raises BadSeal naming the file."""
    return _checks_from(tuple(sorted(files.items())))


@lru_cache(maxsize=2)  # examining all SQL takes most of a small pack's verification
def _checks_from(pairs: tuple[tuple[str, str], ...]) -> CheckSet:
    files = dict(pairs)
    if len(files) > MOST:
        raise BadSeal(CHECKS, f"{len(files)} files; MOST is {MOST}")
    views = [_view(name, text) for name, text in files.items() if name.startswith(VIEWS)]
    try:
        in_order = ordered(views)
        schema = {**EVIDENCE_COLUMNS, **{view.name: view.columns for view in in_order}}
        for view in in_order:
            contract.resolve(view.statement.parsed, schema, f"{VIEWS}{view.name}.sql")
        checks = [
            _check(name, text, schema)
            for name, text in sorted(files.items())
            if not name.startswith(VIEWS)
        ]
    except Refusal as refusal:
        raise BadSeal(refusal.where or CHECKS, refusal.why) from refusal
    return CheckSet(tuple(sorted(checks, key=lambda check: check.id)), tuple(in_order))


def population_view(text: str, checks: CheckSet) -> CheckSet:
    """The views of `checks` and the population's query as one more, without any check."""
    view = _view(f"{VIEWS}{POPULATION}.sql", text)
    schema = {**EVIDENCE_COLUMNS, **{each.name: each.columns for each in checks.views}}
    try:
        contract.resolve(view.statement.parsed, schema, POPULATION_QUERY)
    except Refusal as refusal:
        raise BadSeal(POPULATION_QUERY, refusal.why) from refusal
    return CheckSet((), (*_needed(view, checks), view))


def _needed(view: View, checks: CheckSet) -> tuple[View, ...]:
    """The views that `view` rests on, in order."""
    by_name = {each.name: each for each in checks.views}
    wanted: set[str] = set()
    waiting = set(view.statement.tables) & set(by_name)
    while waiting:
        wanted |= waiting
        read = {name for each in waiting for name in by_name[each].statement.tables}
        waiting = (read & set(by_name)) - wanted
    return tuple(each for each in checks.views if each.name in wanted)


def _check(name: str, text: str, schema: Mapping[str, tuple[str, ...]]) -> Check:
    statement = _statement(name, text)
    matter = read_front_matter(text, name)
    if name != f"{CHECKS}{matter.id}.sql":
        raise BadSeal(name, f"it calls itself {matter.id}")
    contract.require_output(statement.parsed, name)
    allowed = dict(schema)
    if not matter.second:
        allowed.pop(FINDING)
    contract.resolve(statement.parsed, allowed, name)
    return Check(matter, name, text, statement)


def _view(name: str, text: str) -> View:
    try:
        statement = _statement(name, text)
        short = name.removeprefix(VIEWS).removesuffix(".sql")
        if not short.isidentifier() or short in EVIDENCE_COLUMNS:
            raise BadSeal(name, "a view cannot have this name")
        matter = read_view_matter(text, name, short)
        if not all(_COLUMNS.fullmatch(each) for each in matter.index):
            raise BadSeal(name, "its index names no columns")
    except Refusal as refusal:
        raise BadSeal(name, refusal.why) from refusal
    return View(replace(matter, name=short), text, statement, is_context=False)


def _statement(name: str, text: str) -> Statement:
    if len(text) > LARGEST:
        raise BadSeal(name, f"{len(text)} characters; LARGEST is {LARGEST}")
    try:
        statement = Statement(text, name)
        contract.examine(statement.parsed, name)
    except RecursionError as error:
        raise BadSeal(name, "it nests too deeply") from error
    except Refusal as refusal:
        raise BadSeal(name, refusal.why) from refusal
    if any(part.recursive for part in statement.parsed.find_all(exp.With)):
        raise BadSeal(name, "it is recursive: nothing would bound how long it runs")
    return statement
