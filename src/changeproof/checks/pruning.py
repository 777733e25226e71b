"""A statement in pieces, so that those which can give nothing are left out when it is asked.

Of one change most of what a view joins is empty: nobody withdrew, no freeze, no second piece of
work. SQLite would still open each table, and fill and sort what a WITH part makes of them, which
is a quarter of what the statement costs. Which tables are empty is known beforehand
(`emptiness`), so a piece is left out that rests on them:

- a part of a WITH and a branch of a UNION;
- a LEFT JOIN, whose columns are then NULL;
- EXISTS and IN, which are then false.

What is left gives the same rows. The pieces are made once from the syntax tree and kept as JSON,
since to put them together for the tables at hand must be cheap.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any

from sqlglot import exp

from changeproof.checks.emptiness import Alternatives, alternatives, least, of_source

Piece = str | list[Any]
"""Text; or `["?", need, pieces, other]`: `pieces`, or `other` while the need is unmet; or
`["&", before, between, [[need, pieces], ...], other]`: those whose need is met, and `other` where
none is. A need is a place in the list of needs; None is always met."""

_MARK = re.compile("\x04(\\d+)\x05")
"""Where a piece stands in a text that is not taken apart yet."""


def pieces(tree: exp.Expr) -> dict[str, Any]:
    """`needs`, each as `emptiness.needs` gives them, and `text`, the pieces of `tree`, which is
    in SQLite's words already."""
    return _Taking(tree.copy()).apart()


def assembled(text: Collection[Piece], met: Collection[int]) -> str:
    """The statement without what rests on needs that are not met."""
    return "".join(_said(text, met))


def _said(text: Collection[Piece], met: Collection[int]) -> Iterator[str]:
    for piece in text:
        if isinstance(piece, str):
            yield piece
        elif piece[0] == "?":
            _, need, then, other = piece
            yield from _said(then if need in met else other, met)
        else:
            _, before, between, parts, other = piece
            kept = [assembled(part, met) for need, part in parts if need is None or need in met]
            yield before + between.join(kept) if kept else other


