"""What would leave an answer to chance or to the engine: products, ties, orders, depth.

`require_determinism` looks at a statement whose columns all name their table. See
docs/engine-semantics.md.
"""

from collections.abc import Collection, Iterator

from sqlglot import exp

from changeproof.checks.contract import line_of
from changeproof.events.refusal import Refusal

_ORDERED = (exp.RowNumber, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue)
_TIMES = ("_at", "_from", "_until")
_TRUTHS = (exp.Predicate, exp.And, exp.Or, exp.Not, exp.Is, exp.Boolean)
_EVENTS = ("events", "evidence")
_GROUPINGS = ("all", "cube", "rollup", "grouping_sets", "totals")

_APART = "Put the inner question into a WITH part, and LEFT JOIN it."

Objection = tuple[exp.Expr, str, str]


def require_determinism(
    statement: exp.Expr,
    context: Collection[str],
    file: str,
    what: str = "The check was not loaded.",
) -> None:
    """Refuse what another run or engine may answer differently, with line and cure.

    `context` names the tables and views that are the same for all subjects.
    """
    # few: one row that counts everything, or constants.
    small, few = set(context), set()
    for part in statement.find_all(exp.CTE):
        if all(table.name in small for table in part.this.find_all(exp.Table)):
            small.add(part.alias)
        if _is_one_row(part.this) or part.find(exp.Table) is None:
            few.add(part.alias)
    for select in statement.find_all(exp.Select):
        for node, why, cure in _objections(select, small, few):
            raise Refusal(what, where=f"{file}, line {line_of(node)}", why=why, cure=cure)


def _objections(
    select: exp.Select, small: Collection[str], few: Collection[str]
) -> Iterator[Objection]:
    yield from _products(select, small, few)
    yield from _windows(select)
    yield from _texts(select)
    yield from _depths(select)
    yield from _groups(select)
    distinct = select.args.get("distinct")
    if distinct is not None and distinct.args.get("on"):
        why = "DISTINCT ON keeps rows by chance, and not every engine has it"
        yield distinct, why, "Use ROW_NUMBER() with an order that leaves no tie."
    for each in select.expressions:
        if isinstance(each.unalias(), _TRUTHS):
            why = f"{each.alias or each.sql('duckdb')} is true on one engine and 1 on another"
            yield each, why, "Write CASE WHEN ... THEN 1 ELSE 0 END."


def _products(
    select: exp.Select, small: Collection[str], few: Collection[str]
) -> Iterator[Objection]:
    known = {_source(select.args.get("from_") or select.args.get("from"))}
    for join in select.args.get("joins") or ():
        name = join.this.alias_or_name
        if not (
            any(_ties(each, name, known) for each in _conditions(select, join))
            or join.this.find(exp.Table) is None  # constants alone
            or join.this.name in few
            or _is_one_row(join.this.unnest())
            or (_is_small(join.this, small) and any(_names(each, name) for each in _on(join)))
        ):
            why = f"every row meets every row of {name}: nothing compares the two"
            yield join, why, f"Add `ON {name}.… = …` with a column of an earlier table."
        known.add(name)


def _source(place: exp.Expr | None) -> str:
    return place.this.alias_or_name if place is not None else ""


def _conditions(select: exp.Select, join: exp.Join) -> list[exp.Expr]:
    where = select.args.get("where")
    return [*_on(join), *([where.this] if where is not None and not join.side else [])]


def _on(join: exp.Join) -> list[exp.Expr]:
    on = join.args.get("on")
    return [on] if on is not None else []


def _ties(condition: exp.Expr, name: str, known: Collection[str]) -> bool:
    for each in condition.find_all(exp.EQ, exp.In):
        tables = {column.table for column in each.find_all(exp.Column)}
        if name in tables and tables & set(known):
            return True
    return False


def _names(condition: exp.Expr, name: str) -> bool:
    return any(column.table == name for column in condition.find_all(exp.Column))


def _is_small(source: exp.Expr, small: Collection[str]) -> bool:
    return all(table.name in small for table in source.find_all(exp.Table))


