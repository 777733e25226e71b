"""Small wrongs that a person could write: one changed place of a statement each."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from tools.mutate_checks.equivalents import changes_nothing
from tools.mutate_checks.place import line_of, place_of

_COMPARISONS: dict[type[exp.Expr], tuple[type[exp.Expr], ...]] = {
    exp.EQ: (exp.NEQ,),
    exp.NEQ: (exp.EQ,),
    exp.LT: (exp.LTE, exp.GTE),
    exp.LTE: (exp.LT, exp.GT),
    exp.GT: (exp.GTE, exp.LTE),
    exp.GTE: (exp.GT, exp.LT),
    exp.Min: (exp.Max,),
    exp.Max: (exp.Min,),
    exp.Add: (exp.Sub,),
    exp.Sub: (exp.Add,),
}

Change = exp.Expr | tuple[str, object]
"""Another node in its place, or one of its own arguments set anew."""


@dataclass(frozen=True)
class Mutant:
    """A changed statement; where, and in words what was changed. `what` is there once a place."""

    place: str
    line: int
    what: str
    statement: exp.Query


def mutants(statement: exp.Query) -> Iterator[Mutant]:
    """Every mutant that can differ, always in the same order.

    The statement itself is changed and put back: read it before you ask for the next.
    """
    told: Counter[tuple[str, str]] = Counter()
    for node in list(statement.dfs()):
        for name, change in _changes(node):
            if changes_nothing(node, change):
                continue
            place, line, before = place_of(node), line_of(node), _short(node.sql("duckdb"))
            if isinstance(change, tuple):
                argument, value = change
                held = node.args.get(argument)
                node.set(argument, value)
                what = f"{name}: {before} -> {_short(node.sql('duckdb'))}"
            else:
                node.replace(change)
                what = f"{name}: {before} -> {_short(change.sql('duckdb'))}"
            told[place, what] += 1
            if told[place, what] > 1:
                what = f"{what} ({told[place, what]})"
            yield Mutant(place, line, what, statement)
            if isinstance(change, tuple):
                node.set(argument, held)
            else:
                change.replace(node)


def _changes(node: exp.Expr) -> Iterator[tuple[str, Change]]:
    for other in _COMPARISONS.get(type(node), ()):
        pair = {
            name: value.copy() if isinstance(value, exp.Expr) else value
            for name, value in node.args.items()
            if name in ("this", "expression")
        }
        yield "other comparison", other(**pair)
    if isinstance(node, exp.And | exp.Or):
        turned = exp.Or if isinstance(node, exp.And) else exp.And
        yield "and/or", turned(this=node.this.copy(), expression=node.expression.copy())
        yield "dropped condition", node.this.copy()
        yield "dropped condition", node.expression.copy()
    elif isinstance(node, exp.Not):
        yield "dropped not", node.this.copy()
    elif isinstance(node, exp.Is):
        yield "null or not", exp.Not(this=node.copy())
    elif isinstance(node, exp.Coalesce):
        yield "dropped coalesce", node.this.copy()
    elif isinstance(node, exp.Exists) and not isinstance(node.parent, exp.Not):
        yield "exists or not", exp.Not(this=node.copy())
    elif isinstance(node, exp.Join):
        yield "join kind", ("side", None if node.side else "LEFT")
    elif isinstance(node, exp.Select):
        if node.args.get("where") is not None:
            yield "dropped where", ("where", None)
        if node.args.get("distinct") is not None:
            yield "dropped distinct", ("distinct", None)
    elif isinstance(node, exp.Union) and node.parent is not None:
        yield "dropped branch", node.this.copy()
        yield "dropped branch", node.expression.copy()
    elif isinstance(node, exp.Case):
        for number in range(len(node.args["ifs"])):
            left = [each for place, each in enumerate(node.args["ifs"]) if place != number]
            if left:
                yield f"dropped branch {number + 1} of a case", ("ifs", left)
    elif isinstance(node, exp.In) and len(node.expressions) > 1:
        for number in range(len(node.expressions)):
            left = [each for place, each in enumerate(node.expressions) if place != number]
            yield "dropped from a list", ("expressions", left)
    elif isinstance(node, exp.Ordered):
        yield "order turned", ("desc", not node.args.get("desc"))
    elif isinstance(node, exp.Literal) and _matters(node):
        if node.is_int:
            yield "off by one", exp.Literal.number(int(node.name) + 1)
        else:
            yield "other constant", exp.Literal.string(f"{node.name}~")


def _matters(literal: exp.Literal) -> bool:
    """Not the words of a reason: a case pins those that it is about."""
    if literal.is_string and (not literal.name or " " in literal.name or "," in literal.name):
        return False
    return not (literal.is_string and isinstance(literal.parent, exp.DPipe))


def _short(text: str) -> str:
    one = " ".join(text.split())
    return one if len(one) <= 90 else f"{one[:60]} … {one[-25:]}"