class _Taking:
    """Takes one tree apart: first all is found on the whole tree, then replaced from inside."""

    def __init__(self, tree: exp.Expr) -> None:
        self._root = exp.Subquery(this=tree)
        self._tree = tree
        self._needs: list[Alternatives] = []
        self._pieces: list[list[Any]] = []
        self._replacing: list[Callable[[], None]] = []
        self._columns = {part.alias: part.this.named_selects for part in tree.find_all(exp.CTE)}

    def apart(self) -> dict[str, Any]:
        if _is_plain(self._tree):
            self._query(self._tree, {}, {})
            for replace in self._replacing:
                replace()
        return {
            "needs": [sorted(sorted(tables) for tables in need) for need in self._needs],
            "text": self._split(_text(self._root.this)),
        }

    def _query(
        self, query: exp.Expr, named: Mapping[str, Alternatives], around: Mapping[str, int | None]
    ) -> None:
        """`named` are the WITH parts at hand; `around` the names that the FROM and JOINs of the
        queries around give, with the need on which they rest, if it is not their query's own."""
        if isinstance(query, exp.Subquery):
            self._query(query.this, named, around)
            return
        parts = query.args.get("with_")
        if parts is not None:
            known = dict(named)
            for part in parts.expressions:
                known[part.alias] = []
                known[part.alias] = least(alternatives(part.this, known))
                self._query(part.this, known, around)
            self._replacing.append(partial(self._with, parts, known))
            named = known
        if isinstance(query, exp.SetOperation):
            self._set_operation(query, named, around)
        elif isinstance(query, exp.Select):
            self._select(query, named, around)

    def _set_operation(
        self,
        query: exp.SetOperation,
        named: Mapping[str, Alternatives],
        around: Mapping[str, int | None],
    ) -> None:
        united = list(_united(query))
        selects = [each for each in united if isinstance(each, exp.Select)]
        if len(united) > 1 and len(selects) == len(united):
            needs = [self._need(alternatives(each, named)) for each in selects]
            for each in selects:
                self._query(each, named, around)
            names = query.named_selects
            self._replacing.append(partial(self._union, query, selects, needs, names))
            return
        names = query.named_selects
        for side in (query.left, query.right):
            need = self._need(alternatives(side, named))
            self._query(side, named, around)
            if isinstance(query, exp.Union) and isinstance(side, exp.Select) and need is not None:
                self._replacing.append(partial(self._side, side, need, names))

    def _select(
        self,
        select: exp.Select,
        named: Mapping[str, Alternatives],
        around: Mapping[str, int | None],
    ) -> None:
        own, joins = dict(around), []
        for source in _sources(select):
            need = None
            if isinstance(source.parent, exp.Join) and source.parent.side == "LEFT":
                need = self._need(of_source(source, named))
                if need is not None:
                    joins.append((source.parent, need))
            own[source.alias_or_name] = need
            if isinstance(source, exp.Subquery):
                self._query(source, named, {})
        for node in list(_within(select)):
            if isinstance(node, exp.Column) and (need := own.get(node.table)) is not None:
                self._replacing.append(partial(self._column, node, need))
            elif isinstance(node, exp.Exists | exp.In):
                asked = node.this if isinstance(node, exp.Exists) else node.args.get("query")
                if asked is not None:
                    self._query(asked, named, own)
                    if (need := self._need(alternatives(asked, named))) is not None:
                        self._replacing.append(partial(self._false, node, need))
            elif isinstance(node, exp.Query) and not isinstance(
                node.parent, exp.From | exp.Join | exp.Exists | exp.In
            ):
                self._query(node, named, own)
            elif (
                isinstance(node, exp.Table)
                and node.name in named
                and own.get(node.alias_or_name) is None
                and (need := self._need(named[node.name])) is not None
            ):
                self._replacing.append(partial(self._part_read, node, need))
        self._replacing += [partial(self._join, join, need) for join, need in joins]

    def _with(self, parts: exp.With, known: Mapping[str, Alternatives]) -> None:
        needs = [self._need(known[part.alias]) for part in parts.expressions]
        if any(need is not None for need in needs):
            texts = map(_text, parts.expressions)
            parts.replace(self._mark("&", "WITH ", ", ", list(zip(needs, texts, strict=True)), ""))

    def _union(
        self,
        query: exp.SetOperation,
        selects: list[exp.Select],
        needs: list[int | None],
        names: list[str],
    ) -> None:
        if all(need is None for need in needs):
            return
        for select in selects:
            named = [
                exp.alias_(each.unalias(), name)
                for each, name in zip(select.expressions, names, strict=True)
            ]
            select.set("expressions", named)
        branches = list(zip(needs, map(_text, selects), strict=True))
        mark = self._mark("&", "", " UNION ALL ", branches, _nothing(names))
        parts = query.args.get("with_")
        query.replace(exp.Var(this=f"{_text(parts)} {mark.name}") if parts is not None else mark)

    def _side(self, select: exp.Select, need: int, names: list[str]) -> None:
        select.replace(self._mark("?", need, _text(select), _nothing(names)))

    def _join(self, join: exp.Join, need: int) -> None:
        join.replace(self._mark("?", need, f" {_text(join)}", ""))

    def _column(self, column: exp.Column, need: int) -> None:
        mark: exp.Expr = self._mark("?", need, _text(column), "NULL")
        if isinstance(column.parent, exp.Select):
            mark = exp.alias_(mark, column.name)
        column.replace(mark)

    def _false(self, condition: exp.Expr, need: int) -> None:
        condition.replace(self._mark("?", need, _text(condition), "0"))

    def _part_read(self, table: exp.Table, need: int) -> None:
        nothing = f"({_nothing(self._columns[table.name])}) AS {table.alias_or_name}"
        table.replace(self._mark("?", need, _text(table), nothing))

    def _need(self, found: Alternatives) -> int | None:
        """Its place in the list; None for what may give a row whatever is empty."""
        need = least(found)
        if frozenset() in need:
            return None
        if need not in self._needs:
            self._needs.append(need)
        return self._needs.index(need)

    def _mark(self, *piece: Any) -> exp.Var:
        self._pieces.append(list(piece))
        return exp.Var(this=f"\x04{len(self._pieces) - 1}\x05")

    def _split(self, text: str) -> list[Piece]:
        """The pieces of a text with marks in it."""
        found: list[Piece] = []
        for place, each in enumerate(_MARK.split(text)):
            if place % 2:
                kind, *rest = self._pieces[int(each)]
                if kind == "?":
                    need, then, other = rest
                    found.append(["?", need, self._split(then), self._split(other)])
                else:
                    before, between, parts, other = rest
                    taken = [[need, self._split(part)] for need, part in parts]
                    found.append(["&", before, between, taken, other])
            elif each:
                found.append(each)
        return found


def _text(node: exp.Expr) -> str:
    return node.sql(dialect="sqlite", comments=False)


def _nothing(columns: Collection[str]) -> str:
    """A query of these columns that gives no row."""
    return f"SELECT {', '.join(f'NULL AS {column}' for column in columns)} WHERE 0"


def _is_plain(tree: exp.Expr) -> bool:
    """Whether it is written as the shipped files are: each column with its table, each WITH part
    with a name of its own. What is not is asked as it stands."""
    parts = [part.alias for part in tree.find_all(exp.CTE)]
    return (
        len(parts) == len(set(parts))
        and all(column.table for column in tree.find_all(exp.Column))
        and not any(part.args["alias"].columns for part in tree.find_all(exp.CTE))
        and not any(
            join.side in ("RIGHT", "FULL") or join.args.get("using") or join.method
            for join in tree.find_all(exp.Join)
        )
    )


def _united(query: exp.Expr) -> Iterator[exp.Expr]:
    """Of `a UNION ALL b UNION ALL c` the three, in order; of anything else itself."""
    said = {name for name, value in query.args.items() if value}
    if isinstance(query, exp.Union) and said <= {"this", "expression", "with_"}:
        yield from _united(query.left)
        yield from _united(query.right)
    else:
        yield query


def _sources(select: exp.Select) -> Iterator[exp.Expr]:
    origin = select.args.get("from_")
    for place in (origin, *(select.args.get("joins") or ())):
        if place is not None:
            yield place.this


def _within(select: exp.Select) -> Iterator[exp.Expr]:
    """Its own nodes and the queries in it, not what is in those; nor its WITH."""
    for node in select.walk(
        prune=lambda node: node is not select and isinstance(node, exp.Query | exp.With)
    ):
        if node is not select and not isinstance(node, exp.With):
            yield node
