"""Whether a check finds on one subject what it would find in the whole record.

Judging one subject reads its own rows and the context, no more. A table beyond them would be empty
there and full in an auditor's snapshot: the same check, two answers.
"""

from collections.abc import Mapping

from sqlglot import exp

from changeproof.checks.contract import line_of, tables_read
from changeproof.checks.evidence import tables_for
from changeproof.events.refusal import Refusal


def require_reach(
    statement: exp.Query,
    kind: str,
    views: Mapping[str, frozenset[str]],
    file: str,
    *,
    shipped: bool,
) -> None:
    """Refuse a table or view that has no rows of its own for subjects of this kind.

    `views` says what each view reads, each after those that it reads. Only a shipped check may
    name a table that is read in part.
    """
    reached: dict[str, frozenset[str]] = {}
    for name, tables in views.items():
        reached[name] = _through(tables, reached)
    whole, in_part = tables_for(kind), tables_for(kind, in_part=True)
    for name in sorted(tables_read(statement)):
        held = in_part if name in reached or shipped else whole
        if not reached.get(name, frozenset((name,))) <= held:
            place = next(each for each in statement.find_all(exp.Table) if each.name == name)
            raise Refusal(
                "The check was not loaded.",
                where=f"{file}, line {line_of(place)}",
                why=f"`{name}` is not read for subjects of the kind {kind}",
                cure=f"Judge another kind of subject, or read only: {', '.join(sorted(whole))};"
                " and views of these.",
            )


def _through(tables: frozenset[str], reached: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The tables behind these tables and views."""
    return frozenset().union(*(reached.get(name, frozenset((name,))) for name in tables))
