"""What pages, commands and packs say of a check: its words, its SQL, the views it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from changeproof.checks.front_matter import FrontMatter
from changeproof.checks.loader import Check, CheckSet, View, load_checks


@dataclass(frozen=True, slots=True)
class ViewDescription:
    """A view that a check rests on: its question and its text."""

    name: str
    question: str
    sql: str


@dataclass(frozen=True, slots=True)
class CheckDescription:
    """One check. `sql` is the file as written; `views` in the order in which they are computed."""

    matter: FrontMatter
    sql: str
    digest: str
    tables: tuple[str, ...]
    views: tuple[ViewDescription, ...]

    def as_data(self) -> Mapping[str, Any]:
        """For `--json`."""
        matter = self.matter
        return {
            "id": matter.id,
            "title": matter.title,
            "criterion": matter.criterion,
            "subject": matter.subject,
            "severity": matter.severity,
            "policy": list(matter.policy),
            "checks": matter.checks,
            "does_not_check": matter.does_not_check,
            "re_perform": matter.re_perform,
            "digest": self.digest,
            "tables": list(self.tables),
            "views": [
                {"name": view.name, "question": view.question, "sql": view.sql}
                for view in self.views
            ],
            "sql": self.sql,
        }


@dataclass(frozen=True, slots=True)
class Reason:
    """A finding's reason in its parts; `why` and `cure` are empty where nothing is to be done."""

    what: str
    why: str
    cure: str


def describe(identifier: str, checks: CheckSet | None = None) -> CheckDescription:
    """The check of this id. Raises Refusal when there is none."""
    loaded = checks if checks is not None else load_checks()
    return _described(loaded.check(identifier), loaded)


def describe_all(checks: CheckSet | None = None) -> list[CheckDescription]:
    """All checks, sorted by id."""
    loaded = checks if checks is not None else load_checks()
    return [_described(check, loaded) for check in loaded.checks]


def split_reason(reason: str) -> Reason:
    """A reason's parts; `What. Why: … Cure: …` is how every check writes it."""
    rest, _, cure = reason.partition(" Cure: ")
    what, _, why = rest.partition(" Why: ")
    return Reason(what, why, cure)


def _described(check: Check, checks: CheckSet) -> CheckDescription:
    alone = checks.only(check.id)
    views = tuple(_view(view) for view in alone.views)
    named = {view.name for view in alone.views}
    tables = check.statement.tables.union(*(view.statement.tables for view in alone.views))
    return CheckDescription(
        check.matter, check.sql, check.digest, tuple(sorted(tables - named)), views
    )


def _view(view: View) -> ViewDescription:
    return ViewDescription(view.name, view.matter.question, view.sql)
