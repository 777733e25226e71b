"""The parts of a UNION ALL, each as a query of its own: often all but one can give no row.

Where that is so the one alone is asked. The database then neither begins the others nor keeps a
WITH part for them that it alone reads, which for one change is a tenth of what a check costs.
"""

from collections.abc import Iterator

from sqlglot import exp


def branches(query: exp.Query) -> list[exp.Query]:
    """Queries that together give the rows of `query`, columns named as it names them; none where
    it is no plain UNION ALL."""
    found = list(_selects(query))
    selects = [each for each in found if isinstance(each, exp.Select)]
    if len(found) < 2 or len(selects) < len(found):
        return []
    parts = query.args.get("with_")
    if any(select.args.get("with_") for select in selects):
        return []
    names = query.named_selects
    return [_alone(select, names, parts) for select in selects]


def _selects(query: exp.Expr) -> Iterator[exp.Expr]:
    """Of `a UNION ALL b UNION ALL c` the three, in order; of anything else itself."""
    said = {name for name, value in query.args.items() if value}
    if isinstance(query, exp.Union) and said <= {"this", "expression", "with_"}:
        yield from _selects(query.left)
        yield from _selects(query.right)
    else:
        yield query


def _alone(select: exp.Select, names: list[str], parts: exp.With | None) -> exp.Query:
    alone = select.copy()
    named = [
        exp.alias_(each.unalias(), name)
        for each, name in zip(alone.expressions, names, strict=True)
    ]
    alone.set("expressions", named)
    wanted = _read(alone)
    kept = []
    for part in reversed(parts.expressions if parts is not None else []):
        if part.alias in wanted:
            kept.append(part.copy())
            wanted |= _read(part)
    if kept:
        alone.set("with_", exp.With(expressions=kept[::-1]))
    return alone


def _read(query: exp.Expr) -> set[str]:
    return {table.name for table in query.find_all(exp.Table)}
