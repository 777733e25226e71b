"""A statement in steps: what it reads more than once of its own WITH parts is computed first.

Spark writes a WITH part into every place that reads it, and what that part reads into there: of a
view with five of them it plans ninety joins. Computed and kept, each is planned once.
"""

from collections import Counter
from dataclasses import dataclass

from sqlglot import exp


@dataclass(frozen=True)
class Step:
    """A part to compute and keep under `name`, before the next one reads it by that name."""

    name: str
    query: exp.Query


def in_steps(statement: exp.Query, prefix: str) -> tuple[list[Step], exp.Query]:
    """The parts that are read more than once, named `PREFIX__PART`, and what is left to ask.

    A part that is read once stays where it was, as does a part that names its columns.
    """
    left = statement.copy()
    parts = left.args.get("with_")
    if parts is None or parts.recursive:
        return [], left
    read = Counter(table.name for table in left.find_all(exp.Table))
    steps: list[Step] = []
    staying: list[exp.CTE] = []
    for part in list(parts.expressions):
        if read[part.alias] < 2 or part.args["alias"].columns:
            staying.append(part)
            continue
        name = f"{prefix}__{part.alias}"
        steps.append(Step(name, _with(part.this.copy(), staying)))
        for table in list(left.find_all(exp.Table)):
            if table.name == part.alias:
                table.replace(exp.alias_(exp.to_table(name), table.alias_or_name, table=True))
    return steps, _with(left, staying)


def _with(query: exp.Query, parts: list[exp.CTE]) -> exp.Query:
    query.set("with_", exp.With(expressions=[part.copy() for part in parts]) if parts else None)
    return query
