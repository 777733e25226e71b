"""When a SELECT can give no row: which of the tables that it reads must hold one.

Judging one change, most views have nothing to say: no emergency, no waiver, no act by hand. Asking
SQLite costs more than the answer is worth, a hundred times over; whether a table that a query
joins is empty is known beforehand.

What is needed is a list of alternatives, each a set of tables: unless all tables of one of them
hold a row, the query gives none. It errs on one side alone, asking in vain.
"""

from collections.abc import Iterable, Mapping
from itertools import product

from sqlglot import exp

from changeproof.checks.evidence import SUBJECT

Alternatives = list[frozenset[str]]

_MOST = 24
"""Alternatives worth weighing; beyond, a part is left out, and the query asked a little oftener."""
_ALWAYS: Alternatives = [frozenset()]


def needs(query: exp.Query) -> list[list[str]]:
    """The alternatives of a query, sorted; `[[]]` where it may give a row whatever is empty."""
    return sorted(sorted(each) for each in least(alternatives(query, {})))


def alternatives(query: exp.Expr, named: Mapping[str, Alternatives]) -> Alternatives:
    """The same, unsorted and unordered; `named` holds those of the WITH parts around it."""
    parts = query.args.get("with_") or query.args.get("with")
    if parts is not None:
        known = dict(named)
        for part in parts.expressions:
            known[part.alias] = []  # a part that reads itself gives nothing of its own
            known[part.alias] = least(alternatives(part.this, known))
        named = known
    if isinstance(query, exp.Subquery):
        return alternatives(query.this, named)
    if isinstance(query, exp.Union):
        return [*alternatives(query.left, named), *alternatives(query.right, named)]
    if isinstance(query, exp.SetOperation):
        return alternatives(query.left, named)
    if not isinstance(query, exp.Select) or _gives_a_row_anyway(query):
        return _ALWAYS
    origin = query.args.get("from_") or query.args.get("from")
    if origin is None:
        return _ALWAYS
    sources = [origin.this]
    for join in query.args.get("joins") or ():
        if join.side in ("RIGHT", "FULL"):
            return _ALWAYS
        if not _may_find_nothing(join):
            sources.append(join.this)
    where = query.args.get("where")
    sources += _must_exist(where.this) if where is not None else []
    found, kinds = _ALWAYS, _kinds_asked(query)
    for source in sources:
        further = of_source(source, named)
        if isinstance(source, exp.Table) and source.name == SUBJECT and source.name not in named:
            further = kinds.get(source.alias_or_name, further)
        together = least(one | other for one, other in product(found, further))
        if len(together) <= _MOST:
            found = together
    return found


def _kinds_asked(query: exp.Select) -> dict[str, Alternatives]:
    """By the name under which `subject` is read: the kinds that the query asks it for."""
    where, joins = query.args.get("where"), query.args.get("joins") or ()
    conditions = [where.this] if where is not None else []
    conditions += [
        join.args["on"]
        for join in joins
        if join.args.get("on") is not None and not _may_find_nothing(join)
    ]
    found: dict[str, Alternatives] = {}
    for condition in (part for whole in conditions for part in _parts(whole)):
        column, kinds = _equal_to(condition)
        if column is not None and column.name == "kind" and kinds:
            found[column.table] = [frozenset((f"{SUBJECT}:{kind}",)) for kind in kinds]
    return found


def _may_find_nothing(join: exp.Join) -> bool:
    """Rows go on that its table or its condition has nothing for."""
    return join.side == "LEFT" or join.kind == "ANTI"


def _parts(condition: exp.Expr) -> list[exp.Expr]:
    if isinstance(condition, exp.Paren):
        return _parts(condition.this)
    if isinstance(condition, exp.And):
        return [*_parts(condition.left), *_parts(condition.right)]
    return [condition]


def _equal_to(condition: exp.Expr) -> tuple[exp.Column | None, list[str]]:
    """The column and the texts that it may be, of `c = 'x'` and `c IN ('x', 'y')`."""
    column, values = condition.this, condition.args.get("expressions") or []
    if isinstance(condition, exp.EQ):
        values = [condition.expression]
    elif not isinstance(condition, exp.In):
        return None, []
    if not isinstance(column, exp.Column):
        return None, []
    texts = [value.name for value in values if isinstance(value, exp.Literal) and value.is_string]
    return (column, texts) if len(texts) == len(values) else (None, [])


def of_source(source: exp.Expr, named: Mapping[str, Alternatives]) -> Alternatives:
    """What a table, WITH part or query in a FROM or JOIN needs before it has a row."""
    if isinstance(source, exp.Table):
        return named.get(source.name, [frozenset((source.name,))])
    if isinstance(source, exp.Query | exp.Subquery):
        return alternatives(source, named)
    return _ALWAYS


def _gives_a_row_anyway(query: exp.Select) -> bool:
    """An aggregate over nothing is one row."""
    group = query.args.get("group")
    if group is not None and group.expressions:
        return False
    asked = (*query.expressions, query.args.get("having"), query.args.get("order"))
    return any(
        isinstance(node, exp.AggFunc) and not isinstance(node.parent, exp.Window)
        for part in asked
        if part is not None
        for node in part.walk(prune=lambda node: isinstance(node, exp.Query | exp.Subquery))
    )


def _must_exist(condition: exp.Expr) -> list[exp.Expr]:
    """The queries under EXISTS, and behind IN, on which a whole condition rests."""
    found = []
    for part in _parts(condition):
        if isinstance(part, exp.Exists):
            found.append(part.this)
        elif isinstance(part, exp.In) and part.args.get("query") is not None:
            found.append(part.args["query"])
    return found


def least(sets: Iterable[frozenset[str]]) -> Alternatives:
    """Without those that ask for more than another does."""
    kept: Alternatives = []
    for each in sorted(set(sets), key=lambda tables: (len(tables), sorted(tables))):
        if not any(less <= each for less in kept):
            kept.append(each)
    return kept