def _is_one_row(source: exp.Expr) -> bool:
    """Whether it counts everything into one row."""
    return (
        isinstance(source, exp.Select)
        and not source.args.get("group")
        and any(not each.find_ancestor(exp.Window) for each in _own(source, exp.AggFunc))
    )


def _windows(select: exp.Select) -> Iterator[Objection]:
    for window in _own(select, exp.Window):
        if not isinstance(window.this, _ORDERED):
            continue
        name, order = window.this.sql_name(), window.args.get("order")
        if order is None:
            yield window, f"{name} has no order", "Add ORDER BY, ending with a key such as event."
            continue
        last = order.expressions[-1].this
        if not isinstance(last, exp.Column) or last.name.endswith(_TIMES):
            why = f"the order of {name} ends with {last.sql('duckdb')}, which two rows may share"
            yield last, why, "End the ORDER BY with a key, such as event or implementation."


def _texts(select: exp.Select) -> Iterator[Objection]:
    for listed in _own(select, exp.GroupConcat):
        projection: exp.Expr = listed
        while projection.parent is not select and projection.parent is not None:
            projection = projection.parent
        if projection.alias_or_name.rpartition("_")[2] not in _EVENTS:
            why = "STRING_AGG gives texts in any order"
            cure = "List event ids alone, as `events` or `evidence`; in a reason use MIN and COUNT."
            yield listed, why, cure
    for part in _own(select, exp.Substring):
        start = part.args.get("start")
        if isinstance(start, exp.Neg) or (isinstance(start, exp.Literal) and start.name == "0"):
            why = "engines differ in what SUBSTR gives from a start below 1"
            yield part, why, "Start at 1 or later."


def _depths(select: exp.Select) -> Iterator[Objection]:
    around = select.parent_select
    near = _sources(select) | (_sources(around) if isinstance(around, exp.Select) else set())
    for column in _own(select, exp.Column):
        if isinstance(column, exp.Column) and column.table and column.table not in near:
            why = f"{column.sql('duckdb')} belongs to a query two levels out"
            yield column, why, _APART
    for join in select.args.get("joins") or ():
        for column in [found for on in _on(join) if join.side for found in on.find_all(exp.Column)]:
            if column.parent_select is select and column.table not in _sources(select):
                why = f"{column.sql('duckdb')} of the query around it, in the ON of a LEFT JOIN"
                yield column, f"DuckDB 1 does not take {why}", _APART


def _groups(select: exp.Select) -> Iterator[Objection]:
    """Beside an aggregate stands only what the rows of a group have in common."""
    group = select.args.get("group")
    if group is not None and any(group.args.get(each) for each in _GROUPINGS):
        yield group, "not every engine has this GROUP BY", "GROUP BY columns, each by name."
        return
    counted = any(not each.find_ancestor(exp.Window) for each in _own(select, exp.AggFunc))
    if group is None and not counted:
        return
    common = list(group.expressions) if group is not None else []
    for column in _own(select, exp.Column):
        around = list(_up_to(select, column))
        if around[-1].arg_key not in ("expressions", "having", "order"):
            continue
        if any(isinstance(each, exp.AggFunc) or each in common for each in around):
            continue
        why = f"{column.sql('duckdb')} is not in GROUP BY, so whose it is falls as it comes"
        yield column, why, "Add it to GROUP BY, or take its MIN or MAX."


def _up_to(select: exp.Select, node: exp.Expr) -> Iterator[exp.Expr]:
    """A node and what is around it, up to the part of the select that holds it."""
    around: exp.Expr | None = node
    while around is not None and around is not select:
        yield around
        around = around.parent


def _sources(select: exp.Select) -> set[str]:
    first = _source(select.args.get("from_") or select.args.get("from"))
    return {first, *(join.this.alias_or_name for join in select.args.get("joins") or ())}


def _own(select: exp.Select, *kinds: type[exp.Expr]) -> Iterator[exp.Expr]:
    """Nodes of these kinds in the select itself, not in a query within it."""
    return (node for node in select.find_all(*kinds) if node.parent_select is select)
